"""What one turn of a conversation writes, in one statement: the answer, the letters out, the state.

The answer is a response (one a conversation), the words to one question, a consent, and the mark
that its day must be counted again.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage import conversations, crypto, driver
from storage.conversations import Footing
from storage.crypto import Purpose
from storage.driver import Statement
from storage.services import Place


@dataclass(frozen=True, slots=True)
class Told:
    """What one text adds to its conversation's response; None adds nothing.

    purpose: of its script. rating, role, view: a new value replaces the old one.
    answered: a question of the script's own was answered, which makes a response too.
    comment: all words so far to `question`, this text's among them.
    concern: what was seen in them. held: the comment is held from birth, or from now on.
    texts_consent: an answer to "may we text you about it", or None.
    """

    mode: str
    solicited: bool
    language: str | None
    purpose: str = "experience"
    answered: bool = False
    rating: str | None = None
    role: str | None = None
    view: str | None = None
    question: str = ""
    comment: str | None = None
    concern: str | None = None
    held: bool = False
    texts_consent: bool | None = None


@dataclass(frozen=True, slots=True)
class Letters:
    """The replies of one turn, in order, as (kind, body): where they go and how they are kept."""

    inbox_id: int
    our_address: str
    to_address: str
    state: str
    each: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Turned:
    """One turn to be written. told: None where the text told nothing new.

    state: the dialogue's, to be sealed. day: London's, used only when the response is new.
    """

    conversation_id: int
    person_id: int
    channel: str
    script: str
    script_version: int
    state: str
    finished_at: datetime | None
    day: dt.date
    now: datetime
    told: Told | None
    letters: Letters


@dataclass(frozen=True, slots=True)
class Written:
    """response_id: None while there is neither a rating nor a comment. letters: ids, in order.

    held: the comment is, since this text or an earlier one; None where this text added none.
    footing: how it stood with who writes when this was written.
    """

    response_id: int | None
    held: bool | None
    letters: tuple[int, ...]
    footing: Footing


_TYPES = {
    **dict.fromkeys(("provider_id", "service_id", "touchpoint_id"), "bigint"),
    **dict.fromkeys(("conversation_id", "person_id", "inbox_id"), "bigint"),
    **dict.fromkeys(("channel", "mode", "script", "language", "rating", "role"), "text"),
    **dict.fromkeys(("view", "question", "concern", "our_address", "letters_state"), "text"),
    **dict.fromkeys(("told", "solicited", "commented", "held", "texts_consent"), "boolean"),
    "answered": "boolean",
    "purpose": "text",
    **dict.fromkeys(("comment", "state", "to_address"), "bytea"),
    "script_version": "integer",
    "day": "date",
    **dict.fromkeys(("now", "finished_at"), "timestamptz"),
}
_ABSENT = {
    "comment": "nullif(%(comment)s, ''::bytea)",
    "to_address": "nullif(%(to_address)s, ''::bytea)",
}
_GIVEN = ", ".join(
    f"{_ABSENT.get(name, f'%({name})s')}::{kind} AS {name}" for name, kind in _TYPES.items()
)

# The parts in order: the response (a correction keeps its first day), the day to be counted again,
# the comment with its hold, the consent; then the letters, and the dialogue's state. Each part of
# the answer is empty when nothing of its kind was said. (LIMIT keeps the look for a response on its
# index: a plain EXISTS behind OR becomes a hash of the whole table.)
_WRITE = Statement(
    f"""
    WITH given AS (SELECT {_GIVEN}), response AS (
        INSERT INTO responses AS r (
            provider_id, service_id, touchpoint_id, conversation_id, channel, mode, source,
            solicited, rating, role, view, language, script, script_version, day, first_at,
            changed_at, purpose
        )
        SELECT provider_id, service_id, touchpoint_id, conversation_id, channel, mode,
            'conversation', solicited, rating, role, view, language, script, script_version, day,
            now, now, purpose
        FROM given
        WHERE told AND (rating IS NOT NULL OR commented OR answered OR (
            SELECT true FROM responses
            WHERE responses.conversation_id = given.conversation_id LIMIT 1
        ))
        ON CONFLICT (conversation_id) DO UPDATE SET
            rating = coalesce(excluded.rating, r.rating),
            role = coalesce(excluded.role, r.role),
            view = coalesce(excluded.view, r.view),
            language = coalesce(excluded.language, r.language),
            changed_at = excluded.changed_at
        RETURNING id, provider_id, service_id, day
    ), dirty AS (
        INSERT INTO dirty_days (provider_id, service_id, day, marked_at)
        SELECT r.provider_id, r.service_id, r.day, now FROM response r, given
    ), comment AS (
        INSERT INTO comments AS c (
            provider_id, service_id, response_id, question, words, held, concern, day, created_at,
            purpose
        )
        SELECT r.provider_id, r.service_id, r.id, question, comment, held, concern, r.day, now,
            purpose
        FROM response r, given WHERE commented
        ON CONFLICT (response_id, question) DO UPDATE SET
            words = excluded.words, redacted = NULL, redaction_version = NULL,
            held = c.held OR excluded.held,
            concern = coalesce(excluded.concern, c.concern)
        RETURNING held
    ), consent AS (
        INSERT INTO consents (provider_id, person_id, kind, given, at, script, script_version)
        SELECT r.provider_id, person_id, 'texts', texts_consent, now, script, script_version
        FROM response r, given WHERE texts_consent IS NOT NULL
        ON CONFLICT (person_id, kind) DO UPDATE SET given = excluded.given, at = excluded.at,
            script = excluded.script, script_version = excluded.script_version
    ), letters AS (
        INSERT INTO outbox (
            provider_id, conversation_id, inbox_id, channel, our_address, to_address, kind, letter,
            state, created_at, due_at, changed_at
        )
        SELECT provider_id, conversation_id, inbox_id, channel, our_address, to_address, each.kind,
            each.letter, letters_state, now, now, now
        FROM given, unnest(%(kinds)s::text[], %(letters)s::bytea[])
            WITH ORDINALITY AS each (kind, letter, place)
        ORDER BY each.place
        RETURNING id
    ), saved AS (
        UPDATE conversations SET state = given.state, finished_at = given.finished_at
        FROM given WHERE conversations.id = given.conversation_id
    )
    SELECT (SELECT id FROM response), (SELECT held FROM comment),
        ARRAY(SELECT id FROM letters ORDER BY id), {conversations.FOOTING}
    FROM conversations, given WHERE conversations.id = given.conversation_id
    """
)
_NOTHING_TOLD = Told(mode="", solicited=False, language=None)


def write(connection: Connection, place: Place, turned: Turned) -> Written:
    """Write it all, or nothing: the caller's transaction decides."""
    asked = conversations.asking(turned.channel, turned.letters.to_address)
    values = {**_answer(place, turned), **_rest(turned), **asked}
    row = driver.first(connection, _WRITE, values)
    if row is None:
        raise LookupError("the conversation is gone")
    response_id, held, letters, *footing = row
    return Written(response_id, held, tuple(letters), Footing(*footing))


def _answer(place: Place, turned: Turned) -> dict[str, object]:
    told = turned.told or _NOTHING_TOLD
    return {
        "told": turned.told is not None,
        "provider_id": place.provider_id,
        "service_id": place.service_id,
        "touchpoint_id": place.touchpoint_id,
        "mode": told.mode,
        "solicited": told.solicited,
        "language": told.language,
        "purpose": told.purpose,
        "answered": told.answered,
        "rating": told.rating,
        "role": told.role,
        "view": told.view,
        "question": told.question,
        "commented": told.comment is not None,
        "comment": crypto.sealed(Purpose.WORDS, told.comment) or b"",
        "concern": told.concern,
        "held": told.held,
        "texts_consent": told.texts_consent,
    }


def _rest(turned: Turned) -> dict[str, object]:
    letters = turned.letters
    return {
        "conversation_id": turned.conversation_id,
        "person_id": turned.person_id,
        "channel": turned.channel,
        "script": turned.script,
        "script_version": turned.script_version,
        "state": crypto.sealed(Purpose.WORDS, turned.state),
        "finished_at": turned.finished_at,
        "day": turned.day,
        "now": turned.now,
        "inbox_id": letters.inbox_id,
        "our_address": letters.our_address,
        "to_address": crypto.sealed(Purpose.ADDRESS, letters.to_address) if letters.each else b"",
        "letters_state": letters.state,
        "kinds": [kind for kind, _ in letters.each],
        "letters": [crypto.sealed(Purpose.WORDS, body) for _, body in letters.each],
    }
