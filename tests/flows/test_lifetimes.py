"""How long a conversation goes on: afterthoughts, late answers, and numbers that change hands."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from flows.house import House
from storage.tables import Comment, Response
from tests.flows.talking import Phone, furnished
from tests.places import Seeded


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    return furnished(engine)


@pytest.fixture
def phone(place: tuple[House, Seeded]) -> Phone:
    house, seeded = place
    return Phone(house, seeded.number)


def told(engine: Engine) -> list[tuple[int, str | None, bool]]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(Response.service_id, Response.rating, Response.solicited).order_by(Response.id)
        )
        return [(row.service_id, row.rating, row.solicited) for row in rows]


@pytest.mark.parametrize("days", [1, 89])
def test_a_late_answer_goes_on_with_what_was_said(engine: Engine, phone: Phone, days: int) -> None:
    phone.text("2 kind")
    phone.now += timedelta(days=days)
    phone.text("sorry, meant 4")
    assert [rating for _, rating, _ in told(engine)] == ["poor"]


def test_after_ninety_days_a_text_corrects_nobody(
    engine: Engine, phone: Phone, place: tuple[House, Seeded]
) -> None:
    """The number may be somebody else's by now; the touchpoint holds all the same."""
    _, seeded = place
    phone.text(f"{seeded.clinic_code} 2 kind")
    phone.now += timedelta(days=91)
    reply = phone.text("4 nobody came").replies[0][1]
    assert told(engine) == [
        (seeded.clinic_id, "good", False),
        (seeded.clinic_id, "poor", False),
    ]
    assert reply.kind == "role"
    with engine.connect() as connection:
        words = connection.execute(select(Comment.words).order_by(Comment.id)).scalars().all()
    assert words == ["kind", "nobody came"]


def test_a_keyword_names_its_own_place_after_ninety_days(
    engine: Engine, phone: Phone, place: tuple[House, Seeded]
) -> None:
    _, seeded = place
    phone.text(f"{seeded.clinic_code} 2 kind")
    phone.now += timedelta(days=91)
    phone.text(f"{seeded.ward_code} 4 nobody came")
    assert [service for service, _, _ in told(engine)] == [seeded.clinic_id, seeded.ward_id]
