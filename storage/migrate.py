"""Brings the database to the newest shape: Alembic, under an advisory lock so that two releases at
once are safe (the second waits, then finds nothing to do)."""

import math

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from storage import silence
from storage.revisions import FOLDER

_LOCK = 4_837_261_905_417  # any fixed number; the same for every release of this application


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Up to `revision`, all steps in one transaction. PostgreSQL's errors pass through."""
    with silence.within(math.inf), engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10min'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
