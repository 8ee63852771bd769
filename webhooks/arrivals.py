"""One text from a provider's door into the house, whatever is away at that moment.

PostgreSQL away, or unable to keep it for any other reason: sealed onto disk, 200. Redis away: 200,
and the sweeper rings. Both away: on disk all the same, but 503, so that a provider that tries again
finds another host.
"""

import time
from dataclasses import dataclass

from flask import current_app
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.values import Text
from flows import letters
from flows.accept import Accepted, accept
from flows.house import Door
from runtime import clock, faults, log, metrics
from storage import inbox


@dataclass(frozen=True, slots=True)
class Taken:
    """What the door may now answer: the replies that ride back, and whether to say 503."""

    accepted: Accepted | None
    unavailable: bool = False


def door() -> Door:
    """The door of this web process."""
    found: Door = current_app.extensions["hearback_door"]
    return found


def take(text: Text, *, ride: bool) -> Taken:
    """Accept the text, ring its bells; spool it when the database cannot take it."""
    started = time.perf_counter()
    here = door()
    if here.spool.holds(_sender(text)):
        return _spool(here, text, "an earlier text of theirs waits on disk")
    try:
        accepted = accept(here.house, text, clock.now(), ride=ride)
    except SQLAlchemyError as error:
        # A table that is locked, or not migrated yet, is no reason to lose a text either.
        return _spool(here, text, type(error).__name__)
    here.ring(*accepted.bells)
    faults.reached("door.rung")
    metrics.REPLY_SECONDS.labels(text.channel).observe(time.perf_counter() - started)
    return Taken(accepted)


def _spool(here: Door, text: Text, reason: str) -> Taken:
    faults.reached("spool.before_write")
    try:
        here.spool.add(letters.from_text(text), clock.now(), _sender(text))
    except OSError as full:
        log.get().error("not_spooled", channel=text.channel, error=type(full).__name__)
        return Taken(None, unavailable=True)
    faults.reached("spool.written")
    metrics.INBOUND.labels(text.channel, "spooled").inc()
    log.get().warning("spooled", channel=text.channel, reason=reason)
    return Taken(None, unavailable=not _redis_answers(here))


def _sender(text: Text) -> bytes:
    return inbox.sender(text.channel, text.their_address)


def _redis_answers(here: Door) -> bool:
    try:
        return bool(here.redis.ping())
    except RedisError:
        return False


def refused(channel: str) -> None:
    """Count a request that was not let in."""
    metrics.INBOUND.labels(channel, "refused").inc()
