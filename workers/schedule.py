"""What the clock rings, and how often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis

from flows.house import House
from flows.sweep import sweep
from runtime import faults, jobs
from storage import erasures, sessions, ticks


@dataclass(frozen=True, slots=True)
class Entry:
    """`act` is called once for each full `every` since midnight UTC, by whichever clock is first."""

    name: str
    every: timedelta
    act: Callable[[House, Redis, datetime], None]

    def moment(self, now: datetime) -> datetime:
        """The latest scheduled moment at or before `now`."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + (now - midnight) // self.every * self.every


def _sweep(house: House, redis: Redis, now: datetime) -> None:
    jobs.ring(redis, *sweep(house, now))


def _forget(house: House, _redis: Redis, now: datetime) -> None:
    with house.engine.begin() as connection:
        ticks.forget(connection, now)
        sessions.forget(connection, now)
        erasures.forget(connection, now)


SCHEDULE = (
    Entry("sweep", timedelta(minutes=1), _sweep),
    Entry("forget", timedelta(days=1), _forget),
)


def tick(house: House, redis: Redis, now: datetime) -> list[str]:
    """Act on every entry whose moment no clock has claimed yet; returns their names."""
    acted = []
    for entry in SCHEDULE:
        with house.engine.begin() as connection:
            mine = ticks.claim(connection, entry.name, entry.moment(now), now)
        if mine:
            faults.reached("clock.claimed")
            entry.act(house, redis, now)
            acted.append(entry.name)
    return acted
