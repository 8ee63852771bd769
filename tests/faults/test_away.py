"""Servers that go away under real processes: what comes in meanwhile is kept, and answered later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from runtime.embedded import Servers
from runtime.embedded.server import Server
from tests.faults.ledger import balance
from tests.faults.points import FIRST, SECOND
from tests.faults.stage import CHAT, PERSON, Running, Stage, until
from workers import at_hand

pytestmark = pytest.mark.slow


@contextmanager
def away(stage: Stage, *servers: Server) -> Iterator[None]:
    """These servers are stopped; afterwards they run again, with what they kept.

    The connections of this process are forgotten too: it is no part of what is tested here.
    """
    for server in servers:
        server.stop()
    try:
        yield
    finally:
        for server in servers:
            server.start()
        for house in (stage.door.house, at_hand.now().house):
            house.engine.dispose()


def statuses(stage: Stage, body: str) -> list[int]:
    return [attempt.status for attempt in stage.texts(body).attempts]


def test_valkey_away_is_answered_and_swept_later(stage: Stage, servers: Servers) -> None:
    web = stage.web()
    with away(stage, servers.valkey):
        assert statuses(stage, FIRST) == [200]
        assert stage.telegram.says(CHAT, FIRST).taken
        assert len(stage.twilio.phone(PERSON)) == 1
    stage.clock()
    until(lambda: stage.queued() >= {"deliver", "understand", "aggregate"}, "bells ring", web)
    stage.texts(SECOND)
    stage.telegram.says(CHAT, SECOND)
    stage.half_an_hour()
    balance(stage)


def test_postgresql_away_is_spooled_and_answered_by_api(stage: Stage, servers: Servers) -> None:
    first = stage.web()
    with away(stage, servers.postgres):
        assert statuses(stage, FIRST) == [200]
        assert stage.telegram.says(CHAT, FIRST).taken
        assert stage.twilio.phone(PERSON) == []
        assert len(stage.door.spool.waiting()) == 2
    stage.end(first)
    again = stage.web()
    until(lambda: not stage.door.spool.waiting(), "the spool is drained at its start", again)
    stage.half_an_hour()
    assert len(stage.twilio.phone(PERSON)) == 1
    stage.texts(SECOND)
    stage.telegram.says(CHAT, SECOND)
    stage.half_an_hour()
    balance(stage)


def test_both_away_asks_to_try_again_and_what_comes_twice_is_one(
    stage: Stage, servers: Servers
) -> None:
    stage.web()
    with away(stage, servers.postgres, servers.valkey):
        lost = stage.texts(FIRST)
        assert lost.attempts[-1].status == 503
        pushed = stage.telegram.says(CHAT, FIRST)
        assert {attempt.status for attempt in pushed.attempts} == {503}
    stage.texts_again(lost)
    assert stage.telegram.push_again()[0].taken
    stage.half_an_hour()
    assert len(stage.twilio.phone(PERSON)) == 1
    stage.texts(SECOND)
    stage.telegram.says(CHAT, SECOND)
    stage.half_an_hour()
    balance(stage)


def test_both_away_and_nobody_tries_again(stage: Stage, servers: Servers) -> None:
    stage.web()
    with away(stage, servers.postgres, servers.valkey):
        assert statuses(stage, FIRST) == [503]
    stage.half_an_hour()
    stage.texts(SECOND)
    stage.half_an_hour()
    balance(stage)


def test_postgresql_restarted_between_two_texts_needs_no_spool(
    stage: Stage, servers: Servers
) -> None:
    stage.web()
    assert statuses(stage, FIRST) == [200]
    with away(stage, servers.postgres):
        pass
    for body in (SECOND, "1"):  # each of the two web processes has a stale connection or none
        assert "<Message" in stage.texts(body).twiml
        assert stage.door.spool.waiting() == []
    stage.half_an_hour()
    balance(stage)


def test_workers_outlive_both_servers(stage: Stage, servers: Servers) -> None:
    stage.web()
    worker = stage.worker("now")
    with away(stage, servers.postgres, servers.valkey):
        pass
    assert stage.telegram.says(CHAT, FIRST).taken
    until(lambda: any(shown.ours for shown in stage.telegram.thread(CHAT)), "a reply comes", worker)
    stage.half_an_hour()
    balance(stage)


def test_the_clock_outlives_both_servers(stage: Stage, servers: Servers) -> None:
    clock = stage.clock()
    until(lambda: stage.state("SELECT count(*) FROM ticks") == [(2,)], "it has ticked", clock)
    with away(stage, servers.valkey, servers.postgres):
        until(lambda: "database_away" in clock.said(), "it has noticed", clock)
    with stage.nearby():
        stage.texts(FIRST)
    stage.door.redis.flushall()
    stage.minutes_pass(1)
    until(lambda: stage.queued() >= {"understand", "aggregate"}, "it rings again", clock)


def test_two_clocks_do_no_harm(stage: Stage) -> None:
    with stage.nearby():
        stage.texts(FIRST)
        stage.telegram.says(CHAT, FIRST)
    stage.minutes_pass()
    stage.door.redis.flushall()
    clocks = stage.clock(), stage.clock()
    until(lambda: stage.queued() >= {"deliver", "understand", "aggregate"}, "a clock rings")
    looked = "SELECT count(*) = count(DISTINCT (name, due_at)) FROM ticks"
    assert stage.state(looked) == [(True,)]
    workers = stage.worker("now"), stage.worker("later")
    until(lambda: not stage.queued(), "the bells are heard")
    assert all(running in stage.started for running in (*clocks, *workers))
    stage.half_an_hour()
    balance(stage)


@pytest.mark.parametrize("start", [Stage.web, Stage.worker_parent], ids=["web", "worker"])
def test_nothing_works_on_when_its_parent_is_killed(
    stage: Stage, start: Callable[[Stage], Running]
) -> None:
    running = start(stage)
    assert len(stage.family(running)) == 3
    stage.kill(running)
    until(lambda: stage.family(running) == [], "its children end too")
