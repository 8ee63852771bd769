"""Conversations: one open a person and address of ours. The upsert that finds it is also its lock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert

from storage.inbox import TO_STEP, sender
from storage.people import opted_out_exists
from storage.services import Place
from storage.tables import Conversation, Inbox


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation under way, locked until the transaction ends.

    state: sealed JSON of the dialogue, None when it is new.
    behind: an earlier text of this sender still waits to be stepped; this one must wait too.
    """

    conversation_id: int
    touchpoint_id: int
    script: str
    script_version: int
    state: str | None
    finished_at: datetime | None
    opted_out: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who writes to which address of ours."""

    person_id: int
    channel: str
    our_address: str
    their_address: str


def open_for(
    connection: Connection, who: Correspondent, place: Place, script_version: int, now: datetime
) -> Open:
    """The open conversation of `who`, or a new one at `place`.

    Runs after `people.meet`, in a statement of its own: its snapshot is then younger than every
    commit of the same person, so an opt-out committed a moment ago is seen.
    """
    waiting = exists().where(
        Inbox.state == TO_STEP, Inbox.sender == sender(who.channel, who.their_address)
    )
    statement = (
        insert(Conversation)
        .values(
            provider_id=place.provider_id,
            person_id=who.person_id,
            touchpoint_id=place.touchpoint_id,
            our_address=who.our_address,
            script=place.script,
            script_version=script_version,
            started_at=now,
            touched_at=now,
        )
        .on_conflict_do_update(
            index_elements=["person_id", "our_address"],
            index_where=text("closed_at IS NULL"),
            set_={"touched_at": now, "texts": Conversation.texts + 1},
        )
        .returning(
            Conversation.id,
            Conversation.touchpoint_id,
            Conversation.script,
            Conversation.script_version,
            Conversation.state,
            Conversation.finished_at,
            select(opted_out_exists(who.channel, who.their_address)).scalar_subquery(),
            select(waiting).scalar_subquery(),
        )
    )
    return Open(*connection.execute(statement).one())


def save(
    connection: Connection, conversation_id: int, state: str, finished_at: datetime | None
) -> None:
    """Keep the dialogue's state; `finished_at` is set once every question has been asked."""
    connection.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(state=state, finished_at=finished_at)
    )


def close(connection: Connection, conversation_id: int, now: datetime) -> None:
    """End it, so that the next text opens another."""
    connection.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(closed_at=now)
    )
