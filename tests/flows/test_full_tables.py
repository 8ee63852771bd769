"""No text looks through a whole table: what is quick with ten rows must be so with millions."""

import pytest
from sqlalchemy import Engine, text

from tests.flows.talking import Phone, furnished

ROWS = 4_000
FIRST_PEOPLE = 12
"""Enough for PostgreSQL to settle on plans while the tables are small, as it does at a first start."""
TABLES = ("responses", "comments", "conversations", "people", "inbox", "outbox", "consents")

_FILL = """
INSERT INTO people (provider_id, channel, key, key_ids, seen_at)
    SELECT :provider, 'sms', sha256(n::text::bytea), ARRAY['k'], now() FROM generate_series(1, :rows) n ON CONFLICT DO NOTHING;
INSERT INTO conversations (provider_id, person_id, touchpoint_id, our_address, script,
        script_version, started_at, touched_at)
    SELECT :provider, id, :touchpoint, '+441632960100', 'inpatient', 1, now(), now() FROM people ON CONFLICT DO NOTHING;
INSERT INTO responses (provider_id, service_id, touchpoint_id, conversation_id, mode, source,
        solicited, rating, day, first_at, changed_at)
    SELECT :provider, :service, :touchpoint, id, 'sms', 'conversation', false, 'good',
        date '2026-01-01' + (id % 300)::int, now(), now() FROM conversations ON CONFLICT DO NOTHING;
INSERT INTO comments (provider_id, service_id, response_id, question, redacted, day, created_at)
    SELECT provider_id, service_id, id, 'comment', '', day, now() FROM responses ON CONFLICT DO NOTHING;
INSERT INTO consents (provider_id, person_id, kind, given, at)
    SELECT :provider, id, 'texts', true, now() FROM people ON CONFLICT DO NOTHING;
INSERT INTO inbox (provider_id, channel, account, provider_ref, our_address, sender, state,
        received_at)
    SELECT :provider, 'sms', 'AC0', 'old' || id, '+441632960100', key, 'stepped', now() FROM people ON CONFLICT DO NOTHING;
INSERT INTO outbox (provider_id, conversation_id, channel, our_address, kind, state, created_at,
        due_at, changed_at)
    SELECT :provider, id, 'sms', '+441632960100', 'open', 'sent', now(), now(), now()
    FROM conversations ON CONFLICT DO NOTHING
"""


def _talk(phone: Phone) -> None:
    for body in ("1 kind nurses", "2", "2", "1", "1", "3 sorry", "STOP", "START"):
        phone.text(body)


@pytest.fixture
def phone(engine: Engine) -> Phone:
    house, place = furnished(engine)
    for person in range(FIRST_PEOPLE):
        _talk(Phone(house, place.number, f"+4477009001{person:02d}"))
    values = {
        "provider": place.provider_id,
        "service": place.ward_id,
        "touchpoint": place.ward_touchpoint,
        "rows": ROWS,
    }
    with engine.begin() as connection:
        for statement in _FILL.split(";"):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    return Phone(house, place.number)


def _looked_through(engine: Engine) -> dict[str, int]:
    """How often each table has been read from end to end (PostgreSQL's own count)."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        found = connection.execute(text("SELECT relname, seq_scan FROM pg_stat_user_tables"))
        return {name: scans for name, scans in found if name in TABLES}


@pytest.mark.slow
def test_a_whole_conversation_reads_no_table_from_end_to_end(engine: Engine, phone: Phone) -> None:
    before = _looked_through(engine)
    _talk(phone)
    assert _looked_through(engine) == before
