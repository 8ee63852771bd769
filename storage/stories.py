"""Stories: shared and taken down by their tellers, read by staff as far as they let them."""

import datetime as dt
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from storage import consents
from storage.consents import Given
from storage.tables import Comment, Consent, Story


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who may read which story, by whose answer to which wording."""

    provider_id: int
    service_id: int
    person_id: int
    response_id: int
    audience: str
    script: str
    script_version: int


def share(connection: Connection, sharing: Sharing, now: datetime) -> None:
    """From now on this audience may read it; a later answer replaces an earlier one."""
    row = insert(Story).values(**asdict(sharing), agreed_at=now)
    changed = {
        "audience": row.excluded.audience,
        "script": row.excluded.script,
        "script_version": row.excluded.script_version,
        "agreed_at": row.excluded.agreed_at,
        "withdrawn_at": None,
    }
    connection.execute(row.on_conflict_do_update(index_elements=["response_id"], set_=changed))
    answer = Given(
        sharing.provider_id, sharing.person_id, consents.STORY, sharing.audience != "no_one",
        sharing.script, sharing.script_version, now,
    )  # fmt: skip
    consents.keep(connection, answer)


def withdraw(connection: Connection, person_id: int, now: datetime) -> None:
    """Nobody may read any story of theirs from now on."""
    theirs = update(Story).where(Story.person_id == person_id, Story.withdrawn_at.is_(None))
    connection.execute(theirs.values(withdrawn_at=now))
    agreed = update(Consent).where(
        Consent.person_id == person_id, Consent.kind == consents.STORY, Consent.given
    )
    connection.execute(agreed.values(given=False, at=now))


@dataclass(frozen=True, slots=True)
class StorySeen:
    """A story as staff read it: who else may, and its words with personal details taken out."""

    story_id: int
    audience: str
    day: dt.date
    words: tuple[str, ...]


def seen(connection: Connection, service_id: int, limit: int) -> list[StorySeen]:
    """The newest stories of a service that its team may read, without those whose words are held or
    still being read. Runs in a transaction of `storage.database.staff`."""
    query = (
        select(Story.id, Story.audience, Comment.day, Comment.redacted)
        .join(Comment, Comment.response_id == Story.response_id)
        .where(
            Story.service_id == service_id,
            Comment.redacted.is_not(None),
            Comment.purpose == "story",
        )
        .order_by(Story.id.desc(), Comment.question.desc(), Comment.id)
        .limit(limit)
    )
    found: dict[int, StorySeen] = {}
    rows: Any = connection.execute(query)
    for story_id, audience, day, redacted in rows:
        before = found.get(story_id)
        words = (*before.words, redacted) if before else (redacted,)
        found[story_id] = StorySeen(story_id, audience, day, words)
    return list(found.values())
