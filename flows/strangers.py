"""Answers to texts that belong to no conversation: an unknown number or touchpoint, a group chat."""

from datetime import datetime

from sqlalchemy import Connection

from bot.channels.values import Text
from bot.dialogue.messages import Reply
from flows import letters, stopping
from storage import outbox, people, services
from storage.outbox import Letter

UNKNOWN_PLACE = (
    "Sorry, we do not know which service you mean, so no team has seen your text. "
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

    Kept as `state` where a provider can be named for it; else it only rides back, as number 0.
    """
    if people.opted_out(connection, text.channel, text.their_address):
        return ()
    stops = stopping.hold(connection, text, now)
    if stops and text.inbound.carrier_answered:
        return ()
    provider = services.provider_to_ask(connection, text.channel, text.our_address)
    if stops:
        reply = Reply("stop", STOPPED)
    elif text.group:
        reply = Reply("group", GROUP)
    else:
        ask = f"You can ask {provider.name}: {provider.helpline}. " if provider else ""
        reply = Reply("unknown_place", UNKNOWN_PLACE.format(ask=ask))
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
