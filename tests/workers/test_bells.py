"""Bells: rung once while unheard, lost without harm, rung again by the sweeper."""

import json
import threading
import time
from collections.abc import Callable

import pytest
from redis import Redis

from flows.sweep import sweep
from runtime import clock, jobs, metrics
from runtime.embedded import Servers
from runtime.jobs import QueueName
from tests.flows.talking import Phone
from workers import jobs as work
from workers.at_hand import AtHand
from workers.drains import drain
from workers.guard import JobFailed, without_words


def waiting(redis: Redis, name: QueueName) -> list[str]:
    return [str(job.description) for job in jobs.queue(redis, name).jobs]


def test_a_bell_rings_once_until_it_is_heard(have: AtHand) -> None:
    for _ in range(5):
        jobs.ring(have.redis, jobs.DELIVER, jobs.AGGREGATE)
    assert waiting(have.redis, QueueName.NOW) == ["deliver"]
    assert waiting(have.redis, QueueName.LATER) == ["aggregate"]
    jobs.heard(have.redis, jobs.DELIVER)
    jobs.ring(have.redis, jobs.DELIVER)
    assert waiting(have.redis, QueueName.NOW) == ["deliver", "deliver"]


def test_the_job_is_json_and_holds_nothing(have: AtHand) -> None:
    jobs.ring(have.redis, *jobs.BELLS)
    for name in QueueName:
        for job in jobs.queue(have.redis, name).jobs:
            name_and_more: list[object] = json.loads(job.data)
            assert name_and_more[2:] == [[], {}]


def test_a_lost_bell_is_counted_and_raises_nothing(have: AtHand, servers: Servers) -> None:
    before = metrics.BELL_LOST._value.get()
    servers.valkey.stop()
    try:
        jobs.ring(have.redis, jobs.DELIVER)
    finally:
        servers.valkey.start()
    assert metrics.BELL_LOST._value.get() == before + 1


def _soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_the_ringer_rings_at_once_and_then_for_many(
    have: AtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[jobs.Bell, ...]] = []
    ring = jobs.ring

    def noted(connection: Redis, *bells: jobs.Bell) -> None:
        asked.append(bells)
        ring(connection, *bells)

    monkeypatch.setattr(jobs, "ring", noted)
    ringer = jobs.Ringer(have.redis)
    ringer.ring(jobs.DELIVER)
    assert _soon(lambda: waiting(have.redis, QueueName.NOW) == ["deliver"])
    for _ in range(500):
        ringer.ring(jobs.AGGREGATE, jobs.UNDERSTAND)
    assert _soon(
        lambda: sorted(waiting(have.redis, QueueName.LATER)) == ["aggregate", "understand"]
    )
    assert len(asked) < 50


def test_no_answer_waits_for_a_redis_that_hangs(
    have: AtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, released = threading.Event(), threading.Event()

    def hanging(*_: object) -> None:
        hangs.set()
        released.wait(10)

    monkeypatch.setattr(jobs, "ring", hanging)
    ringer = jobs.Ringer(have.redis)
    ringer.ring(jobs.DELIVER)
    assert hangs.wait(10)
    ringer.ring(jobs.AGGREGATE)  # comes back though the first is still being rung
    released.set()


def test_the_sweeper_names_what_is_owed(have: AtHand, phone: Phone) -> None:
    assert sweep(have.house, clock.now()) == ()
    phone.text("1 kind words", ride=False)
    assert set(sweep(have.house, clock.now())) == {jobs.DELIVER, jobs.UNDERSTAND, jobs.AGGREGATE}
    work.understand()
    work.aggregate()
    assert sweep(have.house, clock.now()) == (jobs.DELIVER,)


def test_a_drain_works_until_nothing_is_left(have: AtHand) -> None:
    batches = iter([20, 20, 3, 0])
    assert drain(have, jobs.DELIVER, lambda: next(batches)) == 43
    assert waiting(have.redis, QueueName.NOW) == []


def test_a_drain_that_runs_out_of_time_rings_again(
    have: AtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "DRAIN_SECONDS", -1)
    assert drain(have, jobs.DELIVER, lambda: 20) == 20
    assert waiting(have.redis, QueueName.NOW) == ["deliver"]


def test_a_job_that_fails_passes_on_no_words() -> None:
    def job() -> None:
        raise ValueError("what a person typed")

    with pytest.raises(JobFailed) as caught:
        without_words(job)()
    assert "typed" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_every_bell_has_its_job() -> None:
    for bell in jobs.BELLS:
        module, _, name = bell.function.rpartition(".")
        assert module == work.__name__
        assert callable(getattr(work, name))
