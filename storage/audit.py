"""Who did or looked at what, when. A row holds codes, ids and counts, never a person's words."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert

from storage.tables import Audit


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done or looked at.

    action: a code ("signed_in", "read_comments"). subject: what kind of thing, and its id.
    detail: codes and counts.
    """

    action: str
    account_id: int | None = None
    provider_id: int | None = None
    subject: tuple[str, int] | None = None
    detail: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """What a page sends with whatever is done on it: by whom, why, at which version as they saw it, when."""

    account_id: int
    reason: str
    seen: int
    now: datetime


def note(connection: Connection, deed: Deed, now: datetime) -> None:
    """Write it down, in the transaction of the deed itself."""
    kind, subject_id = deed.subject or (None, None)
    connection.execute(
        insert(Audit)
        .inline()  # a door that may write here may not read its row back
        .values(
            at=now,
            account_id=deed.account_id,
            provider_id=deed.provider_id,
            action=deed.action,
            subject_kind=kind,
            subject_id=subject_id,
            detail=deed.detail,
        )
    )
