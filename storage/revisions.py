"""Which shape the database has, and which one this code wants.

Without Alembic, which brings one to the other (`storage.migrate`): web processes ask this too, and
need not hold all of it in memory.
"""

from pathlib import Path

from sqlalchemy import Connection, text

FOLDER = Path(__file__).parent / "migrations"


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def newest() -> str | None:
    """The revision that this code wants: each file is named after its own, in order."""
    names = (path.name for path in (FOLDER / "versions").glob("[0-9]*_*.py"))
    return max((name.partition("_")[0] for name in names), default=None)
