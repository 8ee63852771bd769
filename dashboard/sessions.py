"""Who is signed in: a token in a signed cookie that scripts cannot read, and a row that it names.

A session ends after 12 hours, after an hour without a page, when the browser closes, and at once,
also for whoever has copied the cookie, when its person signs out, gets a new password or is closed.
"""

from datetime import datetime, timedelta

from flask import Flask, Request, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import Connection

from dashboard.door import current
from dashboard.permissions import Viewer
from runtime import clock
from runtime.settings import Settings
from storage import crypto, sessions
from storage.accounts import Member
from storage.crypto import Purpose

FOR_MACHINES = ("/webhooks/", "/api/", "/healthz", "/readyz", "/metrics")
"""How addresses begin at which nobody looks at pages."""
_NAME = "staff"
_REFRESH = timedelta(minutes=1)


class _ForPeople(SecureCookieSessionInterface):
    """Flask's sessions, for browsers alone: no cookie of a machine is looked for."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's; None where a provider posts, and Flask then makes one that holds nothing."""
        if request.path.startswith(FOR_MACHINES):
            return None
        return super().open_session(app, request)


def configure(app: Flask, settings: Settings) -> None:
    """Keys and flags of the cookie. Older keys still open what they have signed."""
    ring = crypto.keyring()
    newest, *older = (ring.derived(Purpose.SESSION, key_id) for key_id in ring.masters)
    secure = settings.public_url.startswith("https://")
    app.secret_key = newest
    app.session_interface = _ForPeople()
    app.config.update(
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="__Host-hearback" if secure else "hearback",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )


def begin(connection: Connection, member: Member, now: datetime) -> None:
    """Open a session; nothing of an earlier one remains, so no one can have planted it."""
    session.clear()
    session[_NAME] = clock.fresh_token()
    sessions.begin(connection, session[_NAME], member, now)


def end(connection: Connection) -> None:
    """Close the session of this browser, and of every copy of its cookie."""
    sessions.end(connection, session[_NAME])
    session.clear()


def load() -> None:
    """Before each staff page: `g.viewer` is who looks, or None.

    While the database is away nobody is: its error passes through, and the page says so.
    """
    token = session.get(_NAME)
    g.viewer = _viewer(token, clock.now()) if token else None
    if token and g.viewer is None:
        session.clear()


def _viewer(token: str, now: datetime) -> Viewer | None:
    with current().house.engine.begin() as connection:
        found = sessions.find(connection, token, now)
        if found is None:
            return None
        if now - found.seen_at > _REFRESH:
            sessions.touch(connection, token, now)
    member = found.member
    return Viewer(member.account_id, member.name, member.email, found.grants)
