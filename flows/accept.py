"""The only way in for a text, whatever the door: kept once, stepped, answered, in one commit.

Knows no HTTP and rings no bell; it says which are due, and the door rings them after the commit.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.channels import keywords
from bot.channels.values import Text
from bot.dialogue.messages import Channel, Reply, Signal
from flows import letters, stopping, strangers
from flows.converse import NOBODY, Heard, Kept, Moved, StepFailed, converse, offered
from flows.house import House
from runtime import faults, jobs, log, metrics
from runtime.jobs import Bell
from storage import database, entrance, inbox, outbox, people, silence
from storage.conversations import Opening
from storage.crypto import SealBroken
from storage.inbox import Arrival
from storage.services import Line, Place

FIRST_TRY_SECONDS, SECOND_TRY_SECONDS = 3.0, 2.0

_KEYWORD = re.compile(r"\s*([A-Za-z]{2,12})[ -]?([0-9]{1,4})\b[\s:;,.!-]*")
"""A touchpoint's code at the head of a text ("WARD7 2 lovely nurses"): letters, then digits, as
people type them from a poster ("ward 7", "Ward-7:"). It names a place only where there is one."""


class Outcome(StrEnum):
    """What became of a text at the door; these are the metric's label values too."""

    NEW = "new"
    SEEN = "seen"
    UNKNOWN_PLACE = "unknown_place"
    TO_STEP = "to_step"


@dataclass(frozen=True, slots=True)
class Accepted:
    """replies: what may ride back in the door's own response, as (outbox id, reply)."""

    outcome: Outcome
    replies: tuple[tuple[int, Reply], ...] = ()
    bells: tuple[Bell, ...] = ()


@dataclass(frozen=True, slots=True)
class _Where:
    """The place of a text, what of the text is left to read, and the line it came by."""

    place: Place
    named: bool
    line: Line | None
    rest: str


def accept(house: House, text: Text, now: datetime, *, ride: bool) -> Accepted:
    """Take in one text.

    ride: the replies go back in the response of the webhook that brought it (Twilio); they are
    kept as `handed`. Otherwise they leave through the outbox. PostgreSQL being away passes
    through as its own error: the door spools the text.

    A pooled connection that died while idle costs one more try, no more. That is safe even when
    the first commit went through: the text is then SEEN. Both tries have an end, so that the door
    answers in time also when PostgreSQL says nothing.
    """
    arrival = _arrival(text, now)
    try:
        with silence.within(FIRST_TRY_SECONDS):
            accepted = _accept_or_keep(house, text, arrival, ride)
    except DBAPIError as error:
        if not database.away(error):
            raise
        with silence.within(SECOND_TRY_SECONDS):
            accepted = _accept_or_keep(house, text, arrival, ride)
    faults.reached("accept.after_commit")
    metrics.INBOUND.labels(text.channel, accepted.outcome).inc()
    return accepted


def _accept_or_keep(house: House, text: Text, arrival: Arrival, ride: bool) -> Accepted:
    try:
        try:
            return _in_one_commit(house, text, arrival, ride)
        except Moved:
            return _in_one_commit(house, text, arrival, ride)
    except (StepFailed, SealBroken, DBAPIError) as error:
        if isinstance(error, DBAPIError) and database.away(error):
            raise
        return _keep_for_later(house, text, arrival, error)


def _in_one_commit(house: House, text: Text, arrival: Arrival, ride: bool) -> Accepted:
    with house.engine.begin() as connection:
        accepted = _accept(connection, house, text, arrival, ride)
        faults.reached("accept.before_commit")
    return accepted


def _arrival(text: Text, now: datetime) -> Arrival:
    return Arrival(
        channel=text.channel,
        account=text.account,
        provider_ref=text.provider_ref,
        our_address=text.our_address,
        their_address=text.their_address,
        letter=letters.from_text(text),
        received_at=now,
    )


def _accept(
    connection: Connection, house: House, text: Text, arrival: Arrival, ride: bool
) -> Accepted:
    where = find_place(connection, house, text)
    kept = _keep(connection, house, text, arrival, where)
    faults.reached("accept.kept")
    if kept is None:
        return _seen(connection, arrival, ride)
    if where is None or text.group:
        return _strange(connection, text, arrival, ride, kept, known=where is not None)
    heard = hear(where, text, kept, replies_state(text, ride), arrival.received_at)
    said = converse(connection, house, heard)
    if said.behind:
        inbox.mark(connection, kept.inbox_id, inbox.TO_STEP)
        return Accepted(Outcome.TO_STEP, (), said.bells)
    return Accepted(
        Outcome.NEW, said.replies, _bells(heard.replies_state, said.replies, said.bells)
    )


def _keep(
    connection: Connection, house: House, text: Text, arrival: Arrival, where: _Where | None
) -> Kept | None:
    """None where this text is here already. Who is no part of a conversation is not met."""
    if where is not None and not text.group:
        script = offered(connection, house, where.place, text.channel, where.named)
        opening = Opening(where.place, script.name, script.version)
        entered = entrance.enter(connection, arrival, opening)
        return Kept(entered.inbox_id, entered.person_id, entered.open) if entered else None
    provider_id = where.place.provider_id if where else None
    state = inbox.STEPPED if where else inbox.UNKNOWN_PLACE
    inbox_id = inbox.keep(connection, arrival, provider_id, state)
    return Kept(inbox_id, NOBODY) if inbox_id is not None else None


def _strange(
    connection: Connection, text: Text, arrival: Arrival, ride: bool, kept: Kept, *, known: bool
) -> Accepted:
    """A text that belongs to no conversation: no place of ours, or a group's."""
    state = replies_state(text, ride)
    replies = strangers.answer(connection, text, kept.inbox_id, state, arrival.received_at)
    outcome = Outcome.NEW if known else Outcome.UNKNOWN_PLACE
    return Accepted(outcome, replies, _bells(state, replies, ()))


def find_place(connection: Connection, house: House, text: Text) -> _Where | None:
    """Where a text belongs: the touchpoint it names, else the line that it came by."""
    line = house.line(connection, text.channel, text.our_address)
    said = text.inbound.text
    if text.touchpoint is not None:
        place = house.touchpoint(connection, text.touchpoint)
        fits = place and (line is None or line.place.provider_id == place.provider_id)
        return _open(text, _Where(place, True, line, said)) if place and fits else None
    if line is None:
        return None
    keyword = _KEYWORD.match(said)
    place = house.touchpoint(connection, keyword[1] + keyword[2]) if keyword else None
    if keyword and place and place.provider_id == line.place.provider_id:
        return _open(text, _Where(place, True, line, said[keyword.end() :]))
    return _open(text, _Where(line.place, False, line, said))


def _open(text: Text, where: _Where) -> _Where | None:
    """A chat that the provider has not switched on is no place of theirs."""
    return where if where.place.takes(text.channel) else None


def hear(
    where: _Where,
    text: Text,
    kept: Kept,
    state: str,
    now: datetime,
    *,
    waited: bool = False,
) -> Heard:
    """The text as the conversation will hear it: without its keyword, with the carrier's own reply."""
    inbound = text.inbound
    if where.rest != inbound.text:
        opens = not where.rest and inbound.signal is None
        signal = Signal.STARTED if opens else inbound.signal
        inbound = replace(inbound, text=where.rest, signal=signal)
    if where.line and keywords.carrier_answers(
        text.inbound.text,
        answers_stop=where.line.carrier_answers_stop,
        answers_help=where.line.carrier_answers_help,
    ):
        inbound = replace(inbound, carrier_answered=True)
    return Heard(text, inbound, where.place, where.named, kept, state, now, waited)


def replies_state(text: Text, ride: bool) -> str:
    """How replies to this text are kept: riding back, already where the page reads them, or to send."""
    if ride:
        return outbox.HANDED
    return outbox.SENT if text.channel is Channel.WEB else outbox.QUEUED


def _bells(
    state: str, replies: tuple[tuple[int, Reply], ...], bells: tuple[Bell, ...]
) -> tuple[Bell, ...]:
    return (jobs.DELIVER, *bells) if replies and state == outbox.QUEUED else bells


def _seen(connection: Connection, arrival: Arrival, ride: bool) -> Accepted:
    """The same answer while it is only handed; once a receipt has settled it, an empty one.

    They may have said STOP since: then no more of it than may follow a STOP.
    """
    if not ride:
        return Accepted(Outcome.SEEN)
    seen = inbox.seen(connection, arrival)
    if seen is None:
        return Accepted(Outcome.SEEN)
    stopped = people.opted_out(connection, arrival.channel, arrival.their_address)
    only = outbox.AFTER_STOP if stopped else None
    handed = outbox.hand_again(connection, seen, arrival.received_at, only)
    replies = tuple((outbox_id, letters.to_reply("again", body)) for outbox_id, body in handed)
    return Accepted(Outcome.SEEN, replies)


def _keep_for_later(house: House, text: Text, arrival: Arrival, error: Exception) -> Accepted:
    """The step failed: the text alone is kept, a worker tries again, an operator sees it."""
    log.get().error("step_failed", channel=text.channel, exc_info=error)
    with house.engine.begin() as connection:
        where = find_place(connection, house, text)
        provider_id = where.place.provider_id if where else None
        kept = inbox.keep(connection, arrival, provider_id, inbox.TO_STEP)
        stopping.hold(connection, text, arrival.received_at)
        faults.reached("accept.kept_for_later")
    return Accepted(Outcome.TO_STEP if kept else Outcome.SEEN, (), (jobs.CATCH_UP,))
