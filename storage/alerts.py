"""Alerts as texts raise them: written in the transaction of the text, words and address sealed.

Runs as the owner, for texts and workers; what people see and decide has a door of its own.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, null, select, update

from storage.tables import Alert, AlertText

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
