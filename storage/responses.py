"""Responses, their comments and consents: what one text tells is written in one statement."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, text

from storage.crypto import Words
from storage.services import Place


@dataclass(frozen=True, slots=True)
class Told:
    """What one text adds to its conversation's response; None adds nothing.

    rating, role, view: a new value replaces the old one.
    comment: all words so far to `question`, this text's among them.
    concern: what was seen in them; the comment is held from birth.
    texts_consent: an answer to "may we text you about it", or None.
    """

    conversation_id: int
    person_id: int
    channel: str
    mode: str
    solicited: bool
    script: str
    script_version: int
    language: str | None
    rating: str | None
    role: str | None
    view: str | None
    question: str
    comment: str | None
    concern: str | None
    texts_consent: bool | None


_TYPES = {
    **dict.fromkeys(("provider_id", "service_id", "touchpoint_id"), "bigint"),
    **dict.fromkeys(("conversation_id", "person_id"), "bigint"),
    **dict.fromkeys(("channel", "mode", "script", "language", "rating", "role"), "text"),
    **dict.fromkeys(("view", "question", "concern"), "text"),
    **dict.fromkeys(("solicited", "commented", "held", "texts_consent"), "boolean"),
    "script_version": "integer",
    "comment": "bytea",
    "day": "date",
    "now": "timestamptz",
}
_GIVEN = ", ".join(f"CAST(:{name} AS {kind}) AS {name}" for name, kind in _TYPES.items())

# One statement: the response (a correction keeps its first day), the day to be counted again, the
# comment with its hold, and the consent. Each part after the first is empty when nothing was said.
_RECORD = text(
    f"""
    WITH given AS (SELECT {_GIVEN}), response AS (
        INSERT INTO responses (
            provider_id, service_id, touchpoint_id, conversation_id, channel, mode, source,
            solicited, rating, role, view, language, script, script_version, day, first_at,
            changed_at
        )
        SELECT provider_id, service_id, touchpoint_id, conversation_id, channel, mode,
            'conversation', solicited, rating, role, view, language, script, script_version, day,
            now, now
        FROM given
        WHERE rating IS NOT NULL OR commented OR EXISTS (
            SELECT FROM responses WHERE responses.conversation_id = given.conversation_id
        )
        ON CONFLICT (conversation_id) DO UPDATE SET
            rating = coalesce(excluded.rating, responses.rating),
            role = coalesce(excluded.role, responses.role),
            view = coalesce(excluded.view, responses.view),
            language = coalesce(excluded.language, responses.language),
            changed_at = excluded.changed_at
        RETURNING id, provider_id, service_id, day
    ), dirty AS (
        INSERT INTO dirty_days (provider_id, service_id, day, marked_at)
        SELECT response.provider_id, response.service_id, response.day, now FROM response, given
    ), comment AS (
        INSERT INTO comments (
            provider_id, service_id, response_id, question, words, held, concern, day, created_at
        )
        SELECT response.provider_id, response.service_id, response.id, question, comment, held,
            concern, response.day, now
        FROM response, given WHERE commented
        ON CONFLICT (response_id, question) DO UPDATE SET
            words = excluded.words, redacted = NULL, redaction_version = NULL,
            held = comments.held OR excluded.held,
            concern = coalesce(excluded.concern, comments.concern)
    ), consent AS (
        INSERT INTO consents (provider_id, person_id, kind, given, at)
        SELECT response.provider_id, person_id, 'texts', texts_consent, now
        FROM response, given WHERE texts_consent IS NOT NULL
        ON CONFLICT (person_id, kind) DO UPDATE SET given = excluded.given, at = excluded.at
    )
    SELECT id FROM response
    """
).bindparams(bindparam("comment", type_=Words))


def record(
    connection: Connection, place: Place, told: Told, day: dt.date, now: datetime
) -> int | None:
    """Write it; returns the response's id, None while there is neither a rating nor a comment.

    `day` is the London day, used only when the response is new.
    """
    values = {
        "provider_id": place.provider_id,
        "service_id": place.service_id,
        "touchpoint_id": place.touchpoint_id,
        "day": day,
        "now": now,
        "commented": told.comment is not None,
        "held": told.concern is not None,
    }
    fields = {name: getattr(told, name) for name in Told.__slots__}
    found: int | None = connection.execute(_RECORD, {**fields, **values}).scalar_one_or_none()
    return found
