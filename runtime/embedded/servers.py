"""Both embedded servers on one data folder: start them together, stop them together.

`start` gives them to the caller to stop; `running` stops them when its block ends.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.folder import Folder, held, recorded_sockets
from runtime.embedded.postgres import Postgres
from runtime.embedded.server import Server
from runtime.embedded.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of one data folder. Each can be stopped, killed and started on its own too."""

    postgres: Postgres
    valkey: Valkey
    asked_for: tuple[Server, ...]
    _undo: ExitStack

    @property
    def database_url(self) -> str:
        """The database hearback, in SQLAlchemy's form; `postgres.dsn` is psycopg's."""
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        """The address of Valkey, in redis-py's form."""
        return self.valkey.url

    @property
    def environment(self) -> dict[str, str]:
        """The settings that tell another process where the servers that were asked for are."""
        return {server.setting: server.url for server in self.asked_for}

    def stop(self) -> None:
        """Stop what runs, remove the sockets, let the folder go. The data stay."""
        self._undo.close()


def start(
    data_dir: Path, *, durable: bool = True, postgres: bool = True, valkey: bool = True
) -> Servers:
    """Start the servers on `data_dir` and return when they answer; keep what is returned.

    They end with this process, even if it is killed (on Linux, when started from its main thread);
    what is left all the same is ended by the next start. `durable=False` forgoes the safety of the
    disk for speed: for tests. Raises EmbeddedError, and then leaves nothing running.
    """
    with ExitStack() as undo:
        folder = undo.enter_context(held(data_dir))
        database = Postgres(folder, durable=durable)
        queue = Valkey(folder, durable=durable)
        wanted = ((queue, valkey), (database, postgres))
        asked_for = tuple(server for server, asked in wanted if asked)
        undo.callback(_stop_both, database, queue)
        for server in asked_for:
            server.launch()
        for server in asked_for:
            server.await_answer()
        return Servers(database, queue, asked_for, undo.pop_all())


@contextmanager
def running(
    data_dir: Path, *, durable: bool = True, postgres: bool = True, valkey: bool = True
) -> Iterator[Servers]:
    """As `start`, and stop them at the end of the block."""
    servers = start(data_dir, durable=durable, postgres=postgres, valkey=valkey)
    try:
        yield servers
    finally:
        servers.stop()


def environment_of(data_dir: Path) -> dict[str, str]:
    """The settings for a second process, by which it finds the servers that run on `data_dir`.

    Empty if none runs.
    """
    sockets = recorded_sockets(data_dir)
    if sockets is None:
        return {}
    folder = Folder(data_dir.resolve(), sockets)
    servers = (Postgres(folder, durable=True), Valkey(folder, durable=True))
    return {server.setting: server.url for server in servers if os.path.exists(server.socket)}


def _stop_both(*servers: Server) -> None:
    for server in servers:
        server.ask_to_stop()
    for server in servers:
        server.await_end()
