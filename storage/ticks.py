"""Which scheduled moments have been rung, so that two clocks ring each of them once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from storage.tables import Tick

KEPT = timedelta(days=2)


def claim(connection: Connection, name: str, due_at: datetime, now: datetime) -> bool:
    """True for the one clock that may ring `name` for the moment `due_at`."""
    claimed = connection.execute(
        insert(Tick)
        .values(name=name, due_at=due_at, claimed_at=now)
        .on_conflict_do_nothing()
        .returning(Tick.name)
    )
    return claimed.one_or_none() is not None


def forget(connection: Connection, now: datetime) -> int:
    """Remove the moments that no clock can still be late for; returns how many."""
    return connection.execute(delete(Tick).where(Tick.due_at < now - KEPT)).rowcount
