"""Brings the database to the newest shape: Alembic, under an advisory lock so that two releases at
once are safe (the second waits, then finds nothing to do)."""

import math
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage import silence

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 4_837_261_905_417  # any fixed number; the same for every release of this application


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Up to `revision`, all steps in one transaction. PostgreSQL's errors pass through."""
    with silence.within(math.inf), engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10min'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this code wants."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
