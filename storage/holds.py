"""Holds: a named member of staff says, with a reason, that something must not be deleted for now."""

import datetime as dt
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    exists,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from storage import crypto
from storage.crypto import Purpose
from storage.tables import Account, Hold


@dataclass(frozen=True, slots=True)
class Placed:
    """What is held, why, and who answers for it. person_id and sender: None where it is everybody's."""

    provider_id: int
    person_id: int | None
    sender: bytes | None
    kind: str
    reason: str
    account_id: int
    review_on: dt.date


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold that nobody has lifted. reason: "" where no listed key opens it."""

    hold_id: int
    everybody: bool
    kind: str
    reason: str
    owner: str
    review_on: dt.date
    placed_at: datetime


def place(connection: Connection, placed: Placed, now: datetime) -> int:
    """From now on nothing of theirs is deleted; returns the hold's id."""
    statement = insert(Hold).values(**asdict(placed), placed_at=now)
    return connection.execute(statement.returning(Hold.id)).scalar_one()


def lift(
    connection: Connection, provider_id: int, hold_id: int, account_id: int, now: datetime
) -> bool:
    """It stands no longer; False when there is none such at that provider, or it was lifted before."""
    where = (Hold.id == hold_id, Hold.provider_id == provider_id, Hold.lifted_at.is_(None))
    lifted = update(Hold).where(*where).values(lifted_at=now, lifted_by=account_id)
    return connection.execute(lifted).rowcount > 0


def held(connection: Connection, provider_id: int, person_id: int) -> bool:
    """Whether anything forbids deleting what this person told this provider."""
    theirs = or_(Hold.person_id.is_(None), Hold.person_id == person_id)
    standing = (Hold.provider_id == provider_id, Hold.lifted_at.is_(None), theirs)
    return bool(connection.execute(select(exists().where(*standing))).scalar_one())


def listed(connection: Connection, provider_id: int) -> list[Standing]:
    """Every hold that stands there, the first to be reviewed first."""
    reason = type_coerce(Hold.reason, LargeBinary)
    query = (
        select(
            Hold.id, Hold.person_id.is_(None), Hold.kind, reason, Account.name, Hold.review_on,
            Hold.placed_at,
        )
        .join(Account, Account.id == Hold.account_id)
        .where(Hold.provider_id == provider_id, Hold.lifted_at.is_(None))
        .order_by(Hold.review_on, Hold.id)
    )  # fmt: skip
    rows: Any = connection.execute(query)
    return [
        Standing(number, everybody, kind, crypto.opened(Purpose.WORDS, why), *rest)
        for number, everybody, kind, why, *rest in rows
    ]


def to_review(connection: Connection, today: dt.date) -> int:
    """How many stand past the day by which somebody was to look at them."""
    query = select(func.count()).where(Hold.lifted_at.is_(None), Hold.review_on < today)
    return connection.execute(query).scalar_one()
