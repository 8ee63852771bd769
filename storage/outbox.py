"""Texts to send: each row is a debt, claimed with SKIP LOCKED, settled by what the provider says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Update,
    exists,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from storage import crypto
from storage.crypto import Purpose
from storage.tables import Outbox

CRISIS = "crisis"
"""The kind of the one reply that STOP does not hold back (facts: safety, alerts 5)."""
AFTER_STOP = frozenset({"stop", CRISIS})
"""The only replies that may follow an opt-out: the word that confirms it, and the answer to a
crisis (facts: safety, alerts 5)."""
UNASKED = frozenset({"check_in"})
"""Kinds that nobody has just asked for: they leave within sending hours only, and at most once."""
QUEUED, HANDED, SENDING = "queued", "handed", "sending"
SENT, DELIVERED, FAILED = "sent", "delivered", "failed"
REFUSED, UNCONFIRMED = "refused", "unconfirmed"


@dataclass(frozen=True, slots=True)
class Letter:
    """One text to send, as it is put into the outbox. `body` is sealed."""

    provider_id: int
    conversation_id: int | None
    inbox_id: int | None
    channel: str
    our_address: str
    to_address: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Due:
    """A text that a worker has claimed, or whose fate must be found out.

    body and to_address are "" where they cannot be opened with the keys listed, or were erased.
    """

    outbox_id: int
    channel: str
    our_address: str
    to_address: str
    kind: str
    body: str
    attempts: int
    provider_ref: str | None
    error_code: str | None
    state: str
    created_at: datetime
    changed_at: datetime


_DUE = (
    Outbox.id.label("outbox_id"),
    Outbox.channel,
    Outbox.our_address,
    type_coerce(Outbox.to_address, LargeBinary).label("to_address"),
    Outbox.kind,
    type_coerce(Outbox.letter, LargeBinary).label("body"),
    Outbox.attempts,
    Outbox.provider_ref,
    Outbox.error_code,
    Outbox.state,
    Outbox.created_at,
    Outbox.changed_at,
)


_PUT = insert(Outbox).returning(Outbox.id, sort_by_parameter_order=True)


def put(connection: Connection, letters: Sequence[Letter], state: str, now: datetime) -> list[int]:
    """Write the letters in one statement; returns their ids, in order."""
    rows = [
        {
            "provider_id": letter.provider_id,
            "conversation_id": letter.conversation_id,
            "inbox_id": letter.inbox_id,
            "channel": letter.channel,
            "our_address": letter.our_address,
            "to_address": letter.to_address,
            "kind": letter.kind,
            "letter": letter.body,
            "state": state,
            "created_at": now,
            "due_at": now,
            "changed_at": now,
        }
        for letter in letters
    ]
    return list(connection.execute(_PUT, rows).scalars())


def hand_again(
    connection: Connection, inbox_id: int, now: datetime, only: Iterable[str] | None = None
) -> list[tuple[int, str]]:
    """(outbox id, body) of the replies to that text that are still only handed, in order.

    They are handed once more now, so the wait for their receipts begins anew: else a look-up that
    is due this minute could miss what Twilio is about to make of them, and send it twice.
    only: the kinds that may go; None: any.
    """
    statement = update(Outbox).where(Outbox.inbox_id == inbox_id, Outbox.state == HANDED)
    if only is not None:
        statement = statement.where(Outbox.kind.in_(list(only)))
    handed = connection.execute(
        statement.values(changed_at=now).returning(Outbox.id, Outbox.letter)
    )
    return sorted((row.id, row.letter) for row in handed)


def claim(connection: Connection, limit: int, now: datetime) -> list[Due]:
    """Take up to `limit` due letters for this worker: queued -> sending. No two workers get one."""
    chosen = (
        select(Outbox.id)
        .where(Outbox.state == QUEUED, Outbox.due_at <= now)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Outbox)
        .where(Outbox.id.in_(chosen.scalar_subquery()))
        .values(state=SENDING, attempts=Outbox.attempts + 1, changed_at=now)
        .returning(*_DUE)
    )
    return sorted(
        (_due(row) for row in connection.execute(statement)), key=lambda due: due.outbox_id
    )


def unsettled(
    connection: Connection, channels: Iterable[str], claimed: datetime, told: datetime
) -> bool:
    """Whether `left_sending` or `to_look_up` would find any; opens none."""
    left = (Outbox.state == SENDING) & (Outbox.changed_at < claimed)
    unknown = _unknown(channels) & (Outbox.changed_at < told)
    return bool(connection.execute(select(exists().where(left | unknown))).scalar_one())


def _unknown(channels: Iterable[str]) -> ColumnElement[bool]:
    return Outbox.state.in_([HANDED, UNCONFIRMED]) & Outbox.channel.in_(list(channels))


def left_sending(
    connection: Connection, age: timedelta, now: datetime, limit: int = 200
) -> list[Due]:
    """Letters that somebody claimed longer than `age` ago and said nothing of, oldest first."""
    return _stale(connection, Outbox.state == SENDING, now - age, limit)


def to_look_up(
    connection: Connection,
    channels: Iterable[str],
    age: timedelta,
    now: datetime,
    limit: int = 200,
) -> list[Due]:
    """Letters of these channels whose fate has been unknown for longer than `age`, oldest first."""
    return _stale(connection, _unknown(channels), now - age, limit)


def _stale(
    connection: Connection, which: ColumnElement[bool], before: datetime, limit: int
) -> list[Due]:
    query = (
        select(*_DUE)
        .where(which, Outbox.changed_at < before)
        .order_by(Outbox.changed_at)
        .limit(limit)
    )
    return [_due(row) for row in connection.execute(query)]


def settle(  # noqa: PLR0917
    connection: Connection,
    outbox_id: int,
    state: str,
    now: datetime,
    provider_ref: str | None = None,
    error_code: str | None = None,
    only_from: Iterable[str] | None = None,
) -> bool:
    """Write what became of a letter; False when it was no longer in `only_from`."""
    statement = update(Outbox).where(Outbox.id == outbox_id).values(state=state, changed_at=now)
    if only_from is not None:
        statement = statement.where(Outbox.state.in_(list(only_from)))
    if provider_ref is not None:
        statement = statement.values(provider_ref=provider_ref)
    if error_code is not None:
        statement = statement.values(error_code=error_code)
    return connection.execute(statement).rowcount > 0


def again(
    connection: Connection,
    due: Due,
    due_at: datetime,
    now: datetime,
    error_code: str | None = None,
) -> bool:
    """Back into the queue, not before `due_at`; False when it is no longer as `due` says.

    Since `due` was read a receipt may have come, Twilio may have been handed the letter again, or
    another worker may have sent it: whoever is late leaves it alone.
    """
    statement = _unmoved(due).values(state=QUEUED, due_at=due_at, changed_at=now)
    if error_code is not None:
        statement = statement.values(error_code=error_code)
    return connection.execute(statement).rowcount > 0


def put_back(
    connection: Connection, due: Due, now: datetime, due_at: datetime | None = None
) -> None:
    """A letter that was claimed and never tried: as if nobody had claimed it, due as before or later."""
    statement = _unmoved(due).values(state=QUEUED, attempts=Outbox.attempts - 1, changed_at=now)
    if due_at is not None:
        statement = statement.values(due_at=due_at)
    connection.execute(statement)


def _unmoved(due: Due) -> Update:
    return update(Outbox).where(
        Outbox.id == due.outbox_id,
        Outbox.state == due.state,
        Outbox.changed_at == due.changed_at,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a letter stands, for judging a receipt."""

    outbox_id: int
    state: str
    channel: str
    to_address: str | None
    kind: str


def standing(connection: Connection, outbox_id: int) -> Standing | None:
    """That letter, locked; None when there is none."""
    query = (
        select(Outbox.id, Outbox.state, Outbox.channel, Outbox.to_address, Outbox.kind)
        .where(Outbox.id == outbox_id)
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    return Standing(*row) if row else None


def by_ref(connection: Connection, channel: str, provider_ref: str) -> int | None:
    """The letter that a provider knows by `provider_ref`."""
    query = select(Outbox.id).where(Outbox.channel == channel, Outbox.provider_ref == provider_ref)
    return connection.execute(query.limit(1)).scalar_one_or_none()


def refs_to(connection: Connection, channel: str, since: datetime) -> set[str]:
    """The provider's ids that other letters of that channel already own, from `since` on."""
    query = select(Outbox.provider_ref).where(
        Outbox.channel == channel,
        Outbox.provider_ref.is_not(None),
        Outbox.created_at >= since - timedelta(minutes=10),
    )
    return {ref for ref in connection.execute(query).scalars() if ref is not None}


def refuse_all(connection: Connection, conversation_id: int, now: datetime) -> None:
    """After STOP: nothing that still waits for this conversation may leave, but for CRISIS."""
    connection.execute(
        update(Outbox)
        .where(
            Outbox.conversation_id == conversation_id,
            Outbox.state == QUEUED,
            Outbox.kind != CRISIS,
        )
        .values(state=REFUSED, error_code="opted_out", changed_at=now)
    )


def oldest_due(connection: Connection) -> datetime | None:
    """When the oldest unsent letter became due."""
    query = select(func.min(Outbox.due_at)).where(Outbox.state == QUEUED)
    return connection.execute(query).scalar_one()


def _due(row: Any) -> Due:
    """What cannot be opened with the keys listed comes out empty; it must not stop the others."""
    fields = row._asdict()
    fields["to_address"] = crypto.opened(Purpose.ADDRESS, fields["to_address"])
    fields["body"] = crypto.opened(Purpose.WORDS, fields["body"])
    return Due(**fields)
