"""The texts between one address and one of ours, both ways, for the person whose thread it is.

For the web chat's own page and the demo's phone; no staff page reads this.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from storage import crypto
from storage.tables import Inbox, Outbox


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a thread. `letter`: its JSON, as the inbox or the outbox holds it, opened."""

    ours: bool
    kind: str
    letter: str
    at: datetime


def thread(
    connection: Connection, channel: str, our_address: str, their_address: str
) -> list[Entry]:
    """Their texts to `our_address` and our answers, oldest first; erased ones are left out."""
    came = connection.execute(
        select(Inbox.id, Inbox.letter, Inbox.received_at)
        .where(
            Inbox.channel == channel,
            Inbox.our_address == our_address,
            Inbox.sender.in_(crypto.keyring().lookups(channel, their_address)),
        )
        .order_by(Inbox.id)
    ).all()
    ids = [row.id for row in came]
    spoken = select(Outbox.conversation_id).where(Outbox.inbox_id.in_(ids))
    went = connection.execute(
        select(Outbox.id, Outbox.kind, Outbox.letter, Outbox.created_at)
        .where(or_(Outbox.inbox_id.in_(ids), Outbox.conversation_id.in_(spoken)))
        .order_by(Outbox.id)
    ).all()
    theirs = [((row.received_at, 0, row.id), "", row.letter) for row in came]
    ours = [((row.created_at, 1, row.id), row.kind, row.letter) for row in went]
    return [
        Entry(place[1] == 1, kind, letter, place[0])
        for place, kind, letter in sorted([*theirs, *ours], key=lambda each: each[0])
        if letter is not None
    ]
