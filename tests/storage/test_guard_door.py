"""The second door for staff: a transaction may do what it names, at the provider it names, and no more."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from storage import database
from tests.cover import Covered, cover
from tests.places import Seeded, seed


@pytest.fixture
def two(engine: Engine) -> tuple[Seeded, Seeded]:
    with engine.begin() as connection:
        return seed(connection), seed(connection, "hilltop", "+441632960200", "654321")


@pytest.fixture
def covered(engine: Engine, two: tuple[Seeded, Seeded]) -> tuple[Covered, Covered]:
    """Both have a whole rota."""
    with engine.begin() as connection:
        return cover(connection, two[0]), cover(connection, two[1])


@pytest.mark.parametrize("table", ["rota_shifts", "rota_fallbacks"])
@pytest.mark.parametrize(("what", "seen"), [("rota", True), ("figures", False), ("rot", False)])
def test_a_rota_is_seen_by_who_may(
    engine: Engine, two: tuple[Seeded, Seeded], covered: Covered, table: str, what: str, seen: bool
) -> None:
    with database.guarded(engine, [(two[0].provider_id, what)]) as connection:
        found = set(connection.execute(text(f"SELECT provider_id FROM {table}")).scalars())
    assert found == ({two[0].provider_id} if seen else set())


def test_nothing_named_nothing_seen(engine: Engine, covered: Covered) -> None:
    for table in ("rota_shifts", "providers", "services", "accounts", "grants"):
        with database.guarded(engine, []) as connection:
            column = "role" if table == "grants" else "1"
            assert connection.execute(text(f"SELECT {column} FROM {table}")).all() == []


def test_people_of_the_provider_only(
    engine: Engine, two: tuple[Seeded, Seeded], covered: tuple[Covered, Covered]
) -> None:
    with database.guarded(engine, [(two[0].provider_id, "rota")]) as connection:
        people = set(connection.execute(text("SELECT id FROM accounts")).scalars())
    assert people == set(vars(covered[0]).values())


@pytest.mark.parametrize(
    "hostile",
    [
        "SELECT email FROM accounts",
        "SELECT password_hash FROM accounts",
        "SELECT * FROM audit",
        "SELECT * FROM inbox",
        "SELECT * FROM people",
        "SELECT * FROM comments",
        "SELECT * FROM sessions",
        "SELECT address FROM alerts",
        "UPDATE alerts SET kind = 'safety'",
        "SELECT words FROM comments",
        "INSERT INTO glass_breaks DEFAULT VALUES",
        "UPDATE grants SET role = 'safeguarding'",
        "UPDATE rota_shifts SET account_id = 1",
        "INSERT INTO rota_fallbacks (provider_id, account_id, named_at) VALUES (2, 1, now())",
        "INSERT INTO audit (at, provider_id, action) VALUES (now(), 2, 'looked')",
    ],
)
def test_a_hostile_statement_fails(
    engine: Engine, two: tuple[Seeded, Seeded], covered: Covered, hostile: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
        database.guarded(engine, [(two[0].provider_id, "rota")]) as connection,
    ):
        connection.execute(text(hostile))


def test_the_first_door_leads_to_no_rota(engine: Engine, two: tuple[Seeded, Seeded]) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.staff(engine, [two[0].provider_id]) as connection,
    ):
        connection.execute(text("SELECT * FROM rota_shifts"))
