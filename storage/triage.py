"""Alerts as the people see them who may: their words, what we answered, what was decided, in which order.

Runs in a transaction of `storage.database.guarded`: row level security shows only the kinds of alert, at the
providers, that the transaction names. No column here holds an address.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    case,
    insert,
    select,
    text,
    type_coerce,
    update,
)

from storage import crypto
from storage.audit import Act
from storage.crypto import Purpose
from storage.tables import (
    Account,
    Alert,
    AlertDeed,
    AlertText,
    Comment,
    GlassBreak,
    Mail,
    Outbox,
    Provider,
    Service,
    Site,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """An alert without its words; for the meaning of each part see `storage.tables.Alert`."""

    alert_id: int
    provider_id: int
    provider_name: str
    site_id: int
    site_name: str
    service_id: int
    service_name: str
    response_id: int | None
    channel: str
    kind: str
    tier: str
    rule: str
    rules_version: str
    reply: str | None
    allegation: bool
    language: str | None
    stopped: bool
    version: int
    decision: str | None
    escalated_to: str | None
    raised_at: datetime
    heard_at: datetime
    told_at: datetime | None
    unreached_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TextSeen:
    """One text of the person as they typed it; "" where no listed key opens it."""

    place: str
    words: str
    contact: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplySeen:
    """One answer of ours: its sealed letter opened, and how far it has come."""

    kind: str
    letter: str
    state: str
    error_code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class HeldSeen:
    """A comment of the alert as the service's staff would read it; None: not redacted yet."""

    redacted: str | None
    held: bool


@dataclass(frozen=True, slots=True)
class DeedSeen:
    """What somebody did, and why."""

    deed: str
    name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToldSeen:
    """Who was written to, and whether the letter left."""

    name: str
    kind: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GlassSeen:
    """A number that was revealed: for the data-protection officer. It holds no word of the person."""

    at: datetime
    name: str
    provider_name: str
    service_name: str
    alert_id: int
    by_call: bool
    reason: str


_ALERT = (
    Alert.id, Alert.provider_id, Provider.name, Service.site_id, Site.name, Alert.service_id, Service.name,
    Alert.response_id, Alert.channel, Alert.kind, Alert.tier, Alert.rule, Alert.rules_version, Alert.reply,
    Alert.allegation, Alert.language, Alert.stopped, Alert.version, Alert.decision, Alert.escalated_to,
    Alert.raised_at, Alert.heard_at, Alert.told_at, Alert.unreached_at, Alert.closed_at,
)  # fmt: skip
_ALERTS: Any = (
    select(*_ALERT)
    .join(Service, Service.id == Alert.service_id)
    .join(Site, Site.id == Service.site_id)
    .join(Provider, Provider.id == Alert.provider_id)
)


def queue(connection: Connection) -> list[AlertSeen]:
    """Every open alert in view: danger now first, then the longest waiting."""
    urgent = case((Alert.tier == "now", 0), else_=1)
    query = _ALERTS.where(Alert.closed_at.is_(None)).order_by(urgent, Alert.raised_at, Alert.id)
    return [AlertSeen(*row) for row in connection.execute(query)]


def one(connection: Connection, alert_id: int) -> AlertSeen | None:
    """That alert, open or closed; None when there is none in view."""
    row = connection.execute(_ALERTS.where(Alert.id == alert_id)).one_or_none()
    return AlertSeen(*row) if row else None


def texts(connection: Connection, alert_id: int) -> list[TextSeen]:
    """What the person said, in order, as far as it is in view."""
    words = type_coerce(AlertText.words, LargeBinary)
    query = select(AlertText.place, words, AlertText.contact, AlertText.at)
    rows = connection.execute(query.where(AlertText.alert_id == alert_id).order_by(AlertText.id))
    return [TextSeen(row[0], _opened(row[1]), row[2], row[3]) for row in rows]


def replies(connection: Connection, alert_id: int) -> list[ReplySeen]:
    """What we answered to the texts of this alert, in order."""
    query = (
        select(
            Outbox.kind, type_coerce(Outbox.letter, LargeBinary), Outbox.state, Outbox.error_code,
            Outbox.created_at,
        )
        .join(AlertText, AlertText.inbox_id == Outbox.inbox_id)
        .where(AlertText.alert_id == alert_id)
        .order_by(Outbox.id)
    )  # fmt: skip
    rows = connection.execute(query)
    return [ReplySeen(row[0], _opened(row[1]), row[2], row[3], row[4]) for row in rows]


def _opened(sealed: bytes | None) -> str:
    return crypto.opened(Purpose.WORDS, sealed)


def comments(connection: Connection, response_id: int | None) -> list[HeldSeen]:
    """The comments that the words belong to, as staff would read them."""
    if response_id is None:
        return []
    query = select(Comment.redacted, Comment.held).where(Comment.response_id == response_id)
    return [HeldSeen(*row) for row in connection.execute(query.order_by(Comment.id))]


def deeds(connection: Connection, alert_id: int) -> list[DeedSeen]:
    """What was done, in order."""
    query = (
        select(AlertDeed.deed, Account.name, AlertDeed.reason, AlertDeed.at)
        .join(Account, Account.id == AlertDeed.account_id)
        .where(AlertDeed.alert_id == alert_id)
        .order_by(AlertDeed.id)
    )
    return [DeedSeen(row[0], row[1], row[2] or "", row[3]) for row in connection.execute(query)]


def told(connection: Connection, alert_id: int) -> list[ToldSeen]:
    """Who was written to about it, in order."""
    query = (
        select(Account.name, Mail.kind, Mail.state, Mail.changed_at)
        .join(Account, Account.id == Mail.account_id)
        .where(Mail.alert_id == alert_id)
        .order_by(Mail.id)
    )
    return [ToldSeen(*row) for row in connection.execute(query)]


def do(
    connection: Connection, alert: AlertSeen, act: Act, deed: str, values: dict[str, object]
) -> bool:
    """Change the alert and write the deed down; False when it has moved on or is closed."""
    statement = (
        update(Alert)
        .where(Alert.id == alert.alert_id, Alert.version == act.seen, Alert.closed_at.is_(None))
        .values(version=Alert.version + 1, **values)
    )
    if connection.execute(statement).rowcount == 0:
        return False
    connection.execute(
        insert(AlertDeed)
        .inline()
        .values(
            alert_id=alert.alert_id,
            provider_id=alert.provider_id,
            account_id=act.account_id,
            deed=deed,
            reason=act.reason,
            at=act.now,
        )
    )
    return True


def hold(connection: Connection, response_id: int, held: bool) -> None:
    """Let the comments of a response be read, redacted, by the service's staff, or keep them back."""
    connection.execute(update(Comment).where(Comment.response_id == response_id).values(held=held))


_BREAK = text("SELECT hearback_break_glass(:alert, :seen, :account, :why, :for_call, :now)")


def break_glass(
    connection: Connection, alert_id: int, act: Act, *, for_call: bool = False
) -> str | None:
    """The person's address, once it is written down who asked and why; None where that may not be,
    or the alert (for a call: the case) has moved on."""
    values = {
        "alert": alert_id,
        "seen": act.seen,
        "account": act.account_id,
        "why": crypto.sealed(Purpose.WORDS, act.reason),
        "for_call": for_call,
        "now": act.now,
    }
    sealed = connection.execute(_BREAK, values).scalar_one()
    return crypto.opened(Purpose.ADDRESS, sealed) if sealed is not None else None


def broken(connection: Connection, limit: int) -> list[GlassSeen]:
    """The newest reveals of the providers in view."""
    query = (
        select(
            GlassBreak.at, Account.name, Provider.name, Service.name, GlassBreak.alert_id,
            GlassBreak.by_call, GlassBreak.reason,
        )
        .join(Account, Account.id == GlassBreak.account_id)
        .join(Provider, Provider.id == GlassBreak.provider_id)
        .join(Service, Service.id == GlassBreak.service_id)
        .order_by(GlassBreak.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [GlassSeen(*row) for row in connection.execute(query)]
