"""Names of the jobs, their queues, and how a bell is rung on RQ.

The row in the database is the debt; a job is only a bell that says "look". A bell may be lost or
ring twice: the sweeper rings again, and a drain that finds nothing does nothing. So a failing
Redis is counted and never raised.
"""

import threading
import time
from dataclasses import dataclass
from enum import StrEnum

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from runtime import faults, log, metrics

JOB_TIMEOUT_SECONDS = 20
DRAIN_SECONDS = 10
RUNG_SECONDS = 30


class QueueName(StrEnum):
    """One worker process listens on exactly one queue (RQ loses jobs on several: ADR 4)."""

    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Bell:
    """A bell: its name in Redis, the function that answers it, and the queue it rings on."""

    name: str
    function: str
    queue: QueueName


DELIVER = Bell("deliver", "workers.jobs.deliver", QueueName.NOW)
UNDERSTAND = Bell("understand", "workers.jobs.understand", QueueName.LATER)
AGGREGATE = Bell("aggregate", "workers.jobs.aggregate", QueueName.LATER)
CATCH_UP = Bell("catch_up", "workers.jobs.catch_up", QueueName.NOW)
ALERT = Bell("alert", "workers.jobs.alert", QueueName.NOW)
SETTLE = Bell("settle", "workers.jobs.settle", QueueName.NOW)
CHECK_INS = Bell("check_ins", "workers.jobs.check_ins", QueueName.LATER)
ERASE = Bell("erase", "workers.jobs.erase", QueueName.LATER)
BELLS = (DELIVER, ALERT, CATCH_UP, SETTLE, UNDERSTAND, AGGREGATE, CHECK_INS, ERASE)


def connect(redis_url: str) -> redis.Redis:
    """A client with short time-outs: a door must answer long before Twilio's 15 seconds are over."""
    return redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)


def queue(connection: redis.Redis, name: QueueName) -> Queue:
    """The RQ queue of that name; jobs are JSON, never pickle."""
    return Queue(name.value, connection=connection, serializer=JSONSerializer)


def ring(connection: redis.Redis, *bells: Bell) -> None:
    """Ring each bell unless it has been rung and not yet heard. A lost bell is counted, not raised.

    After one is lost the rest are not tried: a Redis that hangs costs a time-out each.
    """
    for place, bell in enumerate(bells):
        try:
            _ring(connection, bell)
        except redis.RedisError as error:
            lost = bells[place:]
            metrics.BELL_LOST.inc(len(lost))
            log.get().warning("bell_lost", count=len(lost), error=type(error).__name__)
            return


PAUSE_SECONDS = 0.05
"""Between two rings of one web process: what falls due meanwhile is rung together."""


class Ringer:
    """Rings from a thread of its own, so that no answer waits for Redis, be it busy or hanging.

    A process that dies takes with it what it had not rung yet, as it always could: the sweeper
    rings again. On a busy process one ring serves many texts.
    """

    def __init__(self, connection: redis.Redis) -> None:
        self._connection = connection
        self._due: set[Bell] = set()
        self._changed = threading.Condition()
        threading.Thread(target=self._keep_ringing, name="bells", daemon=True).start()

    def ring(self, *bells: Bell) -> None:
        """Have these rung; returns at once."""
        if bells:
            with self._changed:
                self._due.update(bells)
                self._changed.notify()

    def _keep_ringing(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._due))
                due, self._due = self._due, set()
            ring(self._connection, *(bell for bell in BELLS if bell in due))
            time.sleep(PAUSE_SECONDS)


def heard(connection: redis.Redis, bell: Bell) -> None:
    """Called by a drain before it looks: from here on a new row needs a new bell."""
    connection.delete(_key(bell))
    faults.reached("bell.heard")


def _ring(connection: redis.Redis, bell: Bell) -> None:
    if not connection.set(_key(bell), b"1", nx=True, ex=RUNG_SECONDS):
        return
    faults.reached("bell.marked")
    queue(connection, bell.queue).enqueue(
        bell.function,
        job_timeout=JOB_TIMEOUT_SECONDS,
        result_ttl=0,
        failure_ttl=3600,
        description=bell.name,
    )
    faults.reached("bell.rung")


def _key(bell: Bell) -> str:
    return f"hearback:rung:{bell.name}"
