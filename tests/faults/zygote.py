"""Starts real processes of Hearback quickly: the code is imported once here, and a start is a fork.

A started process runs `python -m ...` from its first line, in its own environment; what a module
reads from the environment when it is imported (the armed fault) is read again. This process is the
parent of all that it starts, so it can say by which signal one died.
"""

import contextlib
import ctypes
import importlib
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot import library
from runtime import faults

_CODE = ("hearback.cli", "hearback.web", "hearback.web_process", "workers.clock", "workers.parent",
         "workers.process", "workers.jobs", "twilio.rest.api.v2010.account.message",
         "sqlalchemy.dialects.postgresql.psycopg", "telegram.request")  # fmt: skip
_ROOT = Path(__file__).parents[2]
_PR_SET_PDEATHSIG = 1


class Zygote:
    """The test's side: orders one process after another. Everything ends when it is closed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> str:
        """The parent of all that it starts."""
        return str(self._process.pid)

    def start(self, module: str, *words: str, environment: Mapping[str, str], output: Path) -> int:
        """Run `python -m module words...` in that environment alone; returns its process id."""
        order = {"module": module, "words": words, "environment": dict(environment)}
        pid = self._asked({**order, "output": str(output)})
        assert isinstance(pid, int)
        return pid

    def status(self, pid: int, seconds: float = 10.0) -> int | None:
        """How that process ended, as Popen says it (-9: by SIGKILL); None: it lives on."""
        found: int | None = self._asked({"wait": pid, "seconds": seconds})
        return found

    def end(self, pid: int) -> None:
        """SIGKILL to that process and to all that it has started."""
        self._asked({"end": pid})

    def close(self) -> None:
        """End everything."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except (
            subprocess.TimeoutExpired
        ):  # it waits for a child that will not end on a busy machine
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _asked(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _serve() -> dict[str, Any] | None:
    """Obey orders until the input ends. In a started process: returns the order that it is."""
    ended: dict[int, int] = {}
    living: set[int] = set()
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if "module" in order:
            answer: int | None = os.fork()
            if answer == 0:
                return order  # type: ignore[no-any-return]
            assert answer is not None
            living.add(answer)
        elif "wait" in order:
            answer = _waited(order["wait"], order["seconds"], ended)
        else:
            answer = _killed(order["end"], ended)
            living.discard(order["end"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in living:
        _killed(pid, ended)
    return None


def _waited(pid: int, seconds: float, ended: dict[int, int]) -> int | None:
    until = time.monotonic() + seconds
    while pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() > until:
            return None
        else:
            select.select([], [], [], 0.01)
    return ended[pid]


def _killed(pid: int, ended: dict[int, int]) -> int | None:
    """Its whole group at once: what it started must not outlive it. (A group outlives its leader.)"""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    return _waited(pid, 10, ended)


def _become(order: dict[str, Any]) -> None:
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order["environment"])
    importlib.reload(faults)
    sys.argv = [order["module"], *order["words"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


def main() -> None:
    """Import what costs time, then serve."""
    for name in _CODE:
        importlib.import_module(name)
    for name in library.names():
        library.script(name)
    if (order := _serve()) is not None:
        _become(order)


if __name__ == "__main__":
    main()
