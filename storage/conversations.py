"""Conversations: one open a person and address of ours. The upsert that finds it is also its lock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, any_, bindparam, exists, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from storage.inbox import TO_STEP
from storage.people import OPTED_OUT, opt_out_question
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


_NEW = insert(Conversation)
_OPEN_FOR = _NEW.on_conflict_do_update(
    index_elements=["person_id", "our_address"],
    index_where=text("closed_at IS NULL"),
    set_={"touched_at": _NEW.excluded.touched_at, "texts": Conversation.texts + 1},
).returning(
    Conversation.id,
    Conversation.touchpoint_id,
    Conversation.script,
    Conversation.script_version,
    Conversation.state,
    Conversation.finished_at,
    select(OPTED_OUT).scalar_subquery(),
    select(
        exists().where(
            Inbox.state == TO_STEP,
            Inbox.sender == any_(bindparam("waiting_senders", type_=ARRAY(LargeBinary))),
        )
    ).scalar_subquery(),
)


def open_for(
    connection: Connection, who: Correspondent, place: Place, script_version: int, now: datetime
) -> Open:
    """The open conversation of `who`, or a new one at `place`.

    Runs after `people.meet`, in a statement of its own: its snapshot is then younger than every
    commit of the same person, so an opt-out committed a moment ago is seen.
    """
    row = {
        "provider_id": place.provider_id,
        "person_id": who.person_id,
        "touchpoint_id": place.touchpoint_id,
        "our_address": who.our_address,
        "script": place.script,
        "script_version": script_version,
        "started_at": now,
        "touched_at": now,
    }
    asked = opt_out_question(who.channel, who.their_address)
    asked["waiting_senders"] = asked["opt_out_keys"]
    return Open(*connection.execute(_OPEN_FOR, {**row, **asked}).one())


_SAVE = (
    update(Conversation)
    .where(Conversation.id == bindparam("conversation_id"))
    .values(state=bindparam("new_state"), finished_at=bindparam("new_finished_at"))
)


def save(
    connection: Connection, conversation_id: int, state: str, finished_at: datetime | None
) -> None:
    """Keep the dialogue's state; `finished_at` is set once every question has been asked."""
    values = {
        "conversation_id": conversation_id,
        "new_state": state,
        "new_finished_at": finished_at,
    }
    connection.execute(_SAVE, values)


def close(connection: Connection, conversation_id: int, now: datetime) -> None:
    """End it, so that the next text opens another."""
    connection.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(closed_at=now)
    )
