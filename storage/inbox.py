"""Texts that came: each is kept once, whatever becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage import crypto, driver
from storage.crypto import Purpose
from storage.driver import Statement
from storage.tables import Inbox

MOST_COUNTED = 30_000
STEPPED, TO_STEP, UNKNOWN_PLACE = "stepped", "to_step", "unknown_place"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text as it is kept. `letter` is sealed: it holds the words and the address."""

    channel: str
    account: str
    provider_ref: str
    our_address: str
    their_address: str
    letter: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text whose step failed, or that waits behind one."""

    inbox_id: int
    letter: str
    received_at: datetime
    attempts: int


KEEP = """
    INSERT INTO inbox (
        provider_id, channel, account, provider_ref, our_address, sender, letter, state, received_at
    )
    SELECT %(provider_id)s, %(channel)s, %(account)s, %(provider_ref)s, %(our_address)s, %(sender)s,
        %(letter)s, %(state)s, %(now)s
    WHERE NOT EXISTS (SELECT FROM erased_texts WHERE key = ANY (%(erased_keys)s))
    ON CONFLICT (channel, account, provider_ref) DO NOTHING
    RETURNING id
"""


_KEEP = Statement(KEEP)


def keep(
    connection: Connection, arrival: Arrival, provider_id: int | None, state: str = STEPPED
) -> int | None:
    """The new row's id, or None when this text is already here, or was and is erased (SEEN).

    A second arrival waits until the first has committed or rolled back: the unique key is the gate.
    """
    row = driver.first(connection, _KEEP, keeping(arrival, provider_id, state))
    return row[0] if row else None


def keeping(arrival: Arrival, provider_id: int | None, state: str = STEPPED) -> dict[str, object]:
    """The values of `KEEP`."""
    return {
        "provider_id": provider_id,
        "channel": arrival.channel,
        "account": arrival.account,
        "provider_ref": arrival.provider_ref,
        "our_address": arrival.our_address,
        "sender": sender(arrival.channel, arrival.their_address),
        "letter": crypto.sealed(Purpose.WORDS, arrival.letter),
        "state": state,
        "now": arrival.received_at,
        "erased_keys": crypto.keyring().lookups(
            arrival.channel, arrival.account, arrival.provider_ref
        ),
    }


def seen(connection: Connection, arrival: Arrival) -> int | None:
    """The id of the row that an earlier arrival of the same text has made; None: it was erased."""
    query = select(Inbox.id).where(
        Inbox.channel == arrival.channel,
        Inbox.account == arrival.account,
        Inbox.provider_ref == arrival.provider_ref,
    )
    return connection.execute(query).scalar_one_or_none()


def sender(channel: str, address: str) -> bytes:
    """How one address is known on one channel across the installation."""
    return crypto.keyring().lookup(channel, address)


def senders_waiting(connection: Connection, limit: int) -> list[bytes]:
    """Senders with texts to step: least tried first, then longest waiting."""
    query = (
        select(Inbox.sender)
        .where(Inbox.state == TO_STEP)
        .group_by(Inbox.sender)
        .order_by(func.min(Inbox.attempts), func.min(Inbox.id))
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def next_waiting(connection: Connection, sender_key: bytes) -> Waiting | None:
    """That sender's oldest text to step, locked; None when there is none or another worker has it.

    Only the oldest: skipping one that another worker has would step the next before it.
    """
    oldest = select(func.min(Inbox.id)).where(Inbox.state == TO_STEP, Inbox.sender == sender_key)
    query = (
        select(Inbox.id, Inbox.letter, Inbox.received_at, Inbox.attempts)
        .where(Inbox.id == oldest.scalar_subquery(), Inbox.state == TO_STEP)
        .with_for_update(skip_locked=True)
    )
    row: Any = connection.execute(query).one_or_none()
    return Waiting(*row) if row else None


def mark(connection: Connection, inbox_id: int, state: str) -> None:
    """Record what became of a text, and that it was tried once more."""
    connection.execute(
        update(Inbox)
        .where(Inbox.id == inbox_id)
        .values(state=state, attempts=func.least(Inbox.attempts, MOST_COUNTED - 1) + 1)
    )


def last_heard(connection: Connection, channel: str, address: str) -> datetime | None:
    """When somebody last wrote to us on that channel; None where they never did."""
    query = (
        select(Inbox.received_at)
        .where(Inbox.sender.in_(crypto.keyring().lookups(channel, address)))
        .order_by(Inbox.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()
