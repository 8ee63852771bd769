"""Processes of servers: start one that dies with us, end those that an earlier run left behind.

Knows no server by its protocol, only by its name and by the mark in its command line.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

PROC = Path("/proc")
# A process shows one of these names for the instant before it becomes the server itself.
WRAPPERS = frozenset({"unshare", "setpriv"})
GENTLE_SECONDS = 10.0
HARSH_SECONDS = 5.0
LOOK_EVERY = 0.01


def spawn(command: Sequence[str], log: IO[bytes], folder: Path) -> "subprocess.Popen[bytes]":
    """Start `command` in `folder`, its words into `log`, in a session of its own.

    Its own session keeps a Ctrl-C at the terminal from reaching it before we stop it in order;
    its bare environment keeps our secrets, and PG... variables of the person, out of it.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=bare_environment(),
        cwd=folder,
        start_new_session=True,
    )


def bare_environment() -> dict[str, str]:
    """What a server may see of our environment: where programs are, and no locale but C."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def dying_with_us(by: signal.Signals) -> list[str]:
    """Words before a command that have Linux send it `by` when we die, however we die.

    Empty where that cannot be had, and off the main thread: Linux counts the end of the thread
    that started the process as the death of its parent.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return []
    return [setpriv, "--pdeathsig", by.name.removeprefix("SIG"), "--"]


def marked(mark: str, names: tuple[str, ...]) -> list[int]:
    """The processes called one of `names`, or about to be, with `mark` in their command line.

    Empty on systems without /proc.
    """
    return [int(entry.name) for entry in PROC.glob("[0-9]*") if _is_ours(entry, mark, names)]


def process_name(entry: Path) -> str:
    """The name of the process at `/proc/<pid>`, or "" if there is none."""
    try:
        return (entry / "comm").read_text().strip()
    except OSError:
        return ""


def end(mark: str, names: tuple[str, ...], *, gently: bool = True) -> int:
    """End every process with that mark, and return how many there were.

    `gently` first asks by SIGINT, which PostgreSQL and Valkey both answer with an orderly stop.
    """
    there = left = marked(mark, names)
    steps = [(signal.SIGINT, GENTLE_SECONDS), (signal.SIGKILL, HARSH_SECONDS)]
    for by, seconds in steps if gently else steps[1:]:
        deadline = time.monotonic() + seconds
        _signal(left, by)
        while left and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
            left = marked(mark, names)
    return len(there)


def _signal(pids: list[int], by: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, by)
        except ProcessLookupError:
            continue


def _is_ours(entry: Path, mark: str, names: tuple[str, ...]) -> bool:
    name = process_name(entry)
    if name not in names and name not in WRAPPERS:
        return False
    line = _command_line(entry)
    return mark in line and (name in names or any(each in line for each in names))


def _command_line(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_text(errors="replace")
    except OSError:
        return ""
