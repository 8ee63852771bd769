"""Agreements of carers to be asked again: written by texts, worked off by the clock, one at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from storage import crypto
from storage.tables import CheckIn, Person

ALL_SENT, DECLINED, STOPPED, ERASED = "all_sent", "declined", "stopped", "erased"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, where, to which wording, and how often they are to be asked."""

    provider_id: int
    person_id: int
    touchpoint_id: int
    channel: str
    our_address: str
    language: str
    script: str
    script_version: int
    every_weeks: int


@dataclass(frozen=True, slots=True)
class Due:
    """One whose next text is due, locked until the transaction ends. address: "" where it is gone."""

    check_in_id: int
    provider_id: int
    person_id: int
    touchpoint_id: int
    channel: str
    our_address: str
    language: str
    every_weeks: int
    sent: int
    address: str


def agree(connection: Connection, agreement: Agreement, due_at: datetime, now: datetime) -> None:
    """From now on they are asked; a second yes begins the count anew."""
    values = {name: getattr(agreement, name) for name in Agreement.__slots__}
    row = insert(CheckIn).values(**values, agreed_at=now, due_at=due_at, sent=0)
    changed = {name: row.excluded[name] for name in (*values, "agreed_at", "due_at", "sent")}
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["person_id", "our_address"],
            index_where=CheckIn.ended_at.is_(None),
            set_=changed,
        )
    )


def end(connection: Connection, person_id: int, why: str, now: datetime) -> None:
    """No more check-ins to that person, at whatever address of ours."""
    connection.execute(
        update(CheckIn)
        .where(CheckIn.person_id == person_id, CheckIn.ended_at.is_(None))
        .values(ended_at=now, ended_why=why)
    )


def stop(connection: Connection, channel: str, address: str, now: datetime) -> None:
    """STOP ends them at every provider of the installation, and START does not bring them back."""
    open_ = CheckIn.ended_at.is_(None) & (CheckIn.channel == channel)
    providers = connection.execute(select(CheckIn.provider_id).where(open_).distinct()).scalars()
    keys = [
        key for each in providers for key in crypto.keyring().lookups(str(each), channel, address)
    ]
    if not keys:
        return
    theirs = select(Person.id).where(Person.key.in_(keys))
    connection.execute(
        update(CheckIn)
        .where(open_, CheckIn.person_id.in_(theirs))
        .values(ended_at=now, ended_why=STOPPED)
        .execution_options(synchronize_session=False)
    )


def later(connection: Connection, person_id: int, our_address: str, due_at: datetime) -> None:
    """They want to be asked another time."""
    connection.execute(
        update(CheckIn)
        .where(
            CheckIn.person_id == person_id,
            CheckIn.our_address == our_address,
            CheckIn.ended_at.is_(None),
        )
        .values(due_at=due_at)
    )


def due(connection: Connection, limit: int, now: datetime) -> list[int]:
    """Up to `limit` whose next text is due, the longest waiting first. Locks none."""
    query = select(CheckIn.id).where(CheckIn.ended_at.is_(None), CheckIn.due_at <= now)
    return list(connection.execute(query.order_by(CheckIn.due_at).limit(limit)).scalars())


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether `due` would find any."""
    query = select(CheckIn.id).where(CheckIn.ended_at.is_(None), CheckIn.due_at <= now)
    return bool(connection.execute(select(exists(query))).scalar_one())


def claim(connection: Connection, check_in_id: int, now: datetime) -> Due | None:
    """That one with its person, if its next text is still due and nobody else has it.

    The person is locked first, as a text of theirs would: a STOP that comes now waits, or has ended it.
    """
    whose = select(CheckIn.person_id).where(CheckIn.id == check_in_id).scalar_subquery()
    person = connection.execute(
        select(Person.address).where(Person.id == whose).with_for_update(skip_locked=True)
    ).one_or_none()
    if person is None:
        return None
    query = (
        select(
            CheckIn.id, CheckIn.provider_id, CheckIn.person_id, CheckIn.touchpoint_id,
            CheckIn.channel, CheckIn.our_address, CheckIn.language, CheckIn.every_weeks, CheckIn.sent,
        )
        .where(CheckIn.id == check_in_id, CheckIn.ended_at.is_(None), CheckIn.due_at <= now)
        .with_for_update()
    )  # fmt: skip
    row = connection.execute(query).one_or_none()
    return Due(*row, person.address or "") if row else None


def move(connection: Connection, check_in_id: int, due_at: datetime) -> None:
    """It cannot be sent now: look again then."""
    connection.execute(update(CheckIn).where(CheckIn.id == check_in_id).values(due_at=due_at))


def sent(connection: Connection, due_: Due, due_at: datetime | None, now: datetime) -> None:
    """One more text is written; the next one is due then, or there is none (None)."""
    ending = {"ended_at": now, "ended_why": ALL_SENT} if due_at is None else {"due_at": due_at}
    connection.execute(
        update(CheckIn).where(CheckIn.id == due_.check_in_id).values(sent=due_.sent + 1, **ending)
    )
