"""Comments on their way to being read: the redaction debt."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.tables import Comment


@dataclass(frozen=True, slots=True)
class Unread:
    """A comment whose words nobody may read yet."""

    comment_id: int
    words: str


def claim_unread(connection: Connection, limit: int) -> list[Unread]:
    """Up to `limit` comments that wait for redaction, locked for this transaction only."""
    query = (
        select(Comment.id, Comment.words)
        .where(Comment.redacted.is_(None), Comment.words.is_not(None))
        .order_by(Comment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows: Any = connection.execute(query)
    return [Unread(*row) for row in rows]


def write_redacted(connection: Connection, rows: list[tuple[int, str]], version: int) -> None:
    """(comment id, redacted words), by rules of that version, in one statement."""
    if not rows:
        return
    given = select(
        func.unnest([row[0] for row in rows]).label("id"),
        func.unnest([row[1] for row in rows]).label("redacted"),
    ).subquery()
    connection.execute(
        update(Comment)
        .where(Comment.id == given.c.id)
        .values(redacted=given.c.redacted, redaction_version=version)
    )


def unread(connection: Connection) -> int:
    """How many comments wait for redaction."""
    query = select(func.count()).where(Comment.redacted.is_(None), Comment.words.is_not(None))
    return connection.execute(query).scalar_one()
