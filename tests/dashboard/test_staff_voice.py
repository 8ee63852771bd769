"""What staff told us: nothing below eleven, eleven at a time, and never to who runs the ward."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from storage import database, staff_voice
from tests.dashboard.browser import Browser
from tests.dashboard.test_triage import plain
from tests.dashboard.told import Told, say
from tests.places import switch_on

Opened = Callable[..., Browser]
PAGE = "/dashboard/services/seaview/ward/staff"


def answered(engine: Engine, told: Told, many: int) -> None:
    with engine.begin() as connection:
        switch_on(connection, told.mine, guardian="Bola Speakwell, 01632 960457")
        for number in range(many):
            code = "acted_on" if number < 3 else "raised"
            say(connection, told.mine, "staff", f"zorble number {number}", {"raised": code})


@pytest.mark.parametrize(("many", "shown"), [(0, 0), (10, 0), (11, 11), (21, 11), (22, 22)])
def test_eleven_at_a_time(
    signed_in: Opened, engine: Engine, told: Told, many: int, shown: int
) -> None:
    answered(engine, told, many)
    page = plain(signed_in().get(PAGE).text)
    assert page.count("zorble") == shown
    assert ("Fewer than 11 people who work here have answered" in page) is (shown == 0)
    assert (f"{shown} people who work here answered" in page) is (shown > 0)
    if shown:
        assert f"Yes, and it was acted on 3 Yes, but nothing changed {shown - 3} No 0" in page
    assert "Freedom to Speak Up Guardian: Bola Speakwell, 01632 960457" in page


def test_words_are_in_no_order_of_time_and_held_ones_are_not_there(
    signed_in: Opened, engine: Engine, told: Told
) -> None:
    answered(engine, told, 11)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE comments SET held = true WHERE redacted = 'zorble number 7'")
        )
    page = plain(signed_in("service_lead").get(PAGE).text)
    places = [page.find(f"zorble number {number}") for number in range(11)]
    assert places[7] == -1
    found = [place for place in places if place > 0]
    assert len(found) == 10
    assert found != sorted(found)


def test_where_no_guardian_is_named_that_is_said(signed_in: Opened, told: Told) -> None:
    assert "No Freedom to Speak Up Guardian is named" in signed_in().get(PAGE).text


@pytest.mark.parametrize("role", ["ward", "board", "safeguarding", "on_call", "administrator"])
def test_to_others_it_is_not_there(signed_in: Opened, told: Told, role: str) -> None:
    browser = signed_in(role)
    assert browser.get(PAGE).status_code == 404
    assert "What staff told us" not in browser.get("/dashboard/services/seaview/ward").text


def test_it_is_reached_from_the_service_and_its_reading_is_written_down(
    signed_in: Opened, engine: Engine, told: Told
) -> None:
    browser = signed_in()
    assert PAGE in browser.get("/dashboard/services/seaview/ward").text
    assert browser.get(PAGE).status_code == 200
    with engine.connect() as connection:
        query = text("SELECT detail FROM audit WHERE action = 'read_staff_answers'")
        assert connection.execute(query).scalars().all() == [{"shown": 0}]


def test_another_providers_staff_are_not_heard_through_the_door(engine: Engine, told: Told) -> None:
    """Row level security, and the function itself, not only the page."""
    answered(engine, told, 11)
    with database.staff(engine, [told.theirs.provider_id]) as connection:
        assert staff_voice.said(connection, told.mine.ward_id).answered == 0
    with database.staff(engine, [told.mine.provider_id]) as connection:
        assert staff_voice.said(connection, told.mine.ward_id).answered == 11
        assert connection.execute(
            text("SELECT count(*) FROM comments WHERE purpose = 'staff'")
        ).scalar_one() == 0  # fmt: skip


def test_a_lead_of_another_service_does_not_see_them(signed_in: Opened, told: Told) -> None:
    browser = signed_in("service_lead", service_id=told.mine.clinic_id)
    assert browser.get(PAGE).status_code == 404
