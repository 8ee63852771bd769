"""Which master keys the database still needs: to find people and opt-outs, and to open what is sealed.

What is sealed names its key in its first bytes, so nothing is opened here.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Column, Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from storage import crypto, database
from storage.crypto import Address, Words
from storage.tables import Base, ErasedText, OptOut, Person

Uses = dict[str, dict[str, int]]
"""Key id -> where it is needed ("inbox.letter") -> by how many rows."""


class KeyMissing(Exception):
    """An opt-out cannot be found with the keys listed; the message names the key, and nobody."""


def check(engine: Engine) -> bool:
    """Whether every opt-out can be found with the keys listed. Raises KeyMissing where one cannot.

    False while the database is away, or has no opt-outs of this release yet: nobody knows.
    """
    try:
        with engine.connect() as connection:
            missing = missing_for_opt_outs(connection)
    except ProgrammingError:
        return False
    except DBAPIError as error:
        if database.away(error):
            return False
        raise
    if missing:
        raise KeyMissing(
            f"HEARBACK_SECRET_KEY does not list {_named(missing)}, under which opt-outs were "
            f"recorded: put back what is missing, or people who said STOP would be texted again"
        )
    return True


def missing_for_opt_outs(connection: Connection) -> list[str]:
    """Ids of keys that opt-outs need and the keyring does not list: one statement, no row leaves."""
    needed = select(func.unnest(OptOut.key_ids)).distinct()
    return sorted(set(connection.execute(needed).scalars()) - set(crypto.keyring().masters))


def in_use(connection: Connection) -> Uses:
    """What each key is still needed for. Reads every sealed column once: for an operator's command."""
    uses: Uses = defaultdict(dict)
    for table in (OptOut, Person, ErasedText):
        each = func.unnest(table.key_ids).label("key_id")
        counted = select(each, func.count()).group_by(each)
        _add(uses, f"{table.__tablename__}.key", connection.execute(counted).all())
    for column in _sealed_columns():
        name = f"{column.table.name}.{column.name}"
        counted_sealed = text(_BY_KEY.format(table=column.table.name, column=column.name))
        _add(uses, name, connection.execute(counted_sealed).all())
    return dict(uses)


def _add(uses: Uses, place: str, rows: Any) -> None:
    for key_id, many in rows:
        uses[key_id][place] = many


def _sealed_columns() -> list[Column[str]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Words | Address)
    ]


# Every seal begins with the length of its key's id, and the id. "escape" never fails, whatever the
# bytes are; an id in plain ASCII comes out as it is.
_BY_KEY = """
    SELECT encode(substring({column} FROM 2 FOR get_byte({column}, 0)), 'escape'), count(*)
    FROM {table} WHERE length({column}) > 0 GROUP BY 1
"""


def _named(ids: list[str]) -> str:
    listed = ", ".join(repr(key_id) for key_id in ids)
    return f"the key {listed}" if len(ids) == 1 else f"the keys {listed}"
