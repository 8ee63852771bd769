"""Where a person's words may stand: every column of text is sealed, or stands here with its reason."""

import pytest
from sqlalchemy import ARRAY, Engine, LargeBinary, inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import String

from storage.crypto import Address, Words
from storage.tables import Base

CLOSED = "one of a closed set of our own words, or the name of a script"
OURS = "what the provider or its staff wrote about the provider"
NAMES_OF_STAFF = "a member of staff, not a patient"
HMAC = "a keyed hash: a number cannot be read out of it"
IDS_OF_KEYS = "what the operator calls a master key, never the key"
DIGEST = "the SHA-256 of a random token: the token cannot be read out of it"
PLAIN = {
    "accounts.email": NAMES_OF_STAFF,
    "accounts.name": NAMES_OF_STAFF,
    "accounts.password_hash": "argon2id, never the password",
    "alert_deeds.deed": CLOSED,
    "alert_texts.place": CLOSED,
    "alerts.channel": CLOSED,
    "alerts.decision": CLOSED,
    "alerts.escalated_to": CLOSED,
    "alerts.kind": CLOSED,
    "alerts.language": CLOSED,
    "alerts.reply": CLOSED,
    "alerts.rule": "the id of a reviewed rule",
    "alerts.rules_version": "the edition of the reviewed rules",
    "alerts.tier": CLOSED,
    "answers.code": CLOSED,
    "answers.question": CLOSED,
    "audit.action": CLOSED,
    "audit.detail": "codes and counts only",
    "audit.subject_kind": CLOSED,
    "cases.kind": CLOSED,
    "cases.outcome": CLOSED,
    "check_ins.channel": CLOSED,
    "check_ins.ended_why": CLOSED,
    "check_ins.language": CLOSED,
    "check_ins.our_address": "our own number, bot or touchpoint",
    "check_ins.script": CLOSED,
    "comments.concern": CLOSED,
    "comments.purpose": CLOSED,
    "comments.question": CLOSED,
    "comments.redacted": "the one place for words that staff read, after redaction",
    "consents.kind": CLOSED,
    "consents.script": CLOSED,
    "conversations.our_address": "our own number, bot or touchpoint",
    "conversations.script": CLOSED,
    "daily_modes.mode": CLOSED,
    "daily_modes.rating": CLOSED,
    "daily_ratings.rating": CLOSED,
    "daily_roles.rating": CLOSED,
    "daily_roles.role": CLOSED,
    "erased_texts.key": HMAC,
    "erased_texts.key_ids": IDS_OF_KEYS,
    "erasures.waits_for": CLOSED,
    "grants.role": CLOSED,
    "holds.kind": CLOSED,
    "holds.sender": HMAC,
    "inbox.account": "our own account or bot at the messaging provider",
    "inbox.channel": CLOSED,
    "inbox.our_address": "our own number, bot or touchpoint",
    "inbox.provider_ref": "the messaging provider's id of the text",
    "inbox.sender": HMAC,
    "inbox.state": CLOSED,
    "mails.error_code": "the mail server's code, or ours",
    "mails.key": "ids and a moment",
    "mails.kind": CLOSED,
    "mails.state": CLOSED,
    "numbers.address": "our own number or bot",
    "numbers.channel": CLOSED,
    "numbers.reply_cost": CLOSED,
    "opt_outs.channel": CLOSED,
    "opt_outs.key": HMAC,
    "opt_outs.key_ids": IDS_OF_KEYS,
    "opt_outs.source": CLOSED,
    "outbox.channel": CLOSED,
    "outbox.error_code": "the messaging provider's code, or ours",
    "outbox.kind": CLOSED,
    "outbox.our_address": "our own number, bot or touchpoint",
    "outbox.provider_ref": "the messaging provider's id of the text",
    "outbox.state": CLOSED,
    "people.channel": CLOSED,
    "people.key": HMAC,
    "people.key_ids": IDS_OF_KEYS,
    "providers.code": OURS,
    "providers.details": OURS,
    "providers.icb_code": OURS,
    "providers.name": OURS,
    "responses.age_band": "a band copied from an invitation, never a date of birth",
    "responses.channel": CLOSED,
    "responses.ethnicity": "a category copied from an invitation",
    "responses.language": CLOSED,
    "responses.mode": CLOSED,
    "responses.purpose": CLOSED,
    "responses.rating": CLOSED,
    "responses.role": CLOSED,
    "responses.script": CLOSED,
    "responses.sex": "a category copied from an invitation",
    "responses.source": CLOSED,
    "responses.view": CLOSED,
    "rota_shifts.duty": CLOSED,
    "rota_shifts.weekdays": "days of the week, as numbers",
    "rulebooks.author": NAMES_OF_STAFF,
    "rulebooks.digest": "the SHA-256 of a reviewed text",
    "rulebooks.kind": CLOSED,
    "rulebooks.name": CLOSED,
    "rulebooks.text": "a reviewed text that people receive",
    "services.code": OURS,
    "services.details": OURS,
    "services.name": OURS,
    "services.script": CLOSED,
    "services.setting": CLOSED,
    "sessions.token": DIGEST,
    "sites.code": OURS,
    "sites.details": OURS,
    "sites.name": OURS,
    "stories.audience": CLOSED,
    "stories.script": CLOSED,
    "ticks.name": CLOSED,
    "touchpoints.code": OURS,
    "touchpoints.name": OURS,
    "touchpoints.script": CLOSED,
    "touchpoints.stage": CLOSED,
    "verdicts.digest": "the SHA-256 of a reviewed text",
    "verdicts.name": NAMES_OF_STAFF,
    "verdicts.reason": "what staff or a Lived Experience Partner wrote of a reviewed text",
    "verdicts.role": CLOSED,
}
SEALED = {
    "alert_deeds.reason": Words,
    "cases.note": Words,
    "glass_breaks.reason": Words,
    "alert_texts.words": Words,
    "alerts.address": Address,
    "comments.words": Words,
    "conversations.state": Words,
    "holds.reason": Words,
    "inbox.letter": Words,
    "outbox.letter": Words,
    "outbox.to_address": Address,
    "people.address": Address,
}
COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in Base.metadata.tables.values()
    for column in table.columns
}


def _holds_text(kind: object) -> bool:
    return isinstance(kind, String | ARRAY | LargeBinary | JSONB | Words | Address)


def test_every_column_that_can_hold_words_is_sealed_or_listed() -> None:
    unsealed = {
        name
        for name, column in COLUMNS.items()
        if _holds_text(column.type) and not isinstance(column.type, Words | Address)
    }
    assert unsealed == set(PLAIN)


@pytest.mark.parametrize(("name", "kind"), SEALED.items())
def test_a_column_for_words_or_addresses_is_sealed(name: str, kind: type) -> None:
    assert isinstance(COLUMNS[name].type, kind)


def test_no_other_column_is_sealed() -> None:
    sealed = {name for name, column in COLUMNS.items() if isinstance(column.type, Words | Address)}
    assert sealed == set(SEALED)


def test_the_migrated_database_has_no_text_that_the_tables_do_not_name(engine: Engine) -> None:
    found = {
        f"{table}.{column['name']}"
        for table in inspect(engine).get_table_names()
        for column in inspect(engine).get_columns(table)
        if isinstance(column["type"], String | ARRAY | JSONB) and table != "alembic_version"
    }
    assert found == {name for name in PLAIN if PLAIN[name] not in (HMAC, DIGEST)}
