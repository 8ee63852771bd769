"""Open sign-ins of staff: a row each, so that signing out ends one here and not only in a browser.

In PostgreSQL and not in Valkey: emptying Valkey signs nobody out or in, and while the database is
away nobody is let in. Knows no cookie; a session's token is kept as its SHA-256 only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.accounts import Granted, Member
from storage.tables import Account, Grant, Session

LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session belongs to, with all their roles, and when it last asked for a page."""

    member: Member
    grants: tuple[Granted, ...]
    seen_at: datetime


def begin(connection: Connection, token: str, member: Member, now: datetime) -> None:
    """Open a session that `token` names from now on."""
    connection.execute(
        insert(Session).values(
            token=_digest(token),
            account_id=member.account_id,
            epoch=member.session_epoch,
            began_at=now,
            seen_at=now,
        )
    )


def find(connection: Connection, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with it, in one statement.

    None when it was ended, is too old or idle, when the account is closed, or when the account's
    epoch has moved on (a new password, signed out everywhere).
    """
    query = (
        select(
            Account.id,
            Account.email,
            Account.name,
            Account.password_hash,
            Account.session_epoch,
            Session.seen_at,
            Grant.role,
            Grant.provider_id,
            Grant.site_id,
            Grant.service_id,
        )
        .join(Account, Account.id == Session.account_id)
        .outerjoin(Grant, Grant.account_id == Account.id)
        .where(
            Session.token == _digest(token),
            Session.epoch == Account.session_epoch,
            Session.began_at > now - LONGEST,
            Session.seen_at > now - LONGEST_IDLE,
            Account.active,
        )
        .order_by(Grant.id)
    )
    rows: Any = connection.execute(query).all()
    if not rows:
        return None
    grants = tuple(Granted(*row[6:]) for row in rows if row.role is not None)
    return SignedIn(Member(*rows[0][:5]), grants, rows[0].seen_at)


def touch(connection: Connection, token: str, now: datetime) -> None:
    """It has asked for a page."""
    connection.execute(update(Session).where(Session.token == _digest(token)).values(seen_at=now))


def end(connection: Connection, token: str) -> None:
    """It is over, whoever still holds the token."""
    connection.execute(delete(Session).where(Session.token == _digest(token)))


def forget(connection: Connection, now: datetime) -> int:
    """Remove those that nobody can use any more; returns how many."""
    over = (Session.began_at <= now - LONGEST) | (Session.seen_at <= now - LONGEST_IDLE)
    return connection.execute(delete(Session).where(over)).rowcount


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
