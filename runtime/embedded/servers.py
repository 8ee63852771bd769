"""Both embedded servers on one data folder: start them together, stop them together.

`start` gives them to the caller to stop; `running` stops them when its block ends.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded import folder as folders
from runtime.embedded.postgres import Postgres
from runtime.embedded.server import Server
from runtime.embedded.valkey import Valkey

SETTING = {Postgres: "HEARBACK_DATABASE_URL", Valkey: "HEARBACK_REDIS_URL"}


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
        return {SETTING[type(server)]: server.url for server in self.asked_for}

    def stop(self) -> None:
        """Stop what runs, remove the sockets, let the folder go. The data stay."""
        self._undo.close()


def start(
    data_dir: Path, *, durable: bool = True, postgres: bool = True, valkey: bool = True
) -> Servers:
    """Start the servers on `data_dir` and return when both answer.

    They end with this process, even if it is killed (on Linux, when started from the main thread);
    what is left all the same is ended by the next start. `durable=False` forgoes the disk's
    assurance for speed: for tests only. Raises EmbeddedError.
    """
    with ExitStack() as undo:
        folder = undo.enter_context(folders.held(data_dir))
        servers = _servers(folder, durable, postgres, valkey, undo)
        undo.callback(_stop, servers)
        for server in servers.asked_for:
            server.launch()
        for server in servers.asked_for:
            server.await_answer()
        undo.pop_all()
    return servers


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
