"""A real PostgreSQL and a real Valkey from wheels, for a first run, a small site and the tests.

They live and die with the process that starts them, on sockets that only its user can reach; they
know nothing of what is kept in them.
"""

from runtime.embedded.errors import EmbeddedError
from runtime.embedded.postgres import Postgres
from runtime.embedded.servers import Servers, environment_of, running, start
from runtime.embedded.valkey import Valkey

__all__ = [
    "EmbeddedError",
    "Postgres",
    "Servers",
    "Valkey",
    "environment_of",
    "running",
    "start",
]
