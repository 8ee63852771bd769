"""The parent of the two worker processes: starts them, starts them again, and ends with them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from runtime import log
from runtime.jobs import QueueName

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0
_STEADY_SECONDS = 30.0
_PATIENCE_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_WAIT_SECONDS = 1.0


@dataclass
class _Child:
    name: QueueName
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait: float = _FIRST_WAIT
    due: float = 0.0

    def look(self, now: float) -> None:
        """Start it when it is due; when it has ended, decide when it is due again."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif (status := self.process.poll()) is not None:
            log.get().warning("worker_ended", queue=self.name, status=status)
            steady = now - self.started > _STEADY_SECONDS
            self.wait = _FIRST_WAIT if steady else min(self.wait * 2, _LONGEST_WAIT)
            self.process, self.due = None, now + self.wait

    def start(self, now: float) -> None:
        command = [sys.executable, "-m", "workers.process", self.name, str(os.getpid())]
        self.process = subprocess.Popen(command)  # noqa: S603  our own interpreter, our own module
        self.started = now

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Parent:
    """Keeps one process a queue alive until told to stop.

    ready: asked until it is true, before the first process starts; what it raises ends the parent.
    """

    ready: Callable[[], bool]
    sleep: Callable[[float], None] = time.sleep
    stopping: bool = False
    children: list[_Child] = field(default_factory=lambda: [_Child(name) for name in QueueName])

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then each child finishes its batch, 15 s at most."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._wait()
        while not self.stopping:
            for child in self.children:
                child.look(time.monotonic())
            self.sleep(_LOOK_SECONDS)
        for child in self.children:
            child.stop()

    def _wait(self) -> None:
        if self.stopping or self.ready():
            return
        log.get().warning("worker_waits", reason="the database is away or not migrated")
        while not self.stopping and not self.ready():
            self.sleep(_WAIT_SECONDS)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
