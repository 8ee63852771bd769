"""People, known only by an address at a provider; their opt-outs and consents."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Exists, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from storage import crypto
from storage.tables import OptOut, Person


def meet(
    connection: Connection, provider_id: int, channel: str, address: str, now: datetime
) -> int:
    """The person's id, made on first sight. Locks the person: two texts of one go one by one."""
    keys = crypto.keyring().lookups(str(provider_id), channel, address)
    if len(keys) > 1:
        connection.execute(update(Person).where(Person.key.in_(keys[1:])).values(key=keys[0]))
    statement = (
        insert(Person)
        .values(provider_id=provider_id, channel=channel, key=keys[0], address=address, seen_at=now)
        .on_conflict_do_update(index_elements=["key"], set_={"seen_at": now})
        .returning(Person.id)
    )
    return connection.execute(statement).scalar_one()


def opt_out(connection: Connection, channel: str, address: str, source: str, now: datetime) -> None:
    """No more texts to this address on this channel, for the whole installation."""
    connection.execute(
        insert(OptOut)
        .values(
            channel=channel,
            key=crypto.keyring().lookup(channel, address),
            source=source,
            at=now,
        )
        .on_conflict_do_nothing()
    )


def opt_in(connection: Connection, channel: str, address: str) -> None:
    """Texts are welcome again."""
    connection.execute(
        delete(OptOut).where(OptOut.channel == channel, OptOut.key.in_(_keys(channel, address)))
    )


def opted_out(connection: Connection, channel: str, address: str) -> bool:
    """Whether this address has said "no more" on this channel, under any listed key."""
    query = select(opted_out_exists(channel, address))
    return bool(connection.execute(query).scalar_one())


def opted_out_among(
    connection: Connection, addresses: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Which of these (channel, address) have said "no more": one statement for a whole batch."""
    asked = {
        (channel, key): (channel, address)
        for channel, address in addresses
        for key in _keys(channel, address)
    }
    if not asked:
        return set()
    query = select(OptOut.channel, OptOut.key).where(OptOut.key.in_([key for _, key in asked]))
    return {asked[row.channel, row.key] for row in connection.execute(query) if tuple(row) in asked}


def opted_out_exists(channel: str, address: str) -> Exists:
    """The same as an SQL expression, for a statement that asks it beside something else."""
    return exists().where(OptOut.channel == channel, OptOut.key.in_(_keys(channel, address)))


def _keys(channel: str, address: str) -> list[bytes]:
    return crypto.keyring().lookups(channel, address)
