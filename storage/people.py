"""People, known only by an address at a provider; their opt-outs and consents."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    LargeBinary,
    any_,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from storage import check_ins, crypto, driver
from storage.crypto import Purpose
from storage.driver import Statement
from storage.tables import OptOut, Person

MEET = """
    INSERT INTO people (provider_id, channel, key, key_ids, address, seen_at)
    SELECT CAST(%(provider_id)s AS bigint), %(channel)s, %(person_key)s, ARRAY[%(key_id)s],
        %(address)s, CAST(%(now)s AS timestamptz)
    {among}
    ON CONFLICT (key) DO UPDATE SET seen_at = excluded.seen_at
    RETURNING id
"""
"""Finds or makes a person, and locks them; {among}: what must hold for it."""

_MEET = Statement(MEET.format(among=""))


def meeting(
    connection: Connection, provider_id: int, channel: str, address: str, now: datetime
) -> dict[str, object]:
    """The values of `MEET`. Who is known by an older key gets the newest one first."""
    keys = crypto.keyring().lookups(str(provider_id), channel, address)
    if len(keys) > 1:
        _rewrite(connection, keys, address)
        _rewrite_opt_out(connection, channel, address)
    return {
        "provider_id": provider_id,
        "channel": channel,
        "person_key": keys[0],
        "key_id": crypto.keyring().newest,
        "address": crypto.sealed(Purpose.ADDRESS, address),
        "now": now,
    }


def meet(
    connection: Connection, provider_id: int, channel: str, address: str, now: datetime
) -> int:
    """The person's id, made on first sight. Locks the person: two texts of one go one by one."""
    met = driver.first(connection, _MEET, meeting(connection, provider_id, channel, address, now))
    if met is None:
        raise LookupError("a person was neither found nor made")
    return int(met[0])


def find(connection: Connection, provider_id: int, channel: str, address: str) -> int | None:
    """The id of whoever has this address, by any listed key; None where nobody has.

    Locks the person, as a text of theirs does.
    """
    keys = crypto.keyring().lookups(str(provider_id), channel, address)
    query = select(Person.id).where(Person.key.in_(keys)).order_by(Person.id.desc()).limit(1)
    return connection.execute(query.with_for_update()).scalar_one_or_none()


def _rewrite(connection: Connection, keys: list[bytes], address: str) -> None:
    """Known under an older key: known under the newest from now on, unless already so."""
    newest = select(Person.id).where(Person.key == keys[0])
    connection.execute(
        update(Person)
        .where(Person.key.in_(keys[1:]), ~newest.exists())
        .values(key=keys[0], key_ids=[crypto.keyring().newest], address=address)
        .execution_options(synchronize_session=False)
    )


_REWRITE_OPT_OUT = text(
    """
    WITH older AS (
        DELETE FROM opt_outs WHERE channel = :channel AND key = ANY (:older) RETURNING source, at
    )
    INSERT INTO opt_outs (channel, key, key_ids, source, at)
    SELECT :channel, :newest, CAST(:key_ids AS text[]), min(source), max(at) FROM older
    HAVING count(*) > 0
    ON CONFLICT (channel, key) DO UPDATE SET at = greatest(opt_outs.at, excluded.at)
    """
)


def _rewrite_opt_out(connection: Connection, channel: str, address: str) -> None:
    """The same for their opt-out, so that the older key is needed by one fewer."""
    newest, *older = _keys(channel, address)
    values = {"channel": channel, "newest": newest, "older": older}
    connection.execute(_REWRITE_OPT_OUT, {**values, "key_ids": [crypto.keyring().newest]})


def opt_out(connection: Connection, channel: str, address: str, source: str, now: datetime) -> None:
    """No more texts to this address on this channel, for the whole installation."""
    statement = insert(OptOut).values(
        channel=channel,
        key=crypto.keyring().lookup(channel, address),
        key_ids=[crypto.keyring().newest],
        source=source,
        at=now,
    )
    later = func.greatest(OptOut.at, statement.excluded.at)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["channel", "key"], set_={"at": later})
    )
    check_ins.stop(connection, channel, address, now)


def opt_in(connection: Connection, channel: str, address: str, said_at: datetime) -> None:
    """Texts are welcome again: undoes every opt-out said before, and none said after `said_at`.

    A START that waited on disk must not undo the STOP that came in the meantime.
    """
    connection.execute(
        delete(OptOut).where(
            OptOut.channel == channel,
            OptOut.key.in_(_keys(channel, address)),
            OptOut.at <= said_at,
        )
    )


OPTED_OUT = (
    select(OptOut.key)
    .where(
        OptOut.channel == bindparam("opt_out_channel"),
        OptOut.key == any_(bindparam("opt_out_keys", type_=ARRAY(LargeBinary))),
    )
    .exists()
)
"""Whether an address has said "no more" on a channel; asked with `opt_out_question`'s values."""


def opt_out_question(channel: str, address: str) -> dict[str, object]:
    """The values that `OPTED_OUT` asks with: under every listed key."""
    return {"opt_out_channel": channel, "opt_out_keys": _keys(channel, address)}


def opted_out(connection: Connection, channel: str, address: str) -> bool:
    """Whether this address has said "no more" on this channel."""
    query = select(OPTED_OUT)
    return bool(connection.execute(query, opt_out_question(channel, address)).scalar_one())


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


def _keys(channel: str, address: str) -> list[bytes]:
    return crypto.keyring().lookups(channel, address)
