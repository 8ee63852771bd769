"""Versions of a provider's own texts with what people said of each, oldest verdict first.

Knows neither what a text means nor when it may be used.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.tables import Rulebook, Verdict

SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one person said of a text: approved, or vetoed with a reason."""

    name: str
    role: str
    digest: str
    approved: bool
    reason: str
    demo: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a text, and all that was said of it."""

    rulebook_id: int
    version: int
    text: str
    digest: str
    author: str
    live_from: datetime | None
    verdicts: tuple[Judged, ...]


def editions(connection: Connection, provider_id: int, kind: str, name: str) -> list[Edition]:
    """All versions of that text, the newest first."""
    given: dict[int, list[Judged]] = defaultdict(list)
    mine = (Rulebook.provider_id == provider_id, Rulebook.kind == kind, Rulebook.name == name)
    verdicts = (
        select(
            Verdict.rulebook_id, Verdict.name, Verdict.role, Verdict.digest, Verdict.approved,
            Verdict.reason, Verdict.demo, Verdict.at,
        )
        .join(Rulebook, Rulebook.id == Verdict.rulebook_id)
        .where(*mine)
        .order_by(Verdict.id)
    )  # fmt: skip
    rows: Any = connection.execute(verdicts)
    for rulebook_id, *said in rows:
        given[rulebook_id].append(Judged(*said))
    query = (
        select(
            Rulebook.id, Rulebook.version, Rulebook.text, Rulebook.digest, Rulebook.author,
            Rulebook.live_from,
        )
        .where(*mine)
        .order_by(Rulebook.version.desc())
    )  # fmt: skip
    return [Edition(*row, tuple(given[row.id])) for row in connection.execute(query)]


def names(connection: Connection, provider_id: int, kind: str) -> list[str]:
    """The texts of that kind that the provider has versions of."""
    query = select(Rulebook.name).where(Rulebook.provider_id == provider_id, Rulebook.kind == kind)
    return sorted(set(connection.execute(query).scalars()))


def add(  # noqa: PLR0917  one argument a column
    connection: Connection,
    provider_id: int,
    kind: str,
    name: str,
    version: int,
    text: str,
    digest: str,
    author: str,
    now: datetime,
) -> int:
    """A new version, of which nobody has said anything yet; returns its id."""
    statement = insert(Rulebook).values(
        provider_id=provider_id, kind=kind, name=name, version=version, text=text, digest=digest,
        author=author, created_at=now,
    )  # fmt: skip
    added: int = connection.execute(statement.returning(Rulebook.id)).scalar_one()
    return added


def judge(connection: Connection, provider_id: int, rulebook_id: int, judged: Judged) -> None:
    """Write what one person said."""
    connection.execute(
        insert(Verdict).values(
            provider_id=provider_id, rulebook_id=rulebook_id, name=judged.name, role=judged.role,
            digest=judged.digest, approved=judged.approved, reason=judged.reason,
            demo=judged.demo, at=judged.at,
        )
    )  # fmt: skip


def set_live(connection: Connection, rulebook_id: int, since: datetime | None) -> None:
    """From when a version may be used; None: not, or no more."""
    connection.execute(update(Rulebook).where(Rulebook.id == rulebook_id).values(live_from=since))
