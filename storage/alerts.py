"""Alerts as texts raise them: written in the transaction of the text, words and address sealed.

Runs as the owner, for texts and workers; what people see and decide has a door of its own.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from storage.tables import Alert, AlertText, Outbox

BEFORE, RAISED, AFTER = "before", "raised", "after"


@dataclass(frozen=True, slots=True)
class Finding:
    """What words are taken for, by which rule of which edition, and how we answered them.

    reply: the kind of our answer, None where there was none. allegation: perhaps about staff.
    """

    kind: str
    tier: str
    rule: str
    rules_version: str
    reply: str | None
    allegation: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One text of the person, sealed where it is kept. contact: it asks for a call, or complains."""

    inbox_id: int | None
    place: str
    words: str
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an alert comes from, and from whom. stopped: they want no more texts of ours."""

    provider_id: int
    service_id: int
    conversation_id: int
    person_id: int
    response_id: int | None
    channel: str
    address: str
    language: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """An open alert as it stands before a further text."""

    alert_id: int
    kind: str
    tier: str
    reply: str | None
    allegation: bool
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a further text does to an alert. finding: None where it holds nothing graver.

    allegation: it is one, by this text or before. tell_at: somebody must be told of it then. commented: the comment is not the one decided on.
    """

    finding: Finding | None
    allegation: bool
    tell_at: datetime | None
    response_id: int | None
    commented: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class ToTell:
    """An alert that somebody must be told of. unreached_at: our answer is known not to have arrived."""

    alert_id: int
    provider_id: int
    service_id: int
    kind: str
    tier: str
    reply: str | None
    allegation: bool
    escalated_to: str | None
    tell_at: datetime
    told_at: datetime | None
    unreached_at: datetime | None


def open_(
    connection: Connection, origin: Origin, finding: Finding, said: Sequence[Said], now: datetime
) -> int:
    """A new alert with what was said, to be told of at once; returns its id."""
    values = {**asdict(origin), **asdict(finding)}
    statement = insert(Alert).values(**values, raised_at=now, heard_at=now, tell_at=now)
    alert_id = connection.execute(statement.returning(Alert.id)).scalar_one()
    _add(connection, alert_id, origin.provider_id, said, now)
    return alert_id


def standing(connection: Connection, alert_id: int) -> Standing | None:
    """That alert, locked; None when it has been closed meanwhile."""
    query = (
        select(Alert.id, Alert.kind, Alert.tier, Alert.reply, Alert.allegation, Alert.told_at)
        .where(Alert.id == alert_id, Alert.closed_at.is_(None))
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    return Standing(*row) if row else None


def join(
    connection: Connection, alert: Standing, change: Change, said: Said, now: datetime
) -> None:
    """A further text joins an open alert; with a graver concern it changes what the alert is."""
    values = {**(asdict(change.finding) if change.finding else {}), "allegation": change.allegation}
    statement = (
        update(Alert)
        .where(Alert.id == alert.alert_id)
        .values(
            **values,
            version=Alert.version + 1,
            heard_at=now,
            stopped=change.stopped,
            response_id=func.coalesce(Alert.response_id, change.response_id),
            tell_at=func.least(Alert.tell_at, change.tell_at),
            decision=null() if change.commented else Alert.decision,
        )
        .returning(Alert.provider_id)
    )
    provider_id = connection.execute(statement).scalar_one()
    _add(connection, alert.alert_id, provider_id, [said], now)


def last_kind(connection: Connection, conversation_id: int) -> str | None:
    """What the latest alert of a conversation was, open or closed."""
    query = select(Alert.kind).where(Alert.conversation_id == conversation_id)
    return connection.execute(query.order_by(Alert.id.desc()).limit(1)).scalar_one_or_none()


def _add(
    connection: Connection, alert_id: int, provider_id: int, said: Sequence[Said], now: datetime
) -> None:
    rows = [
        {"alert_id": alert_id, "provider_id": provider_id, "at": now, **asdict(each)}
        for each in said
    ]
    connection.execute(insert(AlertText), rows)


DANGER = ("crisis", "harm", "ward")
"""The kinds of our answers to words that may speak of danger."""
LOST = ("refused", "failed")
"""States of a text of ours that will never arrive."""


def _lost_answer() -> ColumnElement[bool]:
    """Whether an answer of ours to words of danger in this alert will never arrive."""
    return (
        select(Outbox.id)
        .join(AlertText, AlertText.inbox_id == Outbox.inbox_id)
        .where(AlertText.alert_id == Alert.id, Outbox.kind.in_(DANGER), Outbox.state.in_(LOST))
        .correlate(Alert)
        .exists()
    )


def note_unreached(connection: Connection, now: datetime) -> None:
    """Open alerts whose answer was refused (21610) or failed: said once, and to be told of at once."""
    connection.execute(
        update(Alert)
        .where(Alert.closed_at.is_(None), Alert.unreached_at.is_(None), _lost_answer())
        .values(unreached_at=now, tell_at=now, version=Alert.version + 1)
        .execution_options(synchronize_session=False)
    )


def claim_to_tell(connection: Connection, limit: int, now: datetime) -> list[ToTell]:
    """Alerts that somebody must be told of by now, locked for this transaction only."""
    query = (
        select(
            Alert.id, Alert.provider_id, Alert.service_id, Alert.kind, Alert.tier, Alert.reply,
            Alert.allegation, Alert.escalated_to, Alert.tell_at, Alert.told_at, Alert.unreached_at,
        )
        .where(Alert.tell_at <= now)
        .order_by(Alert.tell_at, Alert.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    rows: Any = connection.execute(query)
    return [ToTell(*row) for row in rows]


def told(connection: Connection, alert_id: int, now: datetime) -> None:
    """The letters are written: nobody need be told any more."""
    connection.execute(update(Alert).where(Alert.id == alert_id).values(tell_at=None, told_at=now))


def tell_later(connection: Connection, alert_id: int, at: datetime) -> None:
    """There was nobody to tell: look again then."""
    connection.execute(update(Alert).where(Alert.id == alert_id).values(tell_at=at))


def owed(connection: Connection, now: datetime) -> bool:
    """Whether somebody must be told by now, or of an answer that was lost."""
    lost = Alert.closed_at.is_(None) & Alert.unreached_at.is_(None) & _lost_answer()
    query = select(exists(select(Alert.id).where(or_(Alert.tell_at <= now, lost))))
    return bool(connection.execute(query).scalar_one())


def oldest_untold(connection: Connection) -> datetime | None:
    """Since when the longest waiting alert has had nobody told of it."""
    query = select(func.min(Alert.raised_at)).where(
        Alert.tell_at.is_not(None), Alert.told_at.is_(None), Alert.closed_at.is_(None)
    )
    return connection.execute(query).scalar_one()


def open_by_tier(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Tier -> how many alerts are open, and since when the oldest is."""
    query = select(Alert.tier, func.count(), func.min(Alert.raised_at))
    rows = connection.execute(query.where(Alert.closed_at.is_(None)).group_by(Alert.tier))
    return {row[0]: (row[1], row[2]) for row in rows}
