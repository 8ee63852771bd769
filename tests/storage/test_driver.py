"""Statements by the driver itself: a connection that is gone is SQLAlchemy's business all the same."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from storage import database, driver
from storage.driver import Statement


def ask(engine: Engine) -> object:
    with engine.begin() as connection:
        return driver.first(connection, Statement("SELECT 1"), {})


def test_one_connection_found_dead_empties_the_pool(engine: Engine) -> None:
    """After a restart of PostgreSQL all are dead, and a text has one more try only."""
    idle = [engine.connect() for _ in range(3)]
    for each in idle[:2]:
        each.close()
    idle[2].execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
             "WHERE datname = current_database() AND pid <> pg_backend_pid()")
    )  # fmt: skip
    with pytest.raises(DBAPIError) as raised:
        ask(engine)
    assert database.away(raised.value)
    assert ask(engine) == (1,)
    idle[2].close()
