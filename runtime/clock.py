"""The one clock: everything that needs the time, or a fresh random token, asks here."""

import base64
import secrets
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """The calendar day in Europe/London on which an aware `moment` falls."""
    return moment.astimezone(LONDON).date()


def fresh_token(length: int = 24) -> str:
    """A URL-safe random token of `length` random bytes."""
    return secrets.token_urlsafe(length)


def fresh_number(below: int) -> int:
    """A random whole number from 0 up to, not including, `below`."""
    return secrets.randbelow(below)


def fresh_key() -> str:
    """A new 32-byte key in base64, as the setting HEARBACK_SECRET_KEY wants it behind its id."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
