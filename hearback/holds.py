"""`hearback hold put | lift | list`: who keeps what from being deleted, why, and until when they look again."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from hearback import rights
from hearback.rights import Asked, RightsRefused
from runtime import clock
from runtime.settings import Settings
from storage import audit, database, holds, inbox
from storage.audit import Deed
from storage.holds import Placed

Out = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A hold as it was typed. everybody: nothing at the provider is deleted (a public inquiry)."""

    kind: str
    reason: str
    review_on: dt.date
    everybody: bool


def put(given: Settings, asked: Asked, wanted: Wanted, out: Out) -> None:
    """Place it, or raise RightsRefused and change nothing."""
    now = clock.now()
    if not wanted.reason:
        raise RightsRefused("write the reason as the last line on stdin")
    if wanted.review_on <= clock.london_day(now):
        raise RightsRefused("--review-on is a day to come, on which somebody looks at it again")
    with database.once(given) as engine, engine.begin() as connection:
        placed = _placed(connection, asked, wanted)
        hold_id = holds.place(connection, placed, now)
        whose = "everybody" if wanted.everybody else "person"
        deed = Deed(
            "hold_placed", placed.account_id, placed.provider_id, ("hold", hold_id),
            {"kind": wanted.kind, "of": whose},
        )  # fmt: skip
        audit.note(connection, deed, now)
    out(f"hold {hold_id} stands: nothing of {whose} is deleted; look at it by {wanted.review_on}")


def _placed(connection: Connection, asked: Asked, wanted: Wanted) -> Placed:
    provider_id = rights.provider(connection, asked.provider)
    person_id: int | None = None
    sender: bytes | None = None
    if not wanted.everybody:
        whom = rights.whom(connection, asked)
        person_id, sender = whom.person_id, inbox.sender(whom.channel, whom.address)
    account_id = rights.member(connection, asked.email)
    return Placed(
        provider_id, person_id, sender, wanted.kind, wanted.reason, account_id, wanted.review_on
    )


def lift(given: Settings, code: str, hold_id: int, email: str, out: Out) -> None:
    """Lift it, or raise RightsRefused."""
    now = clock.now()
    with database.once(given) as engine, engine.begin() as connection:
        provider_id = rights.provider(connection, code)
        account_id = rights.member(connection, email)
        if not holds.lift(connection, provider_id, hold_id, account_id, now):
            raise RightsRefused(f"no hold {hold_id} stands at {code}: see hearback hold list")
        deed = Deed("hold_lifted", account_id, provider_id, ("hold", hold_id))
        audit.note(connection, deed, now)
    out(f"hold {hold_id} is lifted")


def listed(given: Settings, code: str, out: Out) -> None:
    """A line each, the first to be looked at first."""
    with database.once(given) as engine, engine.connect() as connection:
        found = holds.listed(connection, rights.provider(connection, code))
    today = clock.london_day(clock.now())
    for each in found:
        whose = "everybody" if each.everybody else "one person"
        late = " (LATE)" if each.review_on < today else ""
        out(
            f"{each.hold_id}: {each.kind}, {whose}, by {each.owner}, look again by "
            f"{each.review_on}{late}: {each.reason}"
        )
    if not found:
        out("nothing is held")
