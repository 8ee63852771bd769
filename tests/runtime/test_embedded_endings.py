"""However the process that runs the embedded servers ends, the next start finds a clean house."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from runtime import embedded

ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGKILL]


@contextlib.contextmanager
def child(data_dir: Path, where: str = "main") -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.runtime.embedded_child", str(data_dir), where]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What the child prints when its servers answer."""
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return said


def end(process: "subprocess.Popen[str]", by: signal.Signals) -> None:
    process.send_signal(by)
    process.wait(20)


def gone(pids: Sequence[int], seconds: float) -> bool:
    deadline = monotonic() + seconds
    while any(runs(pid) for pid in pids):
        if monotonic() > deadline:
            return False
        sleep(0.01)
    return True


def runs(pid: int) -> bool:
    """Whether it is there and not merely waiting to be buried, which is for init to do."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: each ending must leave it fit for the next start."""
    return tmp_path_factory.mktemp("endings")


@pytest.mark.parametrize("by", ENDINGS)
def test_the_servers_end_with_the_process_that_started_them(
    data_dir: Path, by: signal.Signals
) -> None:
    with child(data_dir) as process:
        pids = told(process)["pids"]
        assert not gone(pids, 0)
        end(process, by)
        assert gone(pids, 10)


def test_servers_that_outlived_a_killed_process_are_ended_by_the_next_start(
    data_dir: Path,
) -> None:
    with child(data_dir, "thread") as process:
        before = told(process)
        end(process, signal.SIGKILL)
    assert not gone(before["pids"], 0.3), "the case is only made if they outlive it"
    with child(data_dir) as process:
        after = told(process)
        assert after["count"] == before["count"] + 1
        assert gone(before["pids"], 0)
        end(process, signal.SIGTERM)


def test_a_start_right_after_a_kill_has_all_that_was_committed(data_dir: Path) -> None:
    counts = []
    for _ in range(2):
        with child(data_dir) as process:
            counts.append(told(process)["count"])
            end(process, signal.SIGKILL)
    assert counts[1] == counts[0] + 1


def test_a_process_killed_in_the_middle_of_the_first_start_harms_nothing(tmp_path: Path) -> None:
    with child(tmp_path) as process:
        while not list(tmp_path.glob("postgres.making-*/base")):
            sleep(0.005)
        end(process, signal.SIGKILL)
    assert not (tmp_path / "postgres").exists()
    with embedded.running(tmp_path, durable=False, valkey=False) as running:
        assert running.postgres.running
    assert not list(tmp_path.glob("postgres.making-*"))


def test_of_two_processes_that_start_at_once_one_wins_and_one_is_refused(data_dir: Path) -> None:
    with child(data_dir) as one:
        said = told(one)
        with pytest.raises(embedded.EmbeddedError, match=f"Process {one.pid} already runs"):
            embedded.start(data_dir)
        assert not gone(said["pids"], 0)
        os.kill(one.pid, signal.SIGINT)
        one.wait(20)
    assert embedded.environment_of(data_dir) == {}
