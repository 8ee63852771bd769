"""Statements by the driver itself: a connection that is gone is SQLAlchemy's business all the same."""

from datetime import UTC, date, datetime

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


ECHO = Statement(
    "SELECT %(words)s::text, %(sealed)s::bytea, %(number)s::bigint, %(yes)s::boolean, %(day)s::date, "
    "%(now)s::timestamptz, %(none)s::text, %(many)s::bytea[], %(names)s::text[], %(words)s::text"
)
VALUES: dict[str, object] = {
    "words": "it's 100 % \N{SLIGHTLY SMILING FACE} {a,b}\\",
    "sealed": b"\x00\xff'",
    "number": 2**40,
    "yes": False,
    "day": date(2026, 3, 29),
    "now": datetime(2026, 3, 29, 0, 30, 0, 5, tzinfo=UTC),
    "none": None,
    "many": [b"", b"\x00,}"],
    "names": ["a,b", 'NULL "', "\N{SLIGHTLY SMILING FACE}"],
}


def test_every_kind_of_value_comes_back_as_it_went(engine: Engine) -> None:
    with engine.begin() as connection:
        found = driver.first(connection, ECHO, VALUES)
        empty = driver.first(connection, ECHO, {**VALUES, "many": [], "names": []})
    assert found == (*VALUES.values(), VALUES["words"])
    assert empty
    assert empty[7:9] == ([], [])


def test_text_that_cannot_be_kept_whole_is_refused(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as raised, engine.begin() as connection:
        driver.first(connection, ECHO, {**VALUES, "words": "a\0b"})
    assert "a\0b" not in str(raised.value)


def test_it_is_still_prepared_after_statements_of_sqlalchemy_were_undone(engine: Engine) -> None:
    with engine.connect() as connection:
        driver.first(connection, ECHO, VALUES)
        for _ in range(10):
            connection.execute(text("SELECT 1"))
        connection.rollback()
        connection.execute(text("SELECT 1"))
        assert driver.first(connection, ECHO, VALUES)


def test_no_row_is_none(engine: Engine) -> None:
    with engine.begin() as connection:
        assert (
            driver.first(connection, Statement("SELECT 1 WHERE %(yes)s::boolean"), VALUES) is None
        )
