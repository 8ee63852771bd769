"""Comments on their way to being read: the redaction debt."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, func, select, text, type_coerce

from storage import crypto
from storage.crypto import Purpose
from storage.tables import Comment


@dataclass(frozen=True, slots=True)
class Unread:
    """A comment whose words nobody may read yet; "" where no listed key opens them."""

    comment_id: int
    words: str


_WRITE = text(
    """
    UPDATE comments SET redacted = given.redacted, redaction_version = :version
    FROM unnest(CAST(:ids AS bigint[]), CAST(:redacted AS text[])) AS given(id, redacted)
    WHERE comments.id = given.id
    """
)


def claim_unread(connection: Connection, limit: int) -> list[Unread]:
    """Up to `limit` comments that wait for redaction, locked for this transaction only."""
    query = (
        select(Comment.id, type_coerce(Comment.words, LargeBinary))
        .where(Comment.redacted.is_(None), Comment.words.is_not(None))
        .order_by(Comment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows: Any = connection.execute(query)
    return [Unread(row[0], crypto.opened(Purpose.WORDS, row[1])) for row in rows]


def write_redacted(connection: Connection, rows: list[tuple[int, str]], version: int) -> None:
    """(comment id, redacted words), by rules of that version, in one statement."""
    if not rows:
        return
    connection.execute(
        _WRITE,
        {
            "ids": [comment_id for comment_id, _ in rows],
            "redacted": [redacted for _, redacted in rows],
            "version": version,
        },
    )


def unread(connection: Connection) -> int:
    """How many comments wait for redaction."""
    query = select(func.count()).where(Comment.redacted.is_(None), Comment.words.is_not(None))
    return connection.execute(query).scalar_one()
