"""The stage of a fault test: real processes, phones behind fake providers, and time that passes.

Processes that are to die are real and started here. What only follows (the sweeper's look, the
flows that it rings for) may run in this process: by the real functions, on the real servers.
"""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from werkzeug.serving import make_server

from flows.house import Door
from flows.sweep import sweep
from hearback.web import make_app
from runtime import clock, jobs
from runtime.settings import Settings
from tests.fakes import FakeTelegram, FakeTwilio
from tests.fakes.smtp import Mailbox
from tests.fakes.twilio import Delivery
from tests.faults.zygote import Zygote
from tests.places import Seeded
from webhooks import draining
from workers import jobs as answers

PATIENCE, WORKERS = 30.0, 2
PERSON, CHAT = "+447700900001", 1001
_AGED = """
    UPDATE outbox SET changed_at = changed_at - make_interval(mins => :minutes),
                      due_at = due_at - make_interval(mins => :minutes);
    UPDATE mails SET changed_at = changed_at - make_interval(mins => :minutes),
                     due_at = due_at - make_interval(mins => :minutes);
    UPDATE ticks SET due_at = due_at - make_interval(mins => :minutes)
"""


@dataclass(frozen=True)
class Running:
    """A process of ours: its id, what it prints, and where it would testify to its own death."""

    pid: int
    output: Path
    witness: Path

    def said(self) -> str:
        """What it has printed so far."""
        return self.output.read_text() if self.output.exists() else ""

    def testified(self) -> bool:
        """Whether it, or a worker of its, has said where it dies."""
        return self.witness.exists() and self.witness.read_text().endswith("\n")


@dataclass
class Stage:
    """One test's database, providers, people and processes."""

    given: Settings
    environment: dict[str, str]
    folder: Path
    zygote: Zygote
    door: Door
    seeded: Seeded
    twilio: FakeTwilio
    telegram: FakeTelegram
    mailbox: Mailbox
    started: list[Running] = field(default_factory=list)

    # Processes

    def web(self, fault: str = "", **environment: str) -> Running:
        """The web process with its two workers, when both serve; the providers call it.

        Two, as by default: when one dies, the other takes what a provider tries again at once.
        """
        port = free_port()
        running = self._start("hearback", "web", fault=fault, PORT=str(port), **environment)
        self.twilio.app_url = self.telegram.app_url = f"http://127.0.0.1:{port}"
        until(lambda: running.said().count("Started worker-") == WORKERS, "web serves", running)
        until(lambda: _healthy(port), "web answers", running)
        return running

    def worker(self, queue: str, fault: str = "") -> Running:
        """The worker process of one queue, when it listens."""
        running = self._start("workers.process", queue, self.zygote.pid, fault=fault)
        until(lambda: "worker_ready" in running.said(), "worker listens", running)
        return running

    def worker_parent(self) -> Running:
        """The parent of both workers, when both listen."""
        running = self._start("hearback", "worker", fault="")
        until(lambda: running.said().count("worker_ready") == WORKERS, "both listen", running)
        return running

    def clock(self, fault: str = "", **environment: str) -> Running:
        """The clock process, when it looks."""
        running = self._start("hearback", "clock", fault=fault, **environment)
        until(lambda: "clock_ready" in running.said(), "clock looks", running)
        return running

    def end(self, running: Running) -> None:
        """SIGKILL to it and all that it started."""
        self.zygote.end(running.pid)
        self.started.remove(running)

    def kill(self, running: Running) -> None:
        """SIGKILL to that one process, and not to what it started."""
        os.kill(running.pid, signal.SIGKILL)
        assert self.zygote.status(running.pid) == -9

    def family(self, running: Running) -> list[int]:
        """The living processes that it has started, and itself."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
                if int(group) == running.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found

    def end_all(self) -> None:
        """The same for every process of this test."""
        for running in list(self.started):
            self.end(running)

    @contextmanager
    def nearby(self) -> Iterator[None]:
        """The web application in a thread of this process, where it is not what dies."""
        server = make_server("127.0.0.1", 0, make_app(self.door), threaded=True)
        server.daemon_threads = False  # type: ignore[attr-defined]  # closing waits for them
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        self.twilio.app_url = self.telegram.app_url = f"http://127.0.0.1:{server.server_port}"
        yield
        self.twilio.wait_idle()
        server.shutdown()
        thread.join()
        server.server_close()

    def died(self, running: Running, point: str, *, child: bool = False) -> None:
        """Wait until it has died of SIGKILL at that point. child: its worker did, and it lives on.

        The witness is written at the point itself, just before the signal.
        """
        until(running.testified, f"somebody reaches {point}", running)
        pid, where = running.witness.read_text().split()
        assert where == point
        if child:
            until(lambda: not Path(f"/proc/{pid}").exists(), "the worker is gone", running)
            until(lambda: "Unexpected exit" in running.said(), "its parent has seen it", running)
            assert self.zygote.status(running.pid, 0) is None, "its parent died too"
            assert int(pid) != running.pid
        else:
            assert int(pid) == running.pid
            assert self.zygote.status(running.pid) == -9
            self.started.remove(running)

    def _start(self, module: str, *words: str, fault: str, **environment: str) -> Running:
        name = self.folder / f"{words[0]}-{len(list(self.folder.glob('*.log')))}"
        running = Path(f"{name}.log"), Path(f"{name}.witness")
        armed = {"HEARBACK_FAULT": fault, "HEARBACK_FAULT_WITNESS": str(running[1])}
        pid = self.zygote.start(
            module,
            *words,
            environment={**self.environment, **(armed if fault else {}), **environment},
            output=running[0],
        )
        self.started.append(Running(pid, *running))
        return self.started[-1]

    # What people do

    def texts(self, body: str, lose_answers: int = 0) -> Delivery:
        """The person texts; returns when Twilio has an answer, or has given up."""
        number = self.seeded.number
        return self.twilio.text(PERSON, number, body, lose_answers=lose_answers)

    def texts_again(self, earlier: Delivery, lose_answers: int = 0) -> Delivery:
        """Twilio posts an earlier text of the person once more."""
        message = self.twilio.messages[earlier.sid]
        number = self.seeded.number
        return self.twilio.text(
            PERSON, number, message.body, sid=message.sid, lose_answers=lose_answers
        )

    # Time

    def minutes_pass(self, minutes: int = 10) -> None:
        """All that has a time-out is that much older."""
        with self.door.house.engine.begin() as connection:
            for statement in _AGED.split(";"):
                connection.execute(text(statement), {"minutes": minutes})
        for bell in jobs.BELLS:
            mark = f"hearback:rung:{bell.name}"
            left = self.door.redis.ttl(mark)  # -1: for ever; -2: heard, it is gone
            assert left != -1
            assert left <= jobs.RUNG_SECONDS
            self.door.redis.delete(mark)

    def sweep(self) -> tuple[jobs.Bell, ...]:
        """The sweeper looks, and rings real bells."""
        bells = sweep(self.door.house, clock.now())
        jobs.ring(self.door.redis, *bells)
        return bells

    def sweep_for(self, bell: str) -> None:
        """The sweeper looks, and that one bell is answered here."""
        assert bell in {found.name for found in sweep(self.door.house, clock.now())}
        getattr(answers, bell)()

    def queued(self, *queues: jobs.QueueName) -> set[str]:
        """The bells in RQ's queues (default: all)."""
        waiting = [jobs.queue(self.door.redis, name) for name in queues or jobs.QueueName]
        return {str(job.description) for queue in waiting for job in queue.jobs}

    def begun(self, name: jobs.QueueName) -> set[str]:
        """The ids of jobs that somebody has begun and nobody has ended."""
        registry = jobs.queue(self.door.redis, name).started_job_registry
        return set(registry.get_job_ids(cleanup=False))

    def half_an_hour(self) -> None:
        """Everything that a healthy installation does next, until nothing is owed any more."""
        draining.drain(self.door)
        quiet = 0
        while quiet < 2:
            bells = sweep(self.door.house, clock.now())
            for bell in bells:
                getattr(answers, bell.name)()
            self.twilio.wait_idle()
            self.minutes_pass()
            quiet = 0 if bells else quiet + 1

    def state(self, statement: str) -> list[tuple[object, ...]]:
        """What a query finds."""
        with self.door.house.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]


def until(true: Callable[[], object], what: str, running: Running | None = None) -> None:
    """Return once `true()`; AssertionError with the process's words after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain: {what}\n{running.said() if running else ''}")
        time.sleep(0.01)


def free_port() -> int:
    """A loopback port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def bare_environment() -> dict[str, str]:
    """What a process needs of ours beside its settings."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
