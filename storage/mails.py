"""Letters to staff: written once a key, claimed with SKIP LOCKED, settled by what the server says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.tables import Account, Mail, Provider

QUEUED, SENDING, SENT = "queued", "sending", "sent"
FAILED, UNCONFIRMED = "failed", "unconfirmed"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it is asked for."""

    provider_id: int
    account_id: int
    alert_id: int | None
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that a worker has claimed, with whom it is for."""

    mail_id: int
    provider_id: int
    account_id: int
    alert_id: int | None
    kind: str
    key: str
    attempts: int
    created_at: datetime
    name: str
    address: str
    provider: str


@dataclass(frozen=True, slots=True)
class MailSeen:
    """A letter as its page shows it."""

    mail_id: int
    alert_id: int | None
    kind: str
    state: str
    error_code: str | None
    created_at: datetime
    changed_at: datetime
    name: str
    provider: str


def put(connection: Connection, letters: Sequence[Letter], now: datetime) -> None:
    """Ask for these letters; one whose key is there already is there already."""
    rows = [
        {
            "provider_id": letter.provider_id,
            "account_id": letter.account_id,
            "alert_id": letter.alert_id,
            "kind": letter.kind,
            "key": letter.key,
            "state": QUEUED,
            "created_at": now,
            "due_at": now,
            "changed_at": now,
        }
        for letter in letters
    ]
    if rows:
        connection.execute(insert(Mail).on_conflict_do_nothing(index_elements=["key"]), rows)


def claim(connection: Connection, limit: int, now: datetime) -> list[Due]:
    """Take up to `limit` due letters for this worker: queued -> sending. No two workers get one."""
    chosen = (
        select(Mail.id)
        .where(Mail.state == QUEUED, Mail.due_at <= now)
        .order_by(Mail.due_at, Mail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = connection.execute(
        update(Mail)
        .where(Mail.id.in_(chosen.scalar_subquery()))
        .values(state=SENDING, attempts=Mail.attempts + 1, changed_at=now)
        .returning(Mail.id)
    ).scalars()
    return _due(connection, list(taken))


def left_sending(connection: Connection, age: timedelta, now: datetime) -> list[Due]:
    """Letters claimed longer than `age` ago of which nobody has said anything: now unconfirmed."""
    lost = connection.execute(
        update(Mail)
        .where(Mail.state == SENDING, Mail.changed_at < now - age)
        .values(state=UNCONFIRMED, error_code="worker_died", changed_at=now)
        .returning(Mail.id)
    ).scalars()
    return _due(connection, list(lost))


def _due(connection: Connection, ids: list[int]) -> list[Due]:
    query = (
        select(
            Mail.id, Mail.provider_id, Mail.account_id, Mail.alert_id, Mail.kind, Mail.key,
            Mail.attempts, Mail.created_at, Account.name, Account.email, Provider.name,
        )
        .join(Account, Account.id == Mail.account_id)
        .join(Provider, Provider.id == Mail.provider_id)
        .where(Mail.id.in_(ids))
        .order_by(Mail.id)
    )  # fmt: skip
    return [Due(*row) for row in connection.execute(query)]


def settle(
    connection: Connection, mail_id: int, state: str, now: datetime, error_code: str | None = None
) -> bool:
    """Write what became of a claimed letter; False when somebody has given it up meanwhile."""
    statement = update(Mail).where(Mail.id == mail_id, Mail.state == SENDING)
    values = {"state": state, "error_code": error_code, "changed_at": now}
    return connection.execute(statement.values(**values)).rowcount > 0


def again(
    connection: Connection, mail_id: int, due_at: datetime, now: datetime, error_code: str
) -> None:
    """It has not left: due once more, at `due_at`."""
    connection.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.state == SENDING)
        .values(state=QUEUED, due_at=due_at, error_code=error_code, changed_at=now)
    )


def owed(connection: Connection, now: datetime, left: timedelta) -> bool:
    """Whether a letter is due, or was claimed longer than `left` ago by somebody who died."""
    due = (Mail.state == QUEUED) & (Mail.due_at <= now)
    dead = (Mail.state == SENDING) & (Mail.changed_at < now - left)
    return bool(connection.execute(select(exists().where(or_(due, dead)))).scalar_one())


def oldest_waiting(connection: Connection) -> datetime | None:
    """Since when the oldest letter that has not left is asked for."""
    query = select(func.min(Mail.created_at)).where(Mail.state.in_([QUEUED, SENDING]))
    return connection.execute(query).scalar_one()


def newest(connection: Connection, limit: int) -> list[MailSeen]:
    """The newest letters of the providers in view."""
    query = (
        select(
            Mail.id, Mail.alert_id, Mail.kind, Mail.state, Mail.error_code, Mail.created_at,
            Mail.changed_at, Account.name, Provider.name,
        )
        .join(Account, Account.id == Mail.account_id)
        .join(Provider, Provider.id == Mail.provider_id)
        .order_by(Mail.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [MailSeen(*row) for row in connection.execute(query)]
