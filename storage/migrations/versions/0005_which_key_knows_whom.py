"""People and opt-outs say which master key they are known by

So that nobody can take a key away that an opt-out needs without being told.

Rows from before: an opt-out that came as a text has the very HMAC of that text's inbox row, which
was written with one keyring together with a letter that names its key. A person's key and address
were written together too, but the key may have been rewritten under a newer one since. Where the
key is not certain, every listed one that it may be is noted: none of these can be taken away
unnoticed, until the row is touched and rewritten under the newest.
"""

import sqlalchemy as sa
from alembic import op

from storage import crypto

revision = "0005"
down_revision = "0004"

KEY_OF = "encode(substring({0} FROM 2 FOR get_byte({0}, 0)), 'escape')"


def upgrade() -> None:
    for table in ("people", "opt_outs"):
        op.add_column(table, sa.Column("key_ids", sa.ARRAY(sa.Text()), nullable=True))
    op.execute(
        f"UPDATE opt_outs SET key_ids = ARRAY[{KEY_OF.format('inbox.letter')}] FROM inbox "
        f"WHERE inbox.sender = opt_outs.key AND length(inbox.letter) > 0"
    )
    for sealed_with in _sealing_keys():
        _note("people", _from_that_on(sealed_with), f"{KEY_OF.format('address')} = :key", sealed_with)
    for table in ("people", "opt_outs"):
        if _any_unknown(table):
            _note(table, _listed())
        op.alter_column(table, "key_ids", nullable=False)


def _any_unknown(table: str) -> bool:
    query = sa.text(f"SELECT EXISTS (SELECT FROM {table} WHERE key_ids IS NULL)")
    return bool(op.get_bind().execute(query).scalar_one())


def _sealing_keys() -> list[str]:
    rows = op.get_bind().execute(
        sa.text(f"SELECT DISTINCT {KEY_OF.format('address')} FROM people WHERE length(address) > 0")
    )
    return list(rows.scalars())


def _from_that_on(key_id: str) -> list[str]:
    """Newest first: the key itself and all newer ones; alone where it is not listed any more."""
    listed = _listed()
    return listed[: listed.index(key_id) + 1] if key_id in listed else [key_id]


def _note(table: str, key_ids: list[str], which: str = "true", key: str = "") -> None:
    statement = f"UPDATE {table} SET key_ids = CAST(:ids AS text[]) WHERE key_ids IS NULL AND {which}"
    op.get_bind().execute(sa.text(statement), {"ids": key_ids, **({"key": key} if key else {})})


def _listed() -> list[str]:
    """`hearback migrate` has put the keyring in force."""
    return list(crypto.keyring().masters)
