"""`hearback doctor`: what an operator should know of an installation, a line each; mends nothing.

Names settings, keys, tables and counts; never a person's word, number or name.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from runtime import clock, jobs, settings
from runtime.settings import Settings, SettingsError
from storage import crypto, database, debts, holds, keys, revisions
from storage.debts import Debts
from storage.spool import Spool, SpoolRefused

LONGEST_WAIT = timedelta(minutes=5)
"""Bells and sweeper do what is owed within two minutes; what waits longer is stuck."""
LONGEST_WITHOUT_RECEIPT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `well` is False for a fault."""

    well: bool
    line: str


def examine() -> Iterator[Finding]:
    """Everything that can be looked at; what cannot be reached is one fault, and the rest goes on."""
    try:
        given = settings.load()
    except SettingsError as error:
        yield from (Finding(False, line) for line in str(error).split("; "))
        return
    yield Finding(True, "settings: read")
    yield _redis(given)
    yield from _database(given)


def _redis(given: Settings) -> Finding:
    try:
        with jobs.connect(given.redis_url) as client:
            client.ping()
    except redis.RedisError as error:
        return Finding(False, f"redis: cannot be reached ({type(error).__name__})")
    return Finding(True, "redis: answers")


def _database(given: Settings) -> Iterator[Finding]:
    spool = Spool(given.data_dir / "spool")
    with database.once(given) as engine:
        yield from _spool(spool)
        try:
            with engine.begin() as connection:
                yield from _kept(connection, spool)
        except DBAPIError as error:
            yield Finding(False, f"database: cannot be asked ({type(error.orig).__name__})")


def _spool(spool: Spool) -> Iterator[Finding]:
    if not spool.folder.is_dir():
        yield Finding(True, "spool: not on this host, or hearback web has not run yet")
        return
    try:
        spool.check()
    except SpoolRefused as error:
        yield Finding(False, f"spool: {error}")
        return
    yield Finding(True, f"spool: can be synced, {len(spool.waiting())} texts wait in it")
    if damaged := spool.damaged():
        yield Finding(False, f"spool: {len(damaged)} texts that no listed key opens")


def _kept(connection: Connection, spool: Spool) -> Iterator[Finding]:
    found, wanted = revisions.current(connection), revisions.newest()
    if found != wanted:
        line = f"database: at revision {found}, this release wants {wanted}: run hearback migrate"
        yield Finding(False, line)
        return
    yield Finding(True, f"database: at revision {found}, the newest")
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    yield from _owed(debts.owed(connection), clock.now())
    if late := holds.to_review(connection, clock.london_day(clock.now())):
        yield Finding(
            False, f"holds: {late} are past the day by which somebody was to look at them"
        )
    yield from _keys(connection, spool)


def _owed(owed: Debts, now: datetime) -> Iterator[Finding]:
    waits = (
        (f"inbox: {owed.to_step} texts could not be stepped", owed.to_step_since, LONGEST_WAIT),
        ("outbox: a text is due and has not left", owed.due_since, LONGEST_WAIT),
        ("outbox: a text has no receipt", owed.told_nothing_since, LONGEST_WITHOUT_RECEIPT),
        (f"comments: {owed.unread} are not read yet", owed.unread_since, LONGEST_WAIT),
        ("figures: a day is not counted again", owed.dirty_since, LONGEST_WAIT),
        ("erasures: what is due has not gone", owed.erase_since, LONGEST_WAIT),
    )
    for line, since, longest in waits:
        if since is not None and now - since > longest:
            yield Finding(False, f"{line}, the oldest for {_long(now - since)}")
    if owed.unconfirmed:
        many = f"outbox: {owed.unconfirmed} texts are unconfirmed: nobody knows whether they left"
        yield Finding(False, many)
    if owed.clock_at is None or now - owed.clock_at > LONGEST_WAIT:
        lately = f"for {_long(now - owed.clock_at)}" if owed.clock_at else "yet"
        yield Finding(False, f"clock: has not looked {lately}: is hearback clock running?")
    else:
        yield Finding(True, f"clock: looked {_long(now - owed.clock_at)} ago")


def _keys(connection: Connection, spool: Spool) -> Iterator[Finding]:
    uses = keys.in_use(connection)
    for key_id, many in _spooled(spool).items():
        uses.setdefault(key_id, {})["spool"] = many
    listed = list(crypto.keyring().masters)
    for key_id in [*listed, *sorted(set(uses) - set(listed))]:
        yield _key(key_id, uses.get(key_id, {}), listed)


def _spooled(spool: Spool) -> Counter[str]:
    files = [*spool.waiting(), *spool.damaged()]
    return Counter(crypto.key_of(path.read_bytes()) for path in files)


def _key(key_id: str, uses: dict[str, int], listed: list[str]) -> Finding:
    needed = ", ".join(f"{place} {many}" for place, many in sorted(uses.items())) or "nothing"
    if key_id not in listed:
        return Finding(False, f"key {key_id!r}: is not listed, and is needed by {needed}")
    if key_id == listed[0]:
        return Finding(True, f"key {key_id!r}: seals from now on; is needed by {needed}")
    removable = "" if uses else ": may be removed"
    return Finding(True, f"key {key_id!r}: is needed by {needed}{removable}")


def _long(wait: timedelta) -> str:
    minutes, seconds = divmod(int(wait.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join([f"{many} {unit}" for many, unit in parts if many][:2]) or "0 s"
