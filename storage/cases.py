"""Cases of people who asked to be rung or complained: opened by texts, read and closed by staff."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from storage import consents
from storage.audit import Act
from storage.consents import Given
from storage.tables import Account, Alert, Case, Service

COMPLAINT = "complaint"


def open_(connection: Connection, alert_id: int, kind: str, due_on: dt.date, now: datetime) -> None:
    """A case for that alert, to be read by `due_on`. One that it has, and that is open, becomes a
    complaint when they complain, and is then due by the earlier day."""
    origin = select(
        Alert.provider_id,
        Alert.service_id,
        Alert.id,
        Alert.conversation_id,
        literal(kind),
        literal(now),
        literal(due_on),
    ).where(Alert.id == alert_id)
    names = [
        "provider_id",
        "service_id",
        "alert_id",
        "conversation_id",
        "kind",
        "asked_at",
        "due_on",
    ]
    row = insert(Case).from_select(names, origin)
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["alert_id"],
            set_={
                "kind": row.excluded.kind,
                "due_on": func.least(Case.due_on, row.excluded.due_on),
            },
            where=Case.closed_at.is_(None) & (row.excluded.kind == COMPLAINT),
        )
    )


def answer(connection: Connection, conversation_id: int, answer_: Given, due_on: dt.date) -> None:
    """Their answer to "shall we ring you": kept as a consent, and on the open case."""
    values = {"wants_call": answer_.given, "version": Case.version + 1}
    if answer_.given:
        values["due_on"] = due_on
    connection.execute(
        update(Case)
        .where(Case.conversation_id == conversation_id, Case.closed_at.is_(None))
        .values(**values)
    )
    consents.keep(connection, answer_)


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as its page shows it; the words come by its alert."""

    case_id: int
    alert_id: int
    provider_id: int
    site_id: int
    service_id: int
    service_name: str
    kind: str
    wants_call: bool | None
    asked_at: datetime
    due_on: dt.date
    version: int
    outcome: str | None
    note: str | None
    closed_at: datetime | None
    closed_by: str | None


_CASES: Any = (
    select(
        Case.id, Case.alert_id, Case.provider_id, Service.site_id, Case.service_id, Service.name,
        Case.kind, Case.wants_call, Case.asked_at, Case.due_on, Case.version, Case.outcome, Case.note, Case.closed_at,
        Account.name,
    )
    .join(Service, Service.id == Case.service_id)
    .outerjoin(Account, Account.id == Case.closed_by)
)  # fmt: skip


def open_ones(connection: Connection) -> list[CaseSeen]:
    """Every open case in view, the first due first."""
    query = _CASES.where(Case.closed_at.is_(None)).order_by(Case.due_on, Case.id)
    return [CaseSeen(*row) for row in connection.execute(query)]


def one(connection: Connection, case_id: int) -> CaseSeen | None:
    """That case; None when there is none in view."""
    row = connection.execute(_CASES.where(Case.id == case_id)).one_or_none()
    return CaseSeen(*row) if row else None


def close(connection: Connection, case: CaseSeen, act: Act, outcome: str) -> bool:
    """Close it with what came of it; False when it has moved on or is closed."""
    statement = (
        update(Case)
        .where(Case.id == case.case_id, Case.version == act.seen, Case.closed_at.is_(None))
        .values(
            version=Case.version + 1,
            outcome=outcome,
            note=act.reason,
            closed_by=act.account_id,
            closed_at=act.now,
        )
    )
    return connection.execute(statement).rowcount > 0
