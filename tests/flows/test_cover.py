"""The hours in which somebody reads drive what we say of it (hazard H14)."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import Engine, update

from runtime.clock import LONDON
from storage.tables import RotaShift
from tests.cover import cover
from tests.flows.talking import Phone, furnished

HARM, BY_STAFF = "my husband hits me", "the night nurse hits my mum"
TODAY = "A senior person will read this today."
HONEST = "A senior person will read this, but maybe not today."


@pytest.fixture
def phone(engine: Engine) -> Phone:
    house, seeded = furnished(engine)
    with engine.begin() as connection:
        cover(connection, seeded)
        connection.execute(
            update(RotaShift).values(weekdays=[1, 2, 3, 4, 5], begins=time(9), ends=time(17))
        )
    return Phone(house, seeded.number)


def answer(phone: Phone, at: str, said: str = HARM) -> str:
    phone.now = datetime.fromisoformat(at).replace(tzinfo=LONDON) - timedelta(minutes=1)
    (reply,) = [reply for _, reply in phone.text(said).replies]
    assert reply.kind == "harm"
    return reply.text


@pytest.mark.parametrize("at", ["2026-03-02T09:00", "2026-03-02T15:59", "2026-07-06T09:30"])
def test_while_they_are_on_duty_we_say_that_it_is_read_today(phone: Phone, at: str) -> None:
    assert TODAY in answer(phone, at)


@pytest.mark.parametrize(
    "at", ["2026-03-02T08:59", "2026-03-02T16:30", "2026-03-02T23:00", "2026-03-01T12:00"]
)
def test_at_other_hours_we_say_that_it_may_not_be(phone: Phone, at: str) -> None:
    """A fallback has been named; that is no reader."""
    assert HONEST in answer(phone, at)


def test_an_allegation_is_for_the_named_lead_alone(engine: Engine, phone: Phone) -> None:
    with engine.begin() as connection:
        leads = RotaShift.duty == "safeguarding_lead"
        connection.execute(update(RotaShift).where(leads).values(weekdays=[6]))
    assert HONEST in answer(phone, "2026-03-02T12:00", BY_STAFF)
    other = Phone(phone.house, phone.to, "+447700900002")
    assert TODAY in answer(other, "2026-03-02T12:00")


def test_a_crisis_is_never_told_that_somebody_reads_now(phone: Phone) -> None:
    phone.now = datetime(2026, 3, 2, 12, tzinfo=LONDON)
    (reply,) = [reply for _, reply in phone.text("I want to kill myself").replies]
    assert "We may not see this straight away, so please talk to someone now." in reply.text
