"""What the tables still owe, and since when: counts and moments only, for an operator's eyes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_OWED = text(
    """
    SELECT
        (SELECT count(*) FROM inbox WHERE state = 'to_step'),
        (SELECT min(received_at) FROM inbox WHERE state = 'to_step'),
        (SELECT min(due_at) FROM outbox WHERE state = 'queued'),
        (SELECT min(changed_at) FROM outbox WHERE state IN ('handed', 'sending')),
        (SELECT count(*) FROM outbox WHERE state = 'unconfirmed'),
        (SELECT count(*) FROM comments WHERE redacted IS NULL AND words IS NOT NULL),
        (SELECT min(created_at) FROM comments WHERE redacted IS NULL AND words IS NOT NULL),
        (SELECT min(marked_at) FROM dirty_days),
        (SELECT min(look_at) FROM erasures WHERE done_at IS NULL),
        (SELECT max(claimed_at) FROM ticks)
    """
)


@dataclass(frozen=True, slots=True)
class Debts:
    """None: nothing is owed of that kind.

    to_step: texts whose step failed. due_since: the oldest letter that may leave. told_nothing_since:
    the oldest that left without a receipt. unconfirmed: letters of which nobody can say whether they
    arrived. unread: comments without redaction. dirty_since: the oldest day to be counted again.
    erase_since: the oldest wish to be deleted that is to be looked at, also in days to come.
    clock_at: when a clock last acted.
    """

    to_step: int
    to_step_since: datetime | None
    due_since: datetime | None
    told_nothing_since: datetime | None
    unconfirmed: int
    unread: int
    unread_since: datetime | None
    dirty_since: datetime | None
    erase_since: datetime | None
    clock_at: datetime | None


def owed(connection: Connection) -> Debts:
    """All of it, in one statement."""
    return Debts(*connection.execute(_OWED).one())
