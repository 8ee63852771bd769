"""Wishes to be deleted: when they fall due, what they wait for, and which texts must not come again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, LargeBinary, delete, exists, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert

from storage import crypto
from storage.crypto import Purpose
from storage.tables import Account, ErasedText, Erasure, Inbox, Person

LOOKED_AT_AGAIN = timedelta(days=1)
REMEMBERED = timedelta(days=90)
"""How long an erased text is known again: Twilio and Telegram bring one again for a day at most, a
spool on a host that was away may take weeks."""
BATCH = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """An erasure under way, its person locked. channel and address: None where they are gone already;
    address is "" where no listed key opens it."""

    erasure_id: int
    provider_id: int
    person_id: int
    asked_at: datetime
    channel: str | None
    address: str | None

    @property
    def senders(self) -> list[bytes]:
        """How the inbox knows them: under every listed key."""
        if self.channel is None or not self.address:
            return []
        return crypto.keyring().lookups(self.channel, self.address)


@dataclass(frozen=True, slots=True)
class Gone:
    """How many texts of the person, letters of ours and comments have gone."""

    texts: int = 0
    letters: int = 0
    comments: int = 0


def ask(  # noqa: PLR0917  one argument a column
    connection: Connection,
    provider_id: int,
    person_id: int,
    account_id: int | None,
    now: datetime,
    due_at: datetime,
) -> int:
    """All that this person has told that provider until now is to go; returns the erasure's id."""
    wish = insert(Erasure).values(
        provider_id=provider_id,
        person_id=person_id,
        account_id=account_id,
        asked_at=now,
        due_at=due_at,
        look_at=due_at,
    )
    return connection.execute(wish.returning(Erasure.id)).scalar_one()


def _to_look_at(now: datetime) -> Any:
    return Erasure.done_at.is_(None) & (Erasure.look_at <= now)


def owed(connection: Connection, now: datetime) -> bool:
    """Whether any is to be looked at by now."""
    return bool(connection.execute(select(exists().where(_to_look_at(now)))).scalar_one())


def due(connection: Connection, now: datetime) -> list[int]:
    """Some of those that are to be looked at by now, the longest due first."""
    query = select(Erasure.id).where(_to_look_at(now)).order_by(Erasure.look_at, Erasure.id)
    return list(connection.execute(query.limit(BATCH)).scalars())


def claim(connection: Connection, erasure_id: int) -> Wish | None:
    """That erasure and its person, both locked; None when it is done or another worker has it.

    With the person's lock no text of theirs is being stepped, and the next one waits.
    """
    query = (
        select(Erasure.id, Erasure.provider_id, Erasure.person_id, Erasure.asked_at)
        .where(Erasure.id == erasure_id, Erasure.done_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    wish: Any = connection.execute(query).one_or_none()
    if wish is None:
        return None
    held = type_coerce(Person.address, LargeBinary).label("address")
    whose = select(Person.channel, held).where(Person.id == wish.person_id).with_for_update()
    person: Any = connection.execute(whose).one_or_none()
    if person is None:
        return Wish(wish.id, wish.provider_id, wish.person_id, wish.asked_at, None, None)
    address = crypto.opened(Purpose.ADDRESS, person.address)
    return Wish(wish.id, wish.provider_id, wish.person_id, wish.asked_at, person.channel, address)


def remember(connection: Connection, wish: Wish, now: datetime) -> None:
    """Every text that may go is known from now on, should its provider bring it again.

    To be committed before any goes: whoever brings one again meanwhile then finds it either way.
    """
    query = select(Inbox.channel, Inbox.account, Inbox.provider_ref).where(
        Inbox.sender.in_(wish.senders), Inbox.received_at <= wish.asked_at
    )
    keyring = crypto.keyring()
    rows = [
        {"key": keyring.lookup(*map(str, row)), "key_ids": [keyring.newest], "at": now}
        for row in connection.execute(query)
    ]
    if rows:
        connection.execute(insert(ErasedText).on_conflict_do_nothing(), rows)


def settle(
    connection: Connection, erasure_id: int, gone: Gone, waits_for: str | None, now: datetime
) -> None:
    """Write down what has gone. waits_for: why not all of it has; then it is looked at tomorrow."""
    over = {"done_at": now, "person_id": None} if waits_for is None else {}
    connection.execute(
        update(Erasure)
        .where(Erasure.id == erasure_id)
        .values(
            texts=Erasure.texts + gone.texts,
            letters=Erasure.letters + gone.letters,
            comments=Erasure.comments + gone.comments,
            waits_for=waits_for,
            look_at=now + LOOKED_AT_AGAIN,
            **over,
        )
    )


def forget(connection: Connection, now: datetime) -> int:
    """No provider brings these again: their hashes go; returns how many."""
    return connection.execute(delete(ErasedText).where(ErasedText.at < now - REMEMBERED)).rowcount


@dataclass(frozen=True, slots=True)
class Listed:
    """An erasure as it is listed. asked_by: a member of staff; None where the person asked."""

    erasure_id: int
    asked_at: datetime
    asked_by: str | None
    due_at: datetime
    done_at: datetime | None
    waits_for: str | None
    texts: int
    letters: int
    comments: int


def listed(connection: Connection, provider_id: int) -> list[Listed]:
    """Every erasure at that provider, the newest first."""
    query = (
        select(
            Erasure.id, Erasure.asked_at, Account.name, Erasure.due_at, Erasure.done_at,
            Erasure.waits_for, Erasure.texts, Erasure.letters, Erasure.comments,
        )
        .outerjoin(Account, Account.id == Erasure.account_id)
        .where(Erasure.provider_id == provider_id)
        .order_by(Erasure.id.desc())
    )  # fmt: skip
    return [Listed(*row) for row in connection.execute(query)]
