"""Row level security: a dashboard transaction sees its providers' rows, and nobody's own words."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from storage import database
from tests.places import Seeded, seed


@pytest.fixture
def two(engine: Engine) -> tuple[Seeded, Seeded]:
    """Two providers, each with one rated response, a readable comment and a held one."""
    with engine.begin() as connection:
        mine = seed(connection, "seaview")
        theirs = seed(connection, "hilltop", "+441632960200", "654321")
        for place in (mine, theirs):
            for held in (False, True):
                connection.execute(
                    text(
                        "WITH r AS (INSERT INTO responses (provider_id, service_id, touchpoint_id, "
                        "mode, source, solicited, rating, day, first_at, changed_at) VALUES (:p, :s, "
                        ":t, 'sms', 'import', false, 'good', '2026-03-02', now(), now()) RETURNING "
                        "id) INSERT INTO comments (provider_id, service_id, response_id, question, "
                        "words, redacted, held, day, created_at) SELECT :p, :s, id, 'why', 'x', "
                        "'kind words', :held, date '2026-03-02', now() FROM r"
                    ),
                    {
                        "p": place.provider_id,
                        "s": place.ward_id,
                        "t": place.ward_touchpoint,
                        "held": held,
                    },
                )
            connection.execute(
                text(
                    "INSERT INTO answers (response_id, question, code, provider_id, service_id) "
                    "SELECT min(id), 'feeling', 'safe', provider_id, service_id FROM responses "
                    "WHERE provider_id = :p GROUP BY provider_id, service_id"
                ),
                {"p": place.provider_id},
            )
    return mine, theirs


READABLE = ["providers", "sites", "services", "touchpoints", "responses", "comments", "answers"]


@pytest.mark.parametrize("table", READABLE)
def test_only_the_named_providers(engine: Engine, two: tuple[Seeded, Seeded], table: str) -> None:
    mine, _ = two
    column = "id" if table == "providers" else "provider_id"
    with database.staff(engine, [mine.provider_id]) as connection:
        seen = set(connection.execute(text(f"SELECT {column} FROM {table}")).scalars())
    assert seen == {mine.provider_id}


@pytest.mark.parametrize("table", READABLE)
def test_none_named_none_seen(engine: Engine, two: tuple[Seeded, Seeded], table: str) -> None:
    with database.staff(engine, []) as connection:
        query = text(f"SELECT count(*) FROM (SELECT 1 FROM {table}) AS seen")
        assert connection.execute(query).scalar_one() == 0


@pytest.mark.parametrize(
    ("purpose", "seen"),
    [
        ("experience", 1),
        ("carer", 1),
        ("bereaved", 1),
        ("staff", 0),
        ("check_in", 1),
        ("story", 0),
    ],
)
def test_what_others_must_read_is_not_there(
    engine: Engine, two: tuple[Seeded, Seeded], purpose: str, seen: int
) -> None:
    """Staff have a floor, stories a consent of their own. What is said to a check-in is held, as any held
    comment, until its named team has read and released it (tests/flows/test_check_ins.py)."""
    mine, _ = two
    with engine.begin() as connection:
        for table in ("responses", "comments"):
            connection.execute(text(f"UPDATE {table} SET purpose = :purpose"), {"purpose": purpose})
    with database.staff(engine, [mine.provider_id]) as connection:
        for table in ("comments", "answers"):
            found = connection.execute(text(f"SELECT 1 FROM {table}")).all()
            assert len(found) == seen, table


def test_a_held_comment_is_not_there(engine: Engine, two: tuple[Seeded, Seeded]) -> None:
    mine, _ = two
    with database.staff(engine, [mine.provider_id]) as connection:
        held = connection.execute(text("SELECT held FROM comments")).scalars().all()
    assert held == [False]


@pytest.mark.parametrize(
    "hostile",
    [
        "SELECT words FROM comments",
        "SELECT * FROM comments",
        "SELECT conversation_id FROM responses",
        "SELECT imd_quintile FROM responses",
        "SELECT * FROM inbox",
        "SELECT * FROM outbox",
        "SELECT * FROM people",
        "SELECT * FROM conversations",
        "SELECT * FROM opt_outs",
        "SELECT * FROM numbers",
        "SELECT * FROM consents",
        "SELECT * FROM accounts",
        "SELECT words FROM alert_texts",
        "SELECT id FROM alerts",
        "SELECT reason FROM glass_breaks",
        "SELECT note FROM cases",
        "SELECT hearback_break_glass(1, 0, 1, 'x', false, now())",
        "SELECT * FROM sessions",
        "UPDATE comments SET held = false",
        "UPDATE responses SET rating = 'good'",
        "UPDATE comments SET purpose = 'experience'",
        "DELETE FROM answers",
        "DELETE FROM audit",
        "DELETE FROM daily_ratings",
        "INSERT INTO audit (at, provider_id, action) VALUES (now(), 2, 'looked')",
    ],
)
def test_a_hostile_statement_fails(
    engine: Engine, two: tuple[Seeded, Seeded], hostile: str
) -> None:
    mine, _ = two
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
        database.staff(engine, [mine.provider_id]) as connection,
    ):
        connection.execute(text(hostile))


def test_the_role_ends_with_the_transaction(engine: Engine, two: tuple[Seeded, Seeded]) -> None:
    mine, _ = two
    with database.staff(engine, [mine.provider_id]) as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == database.STAFF_ROLE
    with engine.begin() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() != database.STAFF_ROLE
        assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 0
