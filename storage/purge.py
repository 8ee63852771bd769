"""Takes out what one person told one provider: their texts, our letters, conversations, comments and
name. The rating stays, and leads to nobody; so does an alert that is closed, without its words.

Runs with the person locked (`storage.erasures.claim`). Knows no reason why something must stay but
what the tables say: an open alert, an open case, a text that waits for its step.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from storage.erasures import Gone, Wish


@dataclass(frozen=True, slots=True)
class Standing:
    """The conversations of a person that ended by the time of their wish.

    gone: may be taken out. kept: must stay for now. alert, case: whether one of those is why.
    """

    gone: list[int]
    kept: list[int]
    alert: bool
    case: bool


_STANDING = text(
    """
    SELECT id,
        EXISTS (SELECT FROM alerts
            WHERE alerts.conversation_id = conversations.id AND alerts.closed_at IS NULL),
        EXISTS (SELECT FROM cases
            WHERE cases.conversation_id = conversations.id AND cases.closed_at IS NULL)
    FROM conversations WHERE person_id = :person_id AND closed_at <= :asked_at ORDER BY id
    """
)


def standing(connection: Connection, wish: Wish) -> Standing:
    """Which conversations may go, and which must stay while somebody still works on them."""
    values = {"person_id": wish.person_id, "asked_at": wish.asked_at}
    rows = connection.execute(_STANDING, values).all()
    kept = [number for number, alert, case in rows if alert or case]
    gone = [number for number, alert, case in rows if not (alert or case)]
    return Standing(gone, kept, any(row[1] for row in rows), any(row[2] for row in rows))


# A text does not say which conversation it belongs to. One that stays keeps all that came to its
# address of ours in its time, what was answered in it, and what its alert names: too much rather
# than too little, for the rest goes when it does.
_TEXTS = """
    FROM inbox
    WHERE sender = ANY (:senders) AND (provider_id = :provider_id OR provider_id IS NULL)
        AND received_at <= :asked_at
"""
_OF_KEPT = """
    EXISTS (
        SELECT FROM conversations
        WHERE conversations.id = ANY (:kept) AND conversations.our_address = inbox.our_address
            AND inbox.received_at BETWEEN conversations.started_at AND conversations.closed_at
    ) OR EXISTS (
        SELECT FROM outbox
        WHERE outbox.inbox_id = inbox.id AND outbox.conversation_id = ANY (:kept)
    ) OR EXISTS (
        SELECT FROM alert_texts JOIN alerts ON alerts.id = alert_texts.alert_id
        WHERE alert_texts.inbox_id = inbox.id AND alerts.conversation_id = ANY (:kept)
    )
"""
_GOING = text(f"SELECT id {_TEXTS} AND state <> 'to_step' AND NOT ({_OF_KEPT})")
_UNSTEPPED = text(f"SELECT EXISTS (SELECT {_TEXTS} AND state = 'to_step')")
_OUT = {
    "comments": """
        DELETE FROM comments USING responses
        WHERE responses.id = comments.response_id AND responses.conversation_id = ANY (:gone)
    """,
    "answers": """
        DELETE FROM answers USING responses
        WHERE responses.id = answers.response_id AND responses.conversation_id = ANY (:gone)
    """,
    "stories": """
        DELETE FROM stories USING responses
        WHERE responses.id = stories.response_id AND responses.conversation_id = ANY (:gone)
    """,
    "responses": "UPDATE responses SET conversation_id = NULL WHERE conversation_id = ANY (:gone)",
    "alert_texts": """
        DELETE FROM alert_texts USING alerts
        WHERE alerts.id = alert_texts.alert_id AND alerts.conversation_id = ANY (:gone)
    """,
    "alert_deeds": """
        UPDATE alert_deeds SET reason = NULL FROM alerts
        WHERE alerts.id = alert_deeds.alert_id AND alerts.conversation_id = ANY (:gone)
    """,
    "cases": "UPDATE cases SET note = NULL WHERE conversation_id = ANY (:gone)",
    "alerts": """
        UPDATE alerts SET address = NULL, person_id = 0, response_id = NULL
        WHERE conversation_id = ANY (:gone)
    """,
    "outbox": "DELETE FROM outbox WHERE conversation_id = ANY (:gone) OR inbox_id = ANY (:texts)",
    "inbox": "DELETE FROM inbox WHERE id = ANY (:texts)",
    "conversations": "DELETE FROM conversations WHERE id = ANY (:gone)",
}
_AGREED = (
    text("DELETE FROM consents WHERE person_id = :person_id AND at <= :asked_at"),
    text("DELETE FROM check_ins WHERE person_id = :person_id AND agreed_at <= :asked_at"),
)
_UNUSED = text(
    """
    DELETE FROM conversations
    WHERE person_id = :person_id AND started_at = :asked_at AND texts = 0 AND touched_at = started_at
    """
)
"""What the wish itself began for words to come, where none came."""
_PERSON = text(
    """
    DELETE FROM people WHERE id = :person_id
        AND NOT EXISTS (SELECT FROM conversations WHERE person_id = :person_id)
    """
)


def waits_to_be_stepped(connection: Connection, wish: Wish) -> bool:
    """Whether a text of before the wish has not been stepped yet: it must not be lost."""
    return bool(connection.execute(_UNSTEPPED, _whose(wish)).scalar_one())


def take_out(connection: Connection, wish: Wish, found: Standing) -> Gone:
    """Delete it, and the person with it where nothing of theirs is left; returns how much went."""
    whose = _whose(wish)
    texts = connection.execute(_GOING, {**whose, "kept": found.kept}).scalars().all()
    values: dict[str, Any] = {"gone": found.gone, "texts": list(texts)}
    went = {
        table: connection.execute(text(statement), _named(statement, values)).rowcount
        for table, statement in _OUT.items()
    }
    if not found.kept:
        for statement in (*_AGREED, _UNUSED, _PERSON):
            connection.execute(statement, _named(statement.text, whose))
    return Gone(went["inbox"], went["outbox"], went["comments"])


def _whose(wish: Wish) -> dict[str, Any]:
    return {
        "person_id": wish.person_id,
        "provider_id": wish.provider_id,
        "asked_at": wish.asked_at,
        "senders": wish.senders,
    }


def _named(statement: str, values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that the statement asks for."""
    return {name: value for name, value in values.items() if f":{name}" in statement}
