"""Members of staff who can sign in, and the roles that they hold at providers, sites and services.

Knows no password, only its hash; what a role may do is the dashboard's business.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.tables import Account, Grant


@dataclass(frozen=True, slots=True)
class Granted:
    """A role at a provider; at one of its sites or services only, where those are not None."""

    role: str
    provider_id: int
    site_id: int | None = None
    service_id: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as far as signing in goes. `session_epoch`: sessions of an older one are over."""

    account_id: int
    email: str
    name: str
    password_hash: str | None
    session_epoch: int


_MEMBER = (Account.id, Account.email, Account.name, Account.password_hash, Account.session_epoch)


def by_email(connection: Connection, email: str) -> Member | None:
    """The active account with this e-mail address, whatever its case."""
    query = select(*_MEMBER).where(Account.email == _written(email), Account.active)
    row = connection.execute(query).one_or_none()
    return Member(*row) if row else None


def add(
    connection: Connection, email: str, name: str, password_hash: str | None, now: datetime
) -> int:
    """A new account's id. IntegrityError when the address is taken."""
    statement = insert(Account).values(
        email=_written(email), name=name, password_hash=password_hash, created_at=now
    )
    return connection.execute(statement.returning(Account.id)).scalar_one()


def set_password(connection: Connection, account_id: int, password_hash: str) -> None:
    """A new password; every session that the old one has opened is over."""
    connection.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(password_hash=password_hash, session_epoch=Account.session_epoch + 1)
    )


def rehash(connection: Connection, account_id: int, old: str, new: str) -> None:
    """The same password hashed at today's cost, unless it has been changed meanwhile."""
    connection.execute(
        update(Account)
        .where(and_(Account.id == account_id, Account.password_hash == old))
        .values(password_hash=new)
    )


def close(connection: Connection, account_id: int) -> None:
    """Nobody signs in with it any more; every open session is over, and stays so."""
    connection.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(active=False, session_epoch=Account.session_epoch + 1)
    )


def signed_in(connection: Connection, account_id: int, now: datetime) -> None:
    """Note when this account last signed in."""
    connection.execute(update(Account).where(Account.id == account_id).values(signed_in_at=now))


def grant(connection: Connection, account_id: int, granted: Granted) -> None:
    """Give a role; giving it twice changes nothing."""
    connection.execute(
        upsert(Grant)
        .values(
            account_id=account_id,
            provider_id=granted.provider_id,
            site_id=granted.site_id,
            service_id=granted.service_id,
            role=granted.role,
        )
        .on_conflict_do_nothing()
    )


def _written(email: str) -> str:
    return email.strip().lower()
