"""Conversations: one open a person and address of ours. The upsert that finds it is also its lock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage import crypto, driver
from storage.crypto import Purpose
from storage.driver import Statement
from storage.services import Place
from storage.tables import Alert, Conversation


@dataclass(frozen=True, slots=True)
class Footing:
    """How it stands with who writes, as far as it is not the dialogue's own state.

    behind: an earlier text of this sender still waits to be stepped; this one must wait too.
    alert_id: the alert that is open in the conversation, which every text of it joins.
    """

    opted_out: bool
    behind: bool
    alert_id: int | None


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation under way, locked until the transaction ends.

    state: sealed JSON of the dialogue, None when it is new.
    """

    conversation_id: int
    touchpoint_id: int
    script: str
    script_version: int
    started_at: datetime
    state: str | None
    finished_at: datetime | None
    footing: Footing


@dataclass(frozen=True, slots=True)
class Opening:
    """The conversation that begins where none is under way: its place, and the script it takes up."""

    place: Place
    script: str
    version: int


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who writes to which address of ours."""

    person_id: int
    channel: str
    our_address: str
    their_address: str


FOOTING = """
    EXISTS (SELECT FROM opt_outs WHERE channel = %(channel)s AND key = ANY(%(keys)s)) AS opted_out,
    EXISTS (SELECT FROM inbox WHERE state = 'to_step' AND sender = ANY(%(keys)s)) AS behind,
    (SELECT alerts.id FROM alerts WHERE alerts.conversation_id = conversations.id
        AND alerts.closed_at IS NULL) AS alert_id
"""
"""What `Footing` says, wherever `conversations` is at hand."""

OPEN = """
    INSERT INTO conversations (
        provider_id, person_id, touchpoint_id, our_address, script, script_version, started_at,
        touched_at
    )
    SELECT CAST(%(provider_id)s AS bigint), {person}, CAST(%(touchpoint_id)s AS bigint),
        %(our_address)s, %(script)s, CAST(%(script_version)s AS integer),
        CAST(%(now)s AS timestamptz), CAST(%(now)s AS timestamptz)
    {among}
    ON CONFLICT (person_id, our_address) WHERE closed_at IS NULL
    DO UPDATE SET touched_at = excluded.touched_at, texts = conversations.texts + 1
    RETURNING id, touchpoint_id, script, script_version, started_at, state, finished_at,
        {footing}
"""
"""Finds or opens the conversation of {person}, and locks it; {among}: where the person comes from."""

_OPEN_FOR = Statement(
    OPEN.format(person="CAST(%(person_id)s AS bigint)", among="", footing=FOOTING)
)
_FOOTING = Statement(
    f"SELECT {FOOTING} FROM conversations WHERE id = CAST(%(conversation_id)s AS bigint)"
)


def open_for(connection: Connection, who: Correspondent, beginning: Opening, now: datetime) -> Open:
    """The open conversation of `who`, or a new one.

    Runs after `people.meet`, in a statement of its own: its snapshot is then younger than every
    commit of the same person, so an opt-out committed a moment ago is seen.
    """
    values = {
        **opening(beginning, who.our_address, now),
        **asking(who.channel, who.their_address),
        "person_id": who.person_id,
    }
    row = driver.first(connection, _OPEN_FOR, values)
    if row is None:
        raise LookupError("a conversation was neither found nor opened")
    return read(row)


def opening(beginning: Opening, our_address: str, now: datetime) -> dict[str, object]:
    """The values of `OPEN`."""
    return {
        "provider_id": beginning.place.provider_id,
        "touchpoint_id": beginning.place.touchpoint_id,
        "our_address": our_address,
        "script": beginning.script,
        "script_version": beginning.version,
        "now": now,
    }


def asking(channel: str, their_address: str) -> dict[str, object]:
    """The values of `FOOTING`: under every listed key."""
    return {"channel": channel, "keys": crypto.keyring().lookups(channel, their_address)}


def read(row: driver.Row) -> Open:
    """What `OPEN` has returned. Raises SealBroken."""
    number, touchpoint_id, script, version, started_at, state, finished_at, *footing = row
    words = crypto.unsealed(Purpose.WORDS, state)
    return Open(
        number, touchpoint_id, script, version, started_at, words, finished_at, Footing(*footing)
    )


def footing(connection: Connection, who: Correspondent, conversation_id: int) -> Footing:
    """How it stands with `who` at this moment."""
    values = {**asking(who.channel, who.their_address), "conversation_id": conversation_id}
    row = driver.first(connection, _FOOTING, values)
    if row is None:
        raise LookupError("the conversation is gone")
    return Footing(*row)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an open conversation is, for who would begin another.

    alerted: people are seeing to what was said in it.
    """

    finished: bool
    touched_at: datetime
    alerted: bool


def under_way(connection: Connection, person_id: int, our_address: str) -> Standing | None:
    """The conversation that is open with that person at that address; None where none is."""
    alerted = select(Alert.id).where(
        Alert.conversation_id == Conversation.id, Alert.closed_at.is_(None)
    )
    query = select(
        Conversation.finished_at.is_not(None), Conversation.touched_at, alerted.exists()
    ).where(
        Conversation.person_id == person_id,
        Conversation.our_address == our_address,
        Conversation.closed_at.is_(None),
    )
    row = connection.execute(query).one_or_none()
    return Standing(*row) if row else None


def close_open(
    connection: Connection, person_id: int, our_address: str | None, now: datetime
) -> None:
    """End whatever is open with that person at that address of ours; None: at any."""
    theirs = [Conversation.person_id == person_id, Conversation.closed_at.is_(None)]
    if our_address is not None:
        theirs.append(Conversation.our_address == our_address)
    connection.execute(update(Conversation).where(*theirs).values(closed_at=now))


def save(connection: Connection, conversation_id: int, state: str) -> None:
    """Keep the dialogue's state of a conversation that we have begun."""
    connection.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(state=state)
    )


def close(connection: Connection, conversation_id: int, now: datetime) -> None:
    """End it, so that the next text opens another."""
    connection.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(closed_at=now)
    )


def go_on(  # noqa: PLR0917  one argument a side of the row
    connection: Connection,
    last: Open,
    place: Place,
    who: Correspondent,
    state: str,
    now: datetime,
) -> None:
    """A conversation that is finished as it begins, at the place and with the script of the last one."""
    connection.execute(
        insert(Conversation).values(
            provider_id=place.provider_id,
            person_id=who.person_id,
            touchpoint_id=place.touchpoint_id,
            our_address=who.our_address,
            script=last.script,
            script_version=last.script_version,
            state=state,
            started_at=now,
            touched_at=now,
            finished_at=now,
        )
    )
