"""The statements that every text runs, sent by libpq within SQLAlchemy's transaction.

Engine, pool, commit and errors stay SQLAlchemy's, waiting and reading of rows psycopg's. What is left out
is what both do for statements of any shape: 0.08 ms of processor against 0.13 by psycopg's cursor and 0.26
by `Connection.execute`, for two parameters and one row (medians of three rounds in turn, 2 cores,
25 November 2026). All other statements go through SQLAlchemy: they run a thousand times less often.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import errors, generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
Wire = tuple[bytes | None, int]
"""A value as libpq takes it, and whether its bytes are text (0) or PostgreSQL's own format (1)."""

TEXT, BINARY = 0, 1
BYTEA, STRING = 17, 25
"""PostgreSQL's numbers of the types bytea and text."""
_PLACE = re.compile(r"%\((\w+)\)s")


class Statement:
    """A statement whose text never varies; %(name)s stands for a value.

    It is prepared at first sight, once a connection. PostgreSQL takes each value's type from its place, so
    cast (::bigint) where the place says none.
    """

    __slots__ = ("name", "names", "sql")

    def __init__(self, text: str) -> None:
        places: dict[str, int] = {}

        def place(found: re.Match[str]) -> str:
            return f"${places.setdefault(found[1], len(places) + 1)}"

        self.sql = _PLACE.sub(place, " ".join(text.split())).encode()
        self.names = tuple(places)
        self.name = b"hearback_" + sha256(self.sql).hexdigest()[:16].encode()


def first(connection: Connection, statement: Statement, values: Mapping[str, object]) -> Row | None:
    """Run `statement` with its places filled from `values`; its first row, or None.

    Raises what SQLAlchemy would raise, and never quotes a value.
    """
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    wires = [_wire(values[name]) for name in statement.names]
    try:
        with driver.lock:
            result = driver.wait(_run(driver, statement, wires))
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error) from error
    if not result.ntuples:
        return None
    rows = Transformer(driver)
    rows.set_pgresult(result)
    return rows.load_row(0, tuple)


def _run(
    driver: psycopg.Connection[Any], statement: Statement, wires: Sequence[Wire]
) -> PQGen[PGresult]:
    """Begin the transaction where none is open, as psycopg would; prepare once; run."""
    link, known = driver.pgconn, _prepared(driver)
    if link.transaction_status == TransactionStatus.IDLE:
        link.send_query(b"BEGIN")
        yield from _answer(link)
    if statement.name not in known:
        link.send_prepare(statement.name, statement.sql)
        yield from _answer(link)
        known.add(statement.name)
    values, formats = [value for value, _ in wires], [form for _, form in wires]
    link.send_query_prepared(statement.name, values, formats, BINARY)
    return (yield from _answer(link))


def _answer(link: PGconn) -> PQGen[PGresult]:
    """The last result of what was sent. Raises psycopg.Error."""
    result: PGresult
    *_, result = yield from generators.execute(link)
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise errors.error_from_result(result)
    return result


def _prepared(driver: psycopg.Connection[Any]) -> set[bytes]:
    """The names of what this connection has prepared."""
    known: set[bytes] = driver.__dict__.setdefault("hearback_prepared", set())
    return known


def _wire(value: object) -> Wire:
    """Bytes and text go as they are: PostgreSQL refuses a NUL in text, where a C string would end."""
    if value is None:
        return None, TEXT
    if isinstance(value, str):
        return value.encode(), BINARY
    if isinstance(value, bytes):
        return value, BINARY
    if isinstance(value, list):
        return (_array(value), BINARY) if value else (b"{}", TEXT)
    return (value.isoformat() if isinstance(value, date) else str(value)).encode(), TEXT


def _array(elements: list[Any]) -> bytes:
    """A one-dimensional array of bytes or of text, in the format of PostgreSQL's `array_recv`."""
    kind = BYTEA if isinstance(elements[0], bytes) else STRING
    plain = [each.encode() if kind == STRING else each for each in elements]
    head = struct.pack("!iiIii", 1, 0, kind, len(plain), 1)
    return head + b"".join(struct.pack("!i", len(each)) + each for each in plain)


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
