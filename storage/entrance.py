"""The way in of an ordinary text in one statement: kept, its person met, its conversation found.

Each part happens only where the one before it did, and locks what it found until the transaction ends:
the text's own row (a second arrival waits at the first), the person (two texts of one go one by one), the
conversation.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from storage import conversations, driver, inbox, people
from storage.conversations import Open, Opening
from storage.driver import Statement
from storage.inbox import Arrival


@dataclass(frozen=True, slots=True)
class Entered:
    """A text that was kept, who sent it, and the conversation it belongs to."""

    inbox_id: int
    person_id: int
    open: Open


_ENTER = Statement(
    f"""
    WITH kept AS ({inbox.KEEP}),
    met AS ({people.MEET.format(among="FROM kept")}),
    opened AS (
        {conversations.OPEN.format(person="met.id", among="FROM met", footing=conversations.FOOTING)}
    )
    SELECT kept.id, met.id, opened.* FROM kept, met, opened
    """
)


def enter(connection: Connection, arrival: Arrival, opening: Opening) -> Entered | None:
    """Take in a text; None when it is already here (SEEN).

    opening: the conversation that it begins where none is under way.
    A text that had to wait for another of its person saw how that one stood when the waiting began:
    `Open.footing` may then be out of date, and `turns.write` tells how it is. Raises SealBroken.
    """
    now, channel, address = arrival.received_at, arrival.channel, arrival.their_address
    provider_id = opening.place.provider_id
    values = {
        **people.meeting(connection, provider_id, channel, address, now),
        **inbox.keeping(arrival, provider_id),
        **conversations.opening(opening, arrival.our_address, now),
        **conversations.asking(channel, address),
    }
    row = driver.first(connection, _ENTER, values)
    return Entered(row[0], row[1], conversations.read(row[2:])) if row else None
