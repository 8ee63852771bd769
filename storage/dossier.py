"""All that is held of one person at one provider, as plain rows: for them to have, if they ask.

Words are opened here; "" stands where no listed key opens them. What staff wrote about the person is
counted and not read.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from storage import crypto
from storage.crypto import Purpose

Rows = list[dict[str, Any]]

_CONVERSATIONS = "SELECT id FROM conversations WHERE person_id = :person_id"
_ALERTS = "SELECT id FROM alerts WHERE person_id = :person_id"
_PARTS: dict[str, str] = {
    "texts": """
        SELECT received_at AS at, our_address, letter FROM inbox
        WHERE sender = ANY (:senders) AND (provider_id = :provider_id OR provider_id IS NULL)
        ORDER BY id
    """,
    "letters": f"""
        SELECT created_at AS at, our_address, kind, state, letter FROM outbox
        WHERE conversation_id IN ({_CONVERSATIONS}) OR inbox_id IN (
            SELECT id FROM inbox
            WHERE sender = ANY (:senders) AND (provider_id = :provider_id OR provider_id IS NULL)
        )
        ORDER BY id
    """,
    "conversations": """
        SELECT conversations.started_at, conversations.closed_at, services.name AS service,
            touchpoints.name AS touchpoint, conversations.script, conversations.our_address
        FROM conversations
        JOIN touchpoints ON touchpoints.id = conversations.touchpoint_id
        JOIN services ON services.id = touchpoints.service_id
        WHERE person_id = :person_id ORDER BY conversations.id
    """,
    "answers": f"""
        SELECT responses.id AS answer, responses.first_at AS at, responses.changed_at,
            services.name AS service, responses.rating, responses.role, responses.view,
            responses.language, responses.imd_quintile, responses.ethnicity, responses.age_band,
            responses.sex
        FROM responses JOIN services ON services.id = responses.service_id
        WHERE conversation_id IN ({_CONVERSATIONS}) ORDER BY responses.id
    """,
    "comments": f"""
        SELECT comments.response_id AS answer, comments.created_at AS at, comments.question,
            comments.words, comments.redacted, comments.held
        FROM comments JOIN responses ON responses.id = comments.response_id
        WHERE responses.conversation_id IN ({_CONVERSATIONS}) ORDER BY comments.id
    """,
    "choices": f"""
        SELECT answers.response_id AS answer, answers.question, answers.code
        FROM answers JOIN responses ON responses.id = answers.response_id
        WHERE responses.conversation_id IN ({_CONVERSATIONS})
        ORDER BY answers.response_id, answers.question, answers.code
    """,
    "consents": "SELECT kind, given, at FROM consents WHERE person_id = :person_id ORDER BY kind",
    "check_ins": """
        SELECT agreed_at, every_weeks, due_at, sent, ended_at, ended_why FROM check_ins
        WHERE person_id = :person_id ORDER BY id
    """,
    "stories": """
        SELECT response_id AS answer, audience, agreed_at, withdrawn_at FROM stories
        WHERE person_id = :person_id ORDER BY id
    """,
    "opt_out": "SELECT source, at FROM opt_outs WHERE channel = :channel AND key = ANY (:senders)",
    "alerts": f"""
        SELECT alerts.id AS alert, alerts.raised_at AS at, alerts.kind, alerts.closed_at,
            alert_texts.words
        FROM alerts LEFT JOIN alert_texts ON alert_texts.alert_id = alerts.id
        WHERE alerts.id IN ({_ALERTS}) ORDER BY alerts.id, alert_texts.id
    """,
    "cases": f"""
        SELECT asked_at, due_on, wants_call, outcome, closed_at FROM cases
        WHERE alert_id IN ({_ALERTS}) ORDER BY id
    """,
    "erasures": """
        SELECT asked_at, due_at, waits_for FROM erasures WHERE person_id = :person_id ORDER BY id
    """,
    "uses": f"""
        SELECT at, 'alert_' || deed AS what FROM alert_deeds WHERE alert_id IN ({_ALERTS})
        UNION ALL SELECT at, 'number_revealed' FROM glass_breaks WHERE alert_id IN ({_ALERTS})
        UNION ALL SELECT changed_at, 'staff_told' FROM mails WHERE alert_id IN ({_ALERTS})
            AND state = 'sent'
        UNION ALL SELECT at, action FROM audit
            WHERE subject_kind = 'person' AND subject_id = :person_id
        UNION ALL SELECT audit.at, action FROM audit JOIN erasures
            ON audit.subject_kind = 'erasure' AND audit.subject_id = erasures.id
            WHERE erasures.person_id = :person_id
        ORDER BY 1, 2
    """,
}
_WITHHELD = f"""
    SELECT (SELECT count(*) FROM alert_deeds WHERE alert_id IN ({_ALERTS}) AND reason IS NOT NULL)
        + (SELECT count(*) FROM glass_breaks WHERE alert_id IN ({_ALERTS}))
        + (SELECT count(*) FROM cases WHERE alert_id IN ({_ALERTS}) AND note IS NOT NULL)
"""
_SEALED = ("letter", "words")


@dataclass(frozen=True, slots=True)
class Held:
    """parts: what is held, by kind, each row as {column: value}. notes: how many notes of staff about
    the person there are beside that."""

    parts: dict[str, Rows]
    notes: int


def held(
    connection: Connection, provider_id: int, person_id: int, channel: str, address: str
) -> Held:
    """Everything, in the order in which it came."""
    values = {
        "provider_id": provider_id,
        "person_id": person_id,
        "channel": channel,
        "senders": crypto.keyring().lookups(channel, address),
    }
    parts = {name: _rows(connection, query, values) for name, query in _PARTS.items()}
    notes = connection.execute(text(_WITHHELD), {"person_id": person_id}).scalar_one()
    return Held(parts, notes)


def _rows(connection: Connection, query: str, values: dict[str, Any]) -> Rows:
    asked = {name: value for name, value in values.items() if f":{name}" in query}
    return [_opened(dict(row)) for row in connection.execute(text(query), asked).mappings()]


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: crypto.opened(Purpose.WORDS, value) if name in _SEALED else value
        for name, value in row.items()
    }
