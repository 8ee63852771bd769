"""What both embedded servers share: start, wait until it answers, stop, kill, at a lasting address."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO

from runtime.embedded import processes
from runtime.embedded.errors import EmbeddedError
from runtime.embedded.folder import Folder

LOG_BYTES = 1_000_000
# A database that was killed with much in its log replays it before it answers.
READY_SECONDS = 120.0


class Server(ABC):
    """One real server on the data folder. Its address is the same for every start of this object."""

    name: str
    setting: str
    process_names: tuple[str, ...]
    stop_by: signal.Signals

    def __init__(self, folder: Folder, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.path = folder.path / self.name
        self.log = folder.path / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._log_from = 0

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address, as the setting wants it."""

    @property
    @abstractmethod
    def socket(self) -> Path:
        """The Unix socket that it listens on, and nothing else."""

    @property
    def running(self) -> bool:
        """Whether its process is there; it may not answer yet."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The number of its process, or None if it does not run."""
        return self._process.pid if self._process is not None and self.running else None

    def start(self) -> None:
        """Start it and return when it answers; nothing happens if it runs.

        Raises EmbeddedError with the last words of its log if it does not come up.
        """
        self.launch()
        self.await_answer()

    def launch(self) -> None:
        """Start its process without waiting for an answer."""
        if self.running:
            return
        try:
            # Children of a server that was killed may outlive it, and hold what the next one needs.
            processes.end(self.folder.mark, self.process_names, gently=False)
            self._prepare()
            with self._open_log() as log:
                self._process = processes.spawn(self._command(), log, self.folder.path)
        except OSError as error:
            raise EmbeddedError(
                f"{self.name} cannot be started: {error.strerror}", self.path, self._remedy()
            ) from error

    def await_answer(self) -> None:
        """Return when it answers; see `start`."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if not self.running or time.monotonic() > deadline:
                said = self._last_words()
                self.kill()
                raise EmbeddedError(f"{self.name} did not start: {said}", self.path, self._remedy())
            time.sleep(processes.LOOK_EVERY)

    def ask_to_stop(self) -> None:
        """Ask for an orderly stop and do not wait for it."""
        if self._process is not None:
            self._process.send_signal(self.stop_by)

    def stop(self) -> None:
        """An orderly stop, by force after ten seconds; nothing happens if it does not run."""
        self.ask_to_stop()
        self.await_end()

    def await_end(self) -> None:
        """Return when it has stopped as asked, or has been killed because it did not."""
        if self._process is None:
            return
        try:
            self._process.wait(processes.GENTLE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the server and all its children at once, as a power cut would have it."""
        if self._process is None:
            return
        self._process.kill()
        processes.end(self.folder.mark, self.process_names, gently=False)
        self._process.wait()

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _open_log(self) -> IO[bytes]:
        """Appends, but begins anew when the log has grown large; readable by us alone."""
        size = self.log.stat().st_size if self.log.exists() else 0
        if size > LOG_BYTES:
            self.log.unlink()
        self._log_from = 0 if size > LOG_BYTES else size
        return os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")

    def _last_words(self) -> str:
        said = self.log.read_bytes()[self._log_from :]
        lines = said.decode(errors="replace").splitlines()
        return " / ".join(line.strip() for line in lines[-3:]) or "it said nothing"

    def _remedy(self) -> str:
        return f"See {self.log}."
