"""Counts of service and day, rebuilt from responses; never plus one, never minus one."""

import datetime as dt
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, text

from storage.tables import DirtyDay

ServiceDay = tuple[int, dt.date]

_TABLES = {
    "daily_ratings": "coalesce(rating, '')",
    "daily_roles": "coalesce(role, ''), coalesce(rating, '')",
    "daily_modes": "mode, coalesce(rating, '')",
}
_COLUMNS = {"daily_ratings": "rating", "daily_roles": "role, rating", "daily_modes": "mode, rating"}
_GIVEN = "unnest(CAST(:services AS bigint[]), CAST(:days AS date[])) AS given(service_id, day)"


def claim_dirty(connection: Connection, limit: int) -> list[ServiceDay]:
    """Take up to `limit` marks off; returns the days that they name, each once, in order.

    A text that is not committed yet keeps its own mark, so its day comes round again.
    """
    chosen = (
        select(DirtyDay.id).order_by(DirtyDay.id).limit(limit).with_for_update(skip_locked=True)
    )
    taken = connection.execute(
        delete(DirtyDay)
        .where(DirtyDay.id.in_(chosen.scalar_subquery()))
        .returning(DirtyDay.service_id, DirtyDay.day)
    )
    return sorted({(row.service_id, row.day) for row in taken})


def rebuild(connection: Connection, days: list[ServiceDay]) -> None:
    """Count these days anew from their responses, in every table. Idempotent.

    What carers, the bereaved and staff answer about themselves is no answer of the Friends and
    Family Test and is counted apart.

    The advisory locks, taken in order, make two rebuilders of one day follow each other; the
    counting statements come after, so they see what the first has seen and more.
    """
    if not days:
        return
    given = {"services": [service for service, _ in days], "days": [day for _, day in days]}
    connection.execute(text(_LOCK), given)
    for table, keys in _TABLES.items():
        connection.execute(text(_CLEAR.format(table=table)), given)
        connection.execute(
            text(_COUNT.format(table=table, columns=_COLUMNS[table], keys=keys)), given
        )


_LOCK = f"""
    SELECT pg_advisory_xact_lock(hashint8(place.service_id), place.day - date '2000-01-01')
    FROM (SELECT service_id, day FROM {_GIVEN} ORDER BY service_id, day) AS place
"""
_CLEAR = (
    """
    DELETE FROM {table} AS old USING """
    + _GIVEN
    + """
    WHERE old.service_id = given.service_id AND old.day = given.day
"""
)
_COUNT = (
    """
    INSERT INTO {table} (provider_id, service_id, day, {columns}, responses)
    SELECT response.provider_id, response.service_id, response.day, {keys}, count(*)
    FROM """
    + _GIVEN
    + """
    JOIN responses AS response USING (service_id, day)
    WHERE response.purpose = 'experience'
    GROUP BY response.provider_id, response.service_id, response.day, {keys}
"""
)


def dirty(connection: Connection) -> int:
    """How many marks wait."""
    return connection.execute(select(func.count()).select_from(DirtyDay)).scalar_one()


def mark_all(connection: Connection, now: datetime) -> None:
    """Mark every day that has responses: for a full rebuild."""
    connection.execute(
        text(
            "INSERT INTO dirty_days (provider_id, service_id, day, marked_at) "
            "SELECT DISTINCT provider_id, service_id, day, CAST(:now AS timestamptz) FROM responses"
        ),
        {"now": now},
    )
