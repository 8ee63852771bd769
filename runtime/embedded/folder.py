"""The data folder of the embedded servers, held by one process at a time, and its folder of sockets.

The sockets live apart, in a short private folder: their paths may have no more than 107 bytes.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from runtime import log
from runtime.embedded import processes
from runtime.embedded.errors import EmbeddedError

LOCK = "embedded.lock"
SOCKETS = "embedded.sockets"
SOCKETS_PREFIX = "hearback-"
LONGEST_SOCKET_FOLDER = 80
SERVER_NAMES = ("postgres", "valkey-server", "redis-server")


@dataclass(frozen=True, slots=True)
class Folder:
    """A data folder that this process holds, and the folder of the sockets of this run."""

    path: Path
    sockets: Path

    @property
    def mark(self) -> str:
        """What every process of this run carries in its command line, and no other does."""
        return self.sockets.name


@contextmanager
def held(data_dir: Path) -> Iterator[Folder]:
    """Hold `data_dir` alone, made (0700) if it is not there, free of an earlier run's servers.

    Raises EmbeddedError if another process holds it or if it cannot be used.
    """
    with ExitStack() as undo:
        try:
            path = data_dir.resolve()
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            undo.enter_context(_lock(path))
            _end_earlier_run(path)
            sockets = _make_sockets(path)
        except OSError as error:
            raise EmbeddedError(
                f"The data folder cannot be used: {error.strerror}",
                data_dir,
                "Set HEARBACK_DATA_DIR to a folder that this user may write.",
            ) from error
        undo.callback(_forget_sockets, path, sockets)
        yield Folder(path, sockets)


def recorded_sockets(data_dir: Path) -> Path | None:
    """The folder of sockets that the latest run has noted in `data_dir` and not taken back."""
    try:
        sockets = Path((data_dir / SOCKETS).read_text().strip())
    except (OSError, UnicodeDecodeError):
        return None
    return sockets if sockets.name.startswith(SOCKETS_PREFIX) else None


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with (path / LOCK).open("a+") as lock_file:
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"Process {_holder(lock_file)} already runs the servers of this folder",
                path,
                "Stop it first, or set HEARBACK_DATA_DIR to another folder.",
            ) from None
        lock_file.truncate(0)
        lock_file.write(str(os.getpid()))
        lock_file.flush()
        yield


def _holder(lock_file: IO[str]) -> str:
    lock_file.seek(0)
    return lock_file.read(20).strip() or "(unknown)"


def _end_earlier_run(path: Path) -> None:
    """We hold the lock, so whatever still runs here was left behind by a process that was killed."""
    sockets = recorded_sockets(path)
    if sockets is None:
        return
    ended = processes.end(sockets.name, SERVER_NAMES)
    if ended:
        log.get().warning("embedded_servers_left_by_a_killed_run_ended", count=ended)
    shutil.rmtree(sockets, ignore_errors=True)


def _make_sockets(path: Path) -> Path:
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_SOCKET_FOLDER:
        parent = "/tmp"
    sockets = Path(tempfile.mkdtemp(prefix=SOCKETS_PREFIX, dir=parent))
    (path / SOCKETS).write_text(f"{sockets}\n")
    return sockets


def _forget_sockets(path: Path, sockets: Path) -> None:
    shutil.rmtree(sockets, ignore_errors=True)
    (path / SOCKETS).unlink(missing_ok=True)
