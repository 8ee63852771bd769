"""No wait for PostgreSQL without an end, and no crowd that waits for one that is silent.

A server that is away refuses. One that hangs, or stands behind a network that has gone silent, says
nothing: its own time-outs do not reach us, TCP's take minutes, and a Unix socket has none. psycopg
wakes up ten times a second while it waits, so each wait is given its end there: no thread, no timer.
Refuses to know what is asked.
"""

import math
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

from runtime import log

CONNECT_SECONDS = 2.5
ASK_AGAIN_SECONDS = 5.0
SLOW_REFUSAL_SECONDS = 1.0
"""A connection that fails after longer than this was met by silence, whatever the error says."""

_until: ContextVar[float | None] = ContextVar("until", default=None)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a process waits, in seconds: what the server is told (statement, lock), what we watch
    ourselves (one answer, a connection of the pool that is free)."""

    statement: float
    lock: float
    answer: float
    free: float

    def arguments(self) -> dict[str, Any]:
        """libpq's parameters of a connection. Those of TCP do nothing on a Unix socket.

        A transaction that waits for us three statements long is one whose end was lost on the
        way: the server lets go of what it holds.
        """
        told = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": 3 * self.statement,
        }
        options = (f"-c {name}={round(seconds * 1000)}" for name, seconds in told.items())
        return {
            "connect_timeout": 2,  # the least that libpq knows
            "options": " ".join(["-c timezone=UTC", *options]),
            "tcp_user_timeout": round(self.answer * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        }


DOOR = Patience(statement=2.5, lock=2.0, answer=3.0, free=2.0)
"""Somebody waits for us: a provider, or a person before a page."""
WORK = Patience(statement=10.0, lock=5.0, answer=12.0, free=5.0)
"""Nobody does."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All waits for answers in this block end when so many seconds are over, together; `math.inf`:
    never. Without it each wait has its connection's own patience."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


class Doubt:
    """Makes connections, and remembers silence. Until a commit has come back, one at a time may ask
    again, every 5 s and the first at once; the others are told that the database is away. So a
    silence holds up one thread of a process, and not all that come."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._lock = threading.Lock()
        self._ask_again_at: float | None = None
        self._silent = False

    def connect(
        self, _dialect: object, _record: object, arguments: list[Any], keywords: dict[str, Any]
    ) -> "Connection":
        """For SQLAlchemy's event `do_connect`. Raises psycopg.OperationalError."""
        if not self._may_ask():
            raise psycopg.OperationalError("PostgreSQL was silent and is not asked again yet")
        begun = time.monotonic()
        try:
            made = _connected(*arguments, **keywords)
        except psycopg.Error:
            if time.monotonic() - begun > SLOW_REFUSAL_SECONDS:
                self.arise()
            raise
        made.doubt = self
        return made

    def arise(self) -> None:
        """An answer did not come."""
        with self._lock:
            self._silent = True
            if self._ask_again_at is not None:
                return
            self._ask_again_at = time.monotonic()
        log.get().warning("database_silent")

    def end(self) -> None:
        """An answer came."""
        self._ask_again_at = None

    def _may_ask(self) -> bool:
        with self._lock:
            if self._ask_again_at is None:
                return True
            now = time.monotonic()
            if now < self._ask_again_at:
                return False
            if self._silent:
                self._silent, self._ask_again_at = False, now + ASK_AGAIN_SECONDS
            else:  # whoever asked last has met no silence
                self._ask_again_at = None
            return True


class Connection(psycopg.Connection[Any]):
    """A connection that gives up: it closes itself, and SQLAlchemy then takes it for lost."""

    doubt: Doubt

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg's. Raises psycopg.OperationalError when the time is over and no one set another."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self._left())
        except psycopg.errors._WaitTimeout:
            # Its docstring asks callers to turn it into another.
            self.close()
            self.doubt.arise()
            raise psycopg.OperationalError("PostgreSQL did not answer in time") from None

    def commit(self) -> None:
        """As psycopg's."""
        super().commit()
        self.doubt.end()

    def _left(self) -> float | None:
        until = _until.get()
        if until is None:
            return self.doubt.patience.answer
        return None if until == math.inf else until - time.monotonic()


def _connected(*arguments: Any, **keywords: Any) -> Connection:
    """A new connection, from a thread that is left behind when it takes too long: libpq looks up the
    name of a host without an end. Raises psycopg.OperationalError."""
    coming: Future[Connection] = Future()
    threading.Thread(target=_connect, args=(coming, arguments, keywords), daemon=True).start()
    longest = min(CONNECT_SECONDS, (_until.get() or math.inf) - time.monotonic())
    try:
        return coming.result(longest)
    except TimeoutError:
        if coming.cancel():
            raise psycopg.OperationalError("PostgreSQL cannot be reached in time") from None
        return coming.result()


def _connect(
    coming: "Future[Connection]", arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> None:
    try:
        made = Connection.connect(*arguments, **keywords)
    except psycopg.Error as error:
        if coming.set_running_or_notify_cancel():
            coming.set_exception(error)
        return
    if coming.set_running_or_notify_cancel():
        coming.set_result(made)
    else:
        made.close()
