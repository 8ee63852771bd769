"""One row, file or server that is not fit for use must not lose a text, nor hold up the others."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from sqlalchemy import text

from flows import catch_up
from flows.house import Door
from runtime import clock, jobs, metrics
from storage.spool import Spool
from tests.faults.ledger import balance
from tests.faults.points import FIRST, SECOND, broken_dialogue, database_away
from tests.faults.stage import PERSON, Stage
from webhooks import draining

OTHER = "+447700900003"


@contextmanager
def renamed(stage: Stage, table: str) -> Iterator[None]:
    """A table that is not where this release looks for it."""
    engine = stage.door.house.engine
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    yield
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


def test_a_database_that_is_there_and_takes_nothing_is_spooled_for(stage: Stage) -> None:
    with stage.nearby():
        with renamed(stage, "inbox"):
            assert stage.texts(FIRST).attempts[-1].status == 200
        assert len(stage.door.spool.waiting()) == 1
        stage.half_an_hour()
        stage.texts(SECOND)
        stage.half_an_hour()
    balance(stage)


def test_a_conversation_that_no_key_opens_keeps_its_texts(stage: Stage) -> None:
    engine = stage.door.house.engine
    with stage.nearby():
        stage.texts(FIRST)
        with engine.begin() as connection:
            kept = connection.execute(text("SELECT state FROM conversations")).scalar_one()
            connection.execute(text("UPDATE conversations SET state = 'no key opens this'"))
        assert stage.texts(SECOND).attempts[-1].status == 200
        assert stage.state("SELECT state FROM inbox ORDER BY id") == [("stepped",), ("to_step",)]
        with engine.begin() as connection:
            connection.execute(text("UPDATE conversations SET state = :kept"), {"kept": kept})
        stage.half_an_hour()
    balance(stage)


def test_a_text_that_no_key_opens_does_not_hold_up_other_people(stage: Stage) -> None:
    with stage.nearby():
        for number in (PERSON, OTHER):
            stage.twilio.text(number, stage.seeded.number, FIRST)
            with broken_dialogue(stage):
                stage.twilio.text(number, stage.seeded.number, SECOND)
    with stage.door.house.engine.begin() as connection:
        unreadable = text("UPDATE inbox SET letter = 'no key opens this' WHERE id = :id")
        first = connection.execute(text("SELECT min(id) FROM inbox WHERE state = 'to_step'"))
        connection.execute(unreadable, {"id": first.scalar_one()})
    assert catch_up.catch_up(stage.door.house)[0] == 1
    assert stage.state("SELECT count(*) FROM inbox WHERE state = 'to_step'") == [(1,)]


def test_a_spooled_text_that_the_database_refuses_does_not_hold_up_the_rest(
    stage: Stage,
) -> None:
    with stage.nearby(), renamed(stage, "inbox"):
        stage.texts(FIRST)
    unfit = '{"channel": "sms", "account": "A", "ref": "R", "ours": "1", "theirs": "2", '
    stage.door.spool.add(unfit + '"touchpoint": "\\u0000"}', clock.now().replace(year=2020))
    assert draining.drain(stage.door) == 1
    assert len(stage.door.spool.waiting()) == 1


def test_a_later_text_waits_behind_a_spooled_one(stage: Stage) -> None:
    with stage.nearby():
        with database_away(stage):
            stage.texts("4 long wait")
        assert "<Message" not in stage.texts("sorry, meant 1").twiml
        assert "<Message" in stage.twilio.text(OTHER, stage.seeded.number, FIRST).twiml
        stage.half_an_hour()
        assert "<Message" in stage.texts("2").twiml
        stage.half_an_hour()
    balance(stage)


def test_a_spool_file_cut_short_is_set_aside(stage: Stage) -> None:
    stage.door.spool.add("{}", clock.now())
    (path,) = stage.door.spool.waiting()
    path.write_bytes(path.read_bytes()[:8])
    assert draining.drain(stage.door) == 0
    assert stage.door.spool.waiting() == []


def test_the_drain_goes_on_after_an_error_that_nobody_foresaw(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import TimeoutError as NoConnectionFree

    went_on = threading.Event()

    def drain(_door: Door, calls: list[int] = []) -> int:  # noqa: B006  remembered on purpose
        calls.append(1)
        if len(calls) == 1:
            raise NoConnectionFree
        went_on.set()
        return 0

    monkeypatch.setattr(draining, "drain", drain)
    monkeypatch.setattr(draining, "EVERY_SECONDS", 0.01)
    stop = draining.start(stage.door)
    try:
        assert went_on.wait(5)
    finally:
        stop.set()


def test_no_room_on_disk_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "add", full)
    with stage.nearby(), renamed(stage, "inbox"):
        assert stage.texts(FIRST).attempts[-1].status == 503


def test_a_disk_that_takes_a_part_is_asked_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    really = os.write
    monkeypatch.setattr("storage.spool.os.write", lambda where, what: really(where, what[:7]))
    stage.door.spool.add("{}", clock.now())
    monkeypatch.undo()
    (path,) = stage.door.spool.waiting()
    assert stage.door.spool.read(path)[1] == "{}"


def test_a_redis_that_hangs_is_waited_for_once() -> None:
    lost = metrics.BELL_LOST._value.get()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with Redis.from_url(address, socket_timeout=0.2, retry=None) as redis:
            jobs.ring(redis, *jobs.BELLS)
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert metrics.BELL_LOST._value.get() - lost == len(jobs.BELLS)
