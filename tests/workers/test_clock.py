"""The clock: each moment rung once however many clocks run; it outlives what it needs."""

import threading
from datetime import timedelta

import pytest

from flows.house import House
from runtime import jobs
from runtime.embedded import Servers
from runtime.settings import Settings
from tests.places import MOMENT
from workers import clock, schedule
from workers.schedule import tick


def test_two_clocks_ring_each_moment_once(house: House, given: Settings) -> None:
    redis = jobs.connect(given.redis_url)
    assert tick(house, redis, MOMENT) == ["sweep", "forget"]
    assert tick(house, redis, MOMENT + timedelta(seconds=30)) == []
    assert tick(house, redis, MOMENT + timedelta(seconds=60)) == ["sweep"]
    redis.close()


def test_a_missed_moment_is_not_made_up_for(house: House, given: Settings) -> None:
    redis = jobs.connect(given.redis_url)
    tick(house, redis, MOMENT)
    assert tick(house, redis, MOMENT + timedelta(minutes=10)) == ["sweep"]
    assert tick(house, redis, MOMENT + timedelta(minutes=10, seconds=5)) == []
    redis.close()


@pytest.mark.slow
def test_it_outlives_both_servers_being_away(
    house: House, given: Settings, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[list[str]] = []
    looked = threading.Event()
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.05)

    def look(*args: object) -> list[str]:
        try:
            acted = schedule.tick(*args)  # type: ignore[arg-type]
        finally:
            looked.set()
        rung.append(acted)
        return acted

    monkeypatch.setattr(clock, "tick", look)
    stop = threading.Event()
    servers.valkey.stop()
    servers.postgres.stop()
    running = threading.Thread(target=clock.run, args=(given, stop))
    running.start()
    looked.wait(10)
    assert rung == []
    servers.valkey.start()
    servers.postgres.start()
    for _ in range(200):
        if rung:
            break
        stop.wait(0.05)
    stop.set()
    running.join(10)
    assert rung[0] == ["sweep", "forget"]
