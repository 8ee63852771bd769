"""Where texts wait while the database is away: sealed, fsynced files in the web host's own folder.

One file a text, written whole under a hidden name, synced, renamed, and the folder synced: after
a power cut it is there or it never was. A file is removed only after the database has the text.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from runtime import clock
from storage import crypto
from storage.crypto import Purpose

_READY = ".text"
_DAMAGED = ".damaged"


class SpoolRefused(Exception):
    """The folder cannot keep texts safely; the message says which and why."""


class Spool:
    """The spool of one folder. Start-up calls `check`; any process of the host may add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Make the folder and prove that it can sync. Raises SpoolRefused."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.folder / f".probe-{clock.fresh_token(6)}"
            self._write(probe, b"probe")
            probe.unlink()
            self._sync_folder()
        except OSError as error:
            reason = errno.errorcode.get(error.errno or 0, "unknown error")
            raise SpoolRefused(
                f"the spool folder {self.folder} cannot keep texts safely ({reason}); "
                f"point HEARBACK_DATA_DIR at a local disk that this user may write to"
            ) from None

    def add(self, letter: str, received_at: datetime, sender: bytes = b"") -> None:
        """Keep one text; when this returns it is on disk. OSError if it is not.

        sender: how the inbox knows who wrote (an HMAC); of it a part stands in the file's name, so
        that `holds` need not open anything.
        """
        line = received_at.isoformat() + "\n" + letter
        sealed = crypto.keyring().seal(Purpose.SPOOL, line.encode())
        moment = received_at.strftime("%Y%m%dT%H%M%S%f")
        name = f"{moment}-{_tag(sender)}-{clock.fresh_token(9)}"
        hidden = self.folder / f".{name}"
        self._write(hidden, sealed)
        hidden.rename(self.folder / f"{name}{_READY}")
        self._sync_folder()

    def holds(self, sender: bytes) -> bool:
        """Whether a text of theirs waits here: a later one must then wait behind it."""
        tag = f"-{_tag(sender)}-"
        with os.scandir(self.folder) as entries:
            return any(tag in each.name and each.name.endswith(_READY) for each in entries)

    def waiting(self) -> list[Path]:
        """The texts on disk, oldest first."""
        return sorted(self.folder.glob(f"*{_READY}"))

    def damaged(self) -> list[Path]:
        """The texts that were set aside."""
        return sorted(self.folder.glob(f"*{_DAMAGED}"))

    def read(self, path: Path) -> tuple[datetime, str]:
        """(received at, letter). Raises SealBroken."""
        opened = crypto.keyring().open(Purpose.SPOOL, path.read_bytes()).decode()
        moment, _, letter = opened.partition("\n")
        return datetime.fromisoformat(moment), letter

    def done(self, path: Path) -> None:
        """The database has it."""
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """It cannot be read with the keys listed: kept for an operator, out of the way."""
        path.rename(path.with_suffix(_DAMAGED))

    @contextmanager
    def drained_alone(self) -> Iterator[bool]:
        """True for the one process that may drain this folder now (flock), False for any other."""
        descriptor = os.open(self.folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(descriptor)

    def _write(self, path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        try:
            while content:  # a disk that is nearly full takes a part
                content = content[os.write(descriptor, content) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _tag(sender: bytes) -> str:
    return sender[:9].hex()
