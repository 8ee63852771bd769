"""Starts what is measured as processes of their own, and ends each by its number.

Knows no more of a server than the port that it listens on.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import HOST, LoadFailed

ROOT = Path(__file__).parents[1]
_OURS = ("HEARBACK_", "TWILIO_", "TELEGRAM_", "SMTP_", "WEB_CONCURRENCY", "PORT", "PROMETHEUS_")
_READY_SECONDS = 60.0
_END_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process that has been started; `stop` ends it and all that it has started."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    port: int = 0

    def stop(self) -> None:
        """SIGTERM, and SIGKILL to its whole group where that is not enough."""
        self.process.terminate()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def await_port(self) -> "Running":
        """Return when it listens. LoadFailed when it ends instead, with where its log is."""
        until = time.monotonic() + _READY_SECONDS
        while True:
            try:
                socket.create_connection((HOST, self.port), 1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise LoadFailed(f"{self.name} does not listen, see {self.log}") from None
                time.sleep(0.05)


def start(
    name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, port: int = 0
) -> Running:
    """Start it in a group of its own; what it says goes to `log`."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            env={**bare(), **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Running(name, process, log, port)


def python(*module: str) -> list[str]:
    """Our own interpreter on one of our own modules."""
    return [sys.executable, "-m", *module]


def bare() -> dict[str, str]:
    """Our environment without a setting of Hearback's: the bench reads none of the person's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    """The processes that `pid` has started, by /proc; empty where there is none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(entry.parent.name))
    return found


def command_line(pid: int) -> str:
    """Its words, separated by spaces."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def resident_megabytes(pid: int) -> float:
    """What of it is in memory (VmRSS), pages shared with others included."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
