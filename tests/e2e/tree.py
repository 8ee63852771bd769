"""The whole application as a newcomer runs it: `hearback demo` in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

AUTH_TOKEN = "invented-token-for-this-test"
PATIENCE = 120


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, its folder, and its first process."""

    address: str
    folder: Path
    process: "subprocess.Popen[str]"

    def get(self, path: str) -> str:
        """A page or figure that needs no sign-in."""
        with urlopen(Request(self.address + path), timeout=20) as answer:
            return str(answer.read().decode())

    def metric(self, line: str) -> float:
        """The value of that line of /metrics, 0 when it is not there yet."""
        found = re.search(rf"^{re.escape(line)} (\S+)$", self.get("/metrics"), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def processes(self) -> list[int]:
        """Every process that this demo has started, by the folder in its environment."""
        mark = f"HEARBACK_DATA_DIR={self.folder}".encode()
        return [pid for pid in _pids() if mark in _environment(pid).split(b"\0")]

    def servers(self) -> list[int]:
        """PostgreSQL and Valkey processes of this demo, by what their command lines name."""
        sockets = (self.folder / "servers" / "embedded.sockets").read_text().strip().encode()
        return [pid for pid in _pids() if sockets in _command(pid)]

    def stop(self) -> int:
        """SIGTERM, as `kill` or a container sends it; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        assert self.process.stderr
        self.process.stderr.close()
        return status


def start(folder: Path, more: Mapping[str, str] | None = None) -> Demo:
    """Start the demo and wait until it prints its addresses."""
    port = free_port()
    environment = {
        **os.environ,
        "HEARBACK_DATA_DIR": str(folder),
        "PORT": str(port),
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        **(more or {}),
    }
    with (folder.parent / f"{folder.name}-{port}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hearback", "demo"],
            env=environment,
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if "Stop with Ctrl-C" in line:
            break
    else:
        raise AssertionError("the demo ended before it answered:\n" + "".join(said))
    return Demo(f"http://localhost:{port}", folder, process)


@contextmanager
def running(more: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """A demo in a fresh folder, stopped and removed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        demo = start(Path(folder) / "var", more)
        try:
            yield demo
        finally:
            demo.stop()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def is_running(pid: int) -> bool:
    """Whether that process is there, and not only waiting to be buried."""
    return b"State:\tZ" not in (status := _proc(pid, "status")) and bool(status)


def _pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _environment(pid: int) -> bytes:
    return _proc(pid, "environ")


def _command(pid: int) -> bytes:
    return _proc(pid, "cmdline")


def _proc(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
