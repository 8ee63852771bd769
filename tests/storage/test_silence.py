"""Patience with PostgreSQL: each wait ends, the database then counts as away, and few ask again."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from queue import Queue
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime.settings import Settings
from storage import database, migrate, silence
from storage.silence import Doubt, Patience

SHORT = Patience(statement=10, lock=5, answer=0.8, free=0.3)


@pytest.fixture
def hasty(given: Settings) -> Iterator[Engine]:
    """An engine that waits 0.8 s for an answer."""
    made = database.connect(given, 1, SHORT)
    yield made
    made.dispose()


def sleep(engine: Engine, seconds: float = 5) -> None:
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


def ask(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def refused(act: Callable[[], None]) -> SQLAlchemyError:
    with pytest.raises(SQLAlchemyError) as raised:
        act()
    assert database.away(raised.value)
    return raised.value


def fallen_silent(engine: Engine) -> None:
    """It has met one silence, and asked again at once, which it may."""
    refused(lambda: sleep(engine))
    ask(engine)
    engine.dispose()


@pytest.mark.slow
def test_an_answer_that_does_not_come_is_a_database_away(hasty: Engine) -> None:
    begun = time.monotonic()
    error = refused(lambda: sleep(hasty))
    assert time.monotonic() - begun < 4
    assert isinstance(error, OperationalError)
    assert error.connection_invalidated
    ask(hasty)


@pytest.mark.slow
def test_a_block_has_one_end_for_all_its_statements(hasty: Engine) -> None:
    with hasty.connect() as connection, silence.within(1.2):
        connection.execute(text("SELECT pg_sleep(0.7)"))
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT pg_sleep(0.7)"))


@pytest.mark.slow
def test_a_block_may_have_more_time_than_the_process_has_patience(hasty: Engine) -> None:
    with silence.within(9):
        sleep(hasty, 1)
    with silence.within(math.inf):
        sleep(hasty, 1)
    refused(lambda: sleep(hasty, 1))


@pytest.mark.slow
def test_a_migration_may_wait_for_another_release(given: Settings, hasty: Engine) -> None:
    other = database.connect(given, 1)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": migrate._LOCK})
        leaving = threading.Timer(1.2, connection.invalidate)
        leaving.start()
        migrate.upgrade(hasty)
        leaving.join()
    other.dispose()


@pytest.mark.slow
def test_a_connection_that_cannot_be_had_is_left_behind(
    hasty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the name of the host is looked up and nobody answers: libpq waits without an end."""
    late: Queue[psycopg.Connection] = Queue()
    really = silence.Connection.connect

    def slow(*arguments: Any, **keywords: Any) -> silence.Connection:
        time.sleep(0.6)
        made = really(*arguments, **keywords)
        late.put(made)
        return made

    monkeypatch.setattr(silence.Connection, "connect", slow)
    with silence.within(0.3):
        refused(lambda: ask(hasty))
    left_behind = late.get(timeout=5)
    deadline = time.monotonic() + 5
    while not left_behind.closed:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    monkeypatch.setattr(silence, "CONNECT_SECONDS", 0.3)
    assert "in time" in str(refused(lambda: ask(hasty)))
    late.get(timeout=5)


def test_what_the_server_ends_itself_is_not_away(given: Settings) -> None:
    engine = database.connect(given, 1, Patience(statement=0.05, lock=0.05, answer=5, free=1))
    with pytest.raises(OperationalError) as raised:
        sleep(engine)
    assert not database.away(raised.value)
    engine.dispose()


@pytest.mark.slow
def test_a_pool_without_a_free_connection_is_not_waited_for_long(hasty: Engine) -> None:
    taken = [hasty.connect() for _ in range(3)]  # one, and two that may overflow
    assert isinstance(refused(lambda: ask(hasty)), NoConnectionFree)
    for connection in taken:
        connection.close()


@pytest.mark.slow
def test_after_a_silence_one_asks_again_and_the_others_are_told_at_once(hasty: Engine) -> None:
    fallen_silent(hasty)
    begun = time.monotonic()
    assert "not asked again yet" in str(refused(lambda: ask(hasty)))
    assert time.monotonic() - begun < 1


@pytest.mark.slow
def test_a_commit_ends_the_doubt(hasty: Engine) -> None:
    refused(lambda: sleep(hasty))
    sleep(hasty, 0)
    hasty.dispose()
    ask(hasty)


def test_the_doubt_lasts_while_whoever_asks_meets_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [100.0]
    monkeypatch.setattr(silence, "time", SimpleNamespace(monotonic=lambda: moment[0]))
    monkeypatch.setattr(silence, "_connected", lambda *_: SimpleNamespace())
    doubt = Doubt(SHORT)

    def asked() -> bool:
        try:
            return bool(doubt.connect(None, None, [], {}))
        except psycopg.OperationalError:
            return False

    assert [asked(), asked()] == [True, True]
    for _ in range(3):
        doubt.arise()
        assert [asked(), asked()] == [True, False], "the first at once, or after 5 s"
        doubt.arise()
        moment[0] += 5
    assert [asked(), asked()] == [True, False]
    moment[0] += 5
    assert [asked(), asked()] == [True, True], "the last one met no silence"


def test_the_server_is_told_the_limits(engine: Engine) -> None:
    told = "SELECT name, setting FROM pg_settings WHERE name LIKE '%\\_timeout'"
    with engine.connect() as connection:
        limits = {row.name: row.setting for row in connection.execute(text(told))}
    assert limits["statement_timeout"] == "10000"
    assert limits["lock_timeout"] == "5000"
    assert limits["idle_in_transaction_session_timeout"] == "30000"
