"""Rows in bulk for a first fill: many in one COPY, ids reserved before they are written.

Knows no invented provider and no real one; whoever calls it brings the rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table, insert, text

from storage.crypto import Address, Words
from storage.tables.base import Base


def add(connection: Connection, table: type[Base], **values: Any) -> int:
    """One row; returns its id."""
    written = insert(table).values(**values).returning(_table(table).c.id)
    added: int = connection.execute(written).scalar_one()
    return added


def reserve(connection: Connection, table: type[Base], count: int) -> list[int]:
    """`count` ids of that table, in rising order, that nobody else will be given."""
    query = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    )
    found = connection.execute(query, {"name": _table(table).name, "count": count})
    return list(found.scalars())


def copy(
    connection: Connection,
    table: type[Base],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Write all `rows` (values in the order of `columns`) in one COPY within this transaction.

    Sealed columns are sealed on the way, as in any other statement.
    """
    target = _table(table)
    kinds = [target.c[name].type for name in columns]
    sealed = {
        place: kind.bind_processor(connection.dialect)
        for place, kind in enumerate(kinds)
        if isinstance(kind, Words | Address)
    }
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    statement = f"COPY {target.name} ({', '.join(columns)}) FROM STDIN"
    with _driver(connection).cursor() as cursor, cursor.copy(statement.encode()) as sink:
        for row in rows:
            sink.write_row(
                [seal(value) if (seal := sealed.get(place)) else value
                 for place, value in enumerate(row)]
            )  # fmt: skip


def analyse(connection: Connection, *tables: type[Base]) -> None:
    """Let the planner know what has just been written; else it believes the tables empty."""
    for table in tables:
        connection.execute(text(f"ANALYZE {_table(table).name}"))


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)


def _table(mapped: type[Base]) -> Table:
    found = mapped.__table__
    assert isinstance(found, Table)
    return found
