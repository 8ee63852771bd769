"""The statements that every text runs, sent by the driver itself within SQLAlchemy's transaction.

Engine, pool, transaction and errors stay SQLAlchemy's; only its statement layer is left out, which
costs two thirds of a short statement: 0.07 ms of processor by psycopg's cursor against 0.21 by
`Connection.execute`, for two parameters and one row (2 cores, November 2026). All other statements
go through SQLAlchemy: they run a thousand times less often.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


LONGEST = 4096
"""Characters: psycopg reads a longer statement anew each time, which costs half a millisecond."""


def short(statement: str) -> str:
    """Without its line breaks. Raises ValueError where it is too long to be remembered."""
    words = " ".join(statement.split())
    if len(words) > LONGEST:
        raise ValueError(f"the statement is {len(words) - LONGEST} characters too long")
    return words


def first(connection: Connection, statement: str, values: Mapping[str, object]) -> Row | None:
    """Run `statement` with its %(name)s filled; its first row, or None.

    It is prepared at first sight, once a connection and set of types. So its text must never vary,
    and numbers, moments and truths go as text: psycopg would name another type for None or for
    a larger number, and PostgreSQL would plan the whole statement anew. (For sealed words that may be
    absent give b"", and `nullif` in the statement.)
    Raises what SQLAlchemy would raise, and never quotes a value.
    """
    plain = {name: _plain(value) for name, value in values.items()}
    driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        return driver.execute(statement, plain, prepare=True).fetchone()
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error) from error


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else value


def _as_sqlalchemy(connection: Connection, error: psycopg.Error) -> BaseException:
    """The error in SQLAlchemy's classes. Where a connection is gone the idle ones of the pool are gone
    too, as SQLAlchemy itself would have it: a text has one more try, and needs a fresh one."""
    gone = connection.dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if gone:
        connection.engine.pool._invalidate(connection.connection, error)
        connection.invalidate(error)
    return DBAPIError.instance(
        None, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=gone,
        dialect=connection.dialect,
    )  # fmt: skip
