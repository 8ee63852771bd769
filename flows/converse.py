"""One step of one conversation: what the dialogue says is so, written as rows.

Runs inside the transaction of the flow that called it; knows no channel's wire format.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.values import Text
from bot.dialogue import engine, facts
from bot.dialogue import state as states
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Channel, Inbound, Reply
from bot.dialogue.wording import Details
from rules import conversations as lifetimes
from runtime import clock, faults, jobs
from runtime.jobs import Bell
from storage import conversations, outbox, people, responses
from storage.conversations import Correspondent, Open
from storage.outbox import Letter
from storage.responses import Told
from storage.services import Place

from flows import letters
from flows.house import House

MODES = {
    Channel.SMS: "sms",
    Channel.WEB: "online",
    Channel.WHATSAPP: "other",
    Channel.TELEGRAM: "other",
}
"""How NHS England's return counts an answer; it has no category for the chats (facts: "Other")."""


class StepFailed(Exception):
    """The dialogue raised; the transaction must roll back and the text be kept for later."""


@dataclass(frozen=True, slots=True)
class Said:
    """What goes back to the person: (outbox id, reply) in order, and the bells that are due."""

    replies: tuple[tuple[int, Reply], ...] = ()
    bells: tuple[Bell, ...] = ()
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One text on its way through: where it belongs, and how its replies leave."""

    text: Text
    inbound: Inbound
    place: Place
    named_place: bool
    inbox_id: int
    replies_state: str
    now: datetime
    waited: bool = False


def converse(connection: Connection, house: House, heard: Heard) -> Said:
    """Step the conversation that `heard` belongs to. Raises StepFailed; PostgreSQL's errors pass."""
    text = heard.text
    person_id = people.meet(
        connection, heard.place.provider_id, text.channel, text.their_address, heard.now
    )
    who = Correspondent(person_id, text.channel, text.our_address, text.their_address)
    open_ = _conversation(connection, house, heard, who)
    if open_.behind and not heard.waited:
        return Said(bells=(jobs.CATCH_UP,), behind=True)
    place = heard.place
    if open_.touchpoint_id != place.touchpoint_id:
        place = house.place_of(connection, open_.touchpoint_id)
    turn = _step(house, heard, open_, place)
    faults.reached("accept.stepped")
    bells = _keep(connection, heard, open_, place, who, turn)
    replies = _reply(connection, heard, open_, place, turn.replies)
    finished_at = open_.finished_at or heard.now if turn.state.finished else None
    conversations.save(connection, open_.conversation_id, states.dumps(turn.state), finished_at)
    return Said(replies, bells)


def _conversation(
    connection: Connection, house: House, heard: Heard, who: Correspondent
) -> Open:
    version = house.library.script(heard.place.script).version
    found = conversations.open_for(connection, who, heard.place, version, heard.now)
    elsewhere = heard.named_place and found.touchpoint_id != heard.place.touchpoint_id
    if not elsewhere and not lifetimes.is_over(found.finished_at, heard.now):
        return found
    conversations.close(connection, found.conversation_id, heard.now)
    return conversations.open_for(connection, who, heard.place, version, heard.now)


def _step(house: House, heard: Heard, open_: Open, place: Place) -> Turn:
    try:
        script = house.library.script(open_.script, open_.script_version)
        script = script.bound(details_of(place))
        state = states.loads(open_.state) if open_.state else engine.fresh(script)
        state = replace(state, opted_out=open_.opted_out)
        return engine.step(state, heard.inbound, script, heard.now)
    except Exception as error:  # noqa: BLE001  whatever a step raises, the text itself is kept
        raise StepFailed(type(error).__name__) from error


def details_of(place: Place) -> Details:
    """What the sentences say of this place; unknown keys of the details are other rooms' business."""
    known = {name: place.details[name] for name in Details.__slots__ if name in place.details}
    return Details(**{"provider": place.provider_name, **known})


def _keep(
    connection: Connection,
    heard: Heard,
    open_: Open,
    place: Place,
    who: Correspondent,
    turn: Turn,
) -> tuple[Bell, ...]:
    for fact in turn.facts:
        _keep_rights(connection, heard, open_, who, fact)
    told = _told(heard, open_, who, turn)
    if told is None:
        return ()
    day = clock.london_day(heard.now)
    if responses.record(connection, place, told, day, heard.now) is None:
        return ()
    return (jobs.AGGREGATE, jobs.UNDERSTAND) if told.comment is not None else (jobs.AGGREGATE,)


def _keep_rights(
    connection: Connection, heard: Heard, open_: Open, who: Correspondent, fact: facts.Fact
) -> None:
    if isinstance(fact, facts.OptedOut):
        source = "carrier" if heard.inbound.signal else "text"
        people.opt_out(connection, who.channel, who.their_address, source, heard.now)
        outbox.refuse_all(connection, open_.conversation_id, heard.now)
    elif isinstance(fact, facts.OptedIn):
        people.opt_in(connection, who.channel, who.their_address)


_TELLING = (
    facts.Rated,
    facts.Commented,
    facts.RoleGiven,
    facts.ViewGiven,
    facts.ConsentGiven,
    facts.ConcernSeen,
)


def _told(heard: Heard, open_: Open, who: Correspondent, turn: Turn) -> Told | None:
    if not any(isinstance(fact, _TELLING) for fact in turn.facts):
        return None
    given: dict[str, str | bool | None] = {}
    for fact in turn.facts:
        given |= _columns(fact)
    return Told(
        conversation_id=open_.conversation_id,
        person_id=who.person_id,
        channel=who.channel,
        mode=MODES[heard.text.channel],
        solicited=False,
        script=open_.script,
        script_version=open_.script_version,
        language=turn.state.language,
        **{**dict.fromkeys(("rating", "role", "view", "comment", "concern", "texts_consent")),
           "question": "", **given},  # type: ignore[arg-type]
    )


def _columns(fact: facts.Fact) -> dict[str, str | bool | None]:
    match fact:
        case facts.Rated(rating):
            return {"rating": rating}
        case facts.Commented(question, comment):
            return {"question": question, "comment": comment}
        case facts.RoleGiven(role):
            return {"role": role}
        case facts.ViewGiven(view):
            return {"view": view}
        case facts.ConcernSeen(kind, _):
            return {"concern": kind}
        case facts.ConsentGiven("texts", given):
            return {"texts_consent": given}
        case _:
            return {}


def _reply(
    connection: Connection, heard: Heard, open_: Open, place: Place, replies: tuple[Reply, ...]
) -> tuple[tuple[int, Reply], ...]:
    if not replies:
        return ()
    text, press = heard.text, heard.text.press
    rows = [
        Letter(
            provider_id=place.provider_id,
            conversation_id=open_.conversation_id,
            inbox_id=heard.inbox_id,
            channel=text.channel,
            our_address=text.our_address,
            to_address=text.their_address,
            kind=reply.kind,
            body=letters.from_reply(reply, press if place_in_turn == 0 else None),
        )
        for place_in_turn, reply in enumerate(replies)
    ]
    ids = outbox.put(connection, rows, heard.replies_state, heard.now)
    return tuple(zip(ids, replies, strict=True))
