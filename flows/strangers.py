"""Answers to texts that belong to no conversation: an unknown number or touchpoint, a chat that the
provider has not switched on, a group."""

from datetime import datetime

from sqlalchemy import Connection

from bot import library
from bot.channels.values import Text
from bot.dialogue.concerns import Concern
from bot.dialogue.messages import Reply
from flows import letters, stopping
from storage import outbox, people, services
from storage.outbox import Letter
from storage.services import Helpline

_NO_TEAM = "Sorry, we do not know which service you mean, so no team has seen your text. "
UNKNOWN_PLACE = f"{_NO_TEAM}{{ask}}Need help now? Call 111, or 999 if a life is in danger."
DANGER = {
    "crisis": (
        f"{_NO_TEAM}Please talk to someone now. If a life is in danger call 999. For urgent mental "
        "health help, day or night, call 111 and choose 2. To talk: Samaritans 116 123 (free), or "
        "text SHOUT to 85258."
    ),
    "harm": (f"{_NO_TEAM}If anyone is in danger now call 999. Can't speak? On a mobile, press 55."),
    "ward": (
        f"{_NO_TEAM}If someone in hospital is getting worse now, tell the nurse in charge. Not in "
        "hospital? Call 111 or 999."
    ),
}
"""Words of danger get the numbers of the sheet of agreed wordings, without its promise that somebody
will read them: here nobody will. Drafts, not yet checked by people with lived experience."""
SWITCHED_OFF = (
    "Sorry, {name} does not read messages that are sent here, so no team has seen yours. "
    "{ask}Need help now? Call 111, or 999 if a life is in danger."
)
STOPPED = (
    "OK, no more texts from us asking about your care. This does not change or cancel any "
    "appointment. Changed your mind? Text START."
)
GROUP = (
    "Sorry, this chat is for one person at a time, so that what you say stays private. "
    "Please write to me directly."
)


def answer(
    connection: Connection, text: Text, inbox_id: int, state: str, now: datetime
) -> tuple[tuple[int, Reply], ...]:
    """A kind answer that says whom to ask; the inbox row is what the operator sees.

    Words of danger get the numbers to call, as they would anywhere. Kept as `state` where a provider
    can be named for it; else it only rides back, as number 0.
    """
    provider = services.provider_to_ask(connection, text.channel, text.our_address)
    reply = _reply(connection, text, provider, now)
    if reply is None:
        return ()
    if provider is None:
        return ((0, reply),) if state == outbox.HANDED else ()
    letter = Letter(
        provider_id=provider.provider_id,
        conversation_id=None,
        inbox_id=inbox_id,
        channel=text.channel,
        our_address=text.our_address,
        to_address=text.their_address,
        kind=reply.kind,
        body=letters.from_reply(reply, text.press),
    )
    (outbox_id,) = outbox.put(connection, [letter], state, now)
    return ((outbox_id, reply),)


def _reply(
    connection: Connection, text: Text, provider: Helpline | None, now: datetime
) -> Reply | None:
    """The one answer; None for who is opted out, unless a life may be in danger."""
    concern = _danger(text)
    stopped = people.opted_out(connection, text.channel, text.their_address)
    stops = not stopped and stopping.hold(connection, text, now)
    if concern and (concern.kind == "crisis" or not stopped):
        return Reply(concern.reply, DANGER[concern.reply])
    if stopped or (stops and text.inbound.carrier_answered):
        return None
    if stops:
        return Reply("stop", STOPPED)
    if text.group:
        return Reply("group", GROUP)
    if provider and not provider.takes(text.channel):
        ask = f"You can ring them: {provider.helpline}. "
        return Reply("switched_off", SWITCHED_OFF.format(name=provider.name, ask=ask))
    ask = f"You can ask {provider.name}: {provider.helpline}. " if provider else ""
    return Reply("unknown_place", UNKNOWN_PLACE.format(ask=ask))


def _danger(text: Text) -> Concern | None:
    """A concern that has an answer of its own."""
    found = library.watch().find(library.reader().line(text.inbound.text))
    return found if found and found.reply else None
