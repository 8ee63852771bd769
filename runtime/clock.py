"""The one clock: everything that needs the time, or a fresh random token, asks here."""

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
