"""Who is signed in: an account's number and the time, in a signed cookie that scripts cannot read.

A session ends after 12 hours, after an hour without a page, when the browser closes, and at once
when the account's epoch moves on (password changed, signed out everywhere, account closed).
"""

from datetime import datetime, timedelta

from flask import Flask, g, session

from dashboard.door import current
from dashboard.permissions import Viewer
from runtime import clock
from runtime.settings import Settings
from storage import accounts, crypto
from storage.accounts import Member
from storage.crypto import Purpose

LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=1)
_REFRESH = timedelta(minutes=1)


def configure(app: Flask, settings: Settings) -> None:
    """Keys and flags of the cookie. Older keys still open what they have signed."""
    ring = crypto.keyring()
    newest, *older = (ring.derived(Purpose.SESSION, key_id) for key_id in ring.masters)
    secure = settings.public_url.startswith("https://")
    app.secret_key = newest
    app.config.update(
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="__Host-hearback" if secure else "hearback",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )


def begin(member: Member) -> None:
    """Open a session; nothing of an earlier one remains, so no one can have planted it."""
    session.clear()
    moment = clock.now().timestamp()
    session.update(account=member.account_id, epoch=member.session_epoch, since=moment, seen=moment)


def end() -> None:
    """Close the session of this browser."""
    session.clear()


def load() -> None:
    """Before each staff page: `g.viewer` is who looks, or None."""
    g.viewer = _viewer(clock.now())
    if g.viewer is None and "account" in session:
        end()


def _viewer(now: datetime) -> Viewer | None:
    if "account" not in session or not _fresh(now):
        return None
    with current().house.engine.connect() as connection:
        found = accounts.with_grants(connection, session["account"])
    if found is None or found[0].session_epoch != session["epoch"]:
        return None
    member, grants = found
    _touch(now)
    return Viewer(member.account_id, member.name, member.email, grants)


def _fresh(now: datetime) -> bool:
    opened = now.timestamp() - float(session["since"])
    idle = now.timestamp() - float(session["seen"])
    return opened < LONGEST.total_seconds() and idle < LONGEST_IDLE.total_seconds()


def _touch(now: datetime) -> None:
    """Note that a page was asked for; at most once a minute, so that few answers set a cookie."""
    if now.timestamp() - session["seen"] > _REFRESH.total_seconds():
        session["seen"] = now.timestamp()
