"""Calls and complaints: the list by due date, the number for who said yes, and how a case ends."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from rules import working_days
from tests.cover import Covered
from tests.dashboard.browser import Browser
from tests.dashboard.test_triage import NUMBER, act, covered, phone, plain, said
from tests.dashboard.told import Told
from tests.flows.talking import Phone
from tests.places import also, switch_on

__all__ = ["covered", "phone"]
Opened = Callable[..., Browser]
CASES = "/dashboard/cases"
COMPLAINT = "4 I want to make a complaint about the cold zorble food"


def path(engine: Engine) -> str:
    with engine.connect() as connection:
        return f"{CASES}/{connection.execute(text('SELECT max(id) FROM cases')).scalar_one()}"


def test_yes_makes_a_call_due_in_three_working_days(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    said(engine, phone, COMPLAINT, "1")
    with engine.connect() as connection:
        wants, due = connection.execute(text("SELECT wants_call, due_on FROM cases")).one()
        consents = connection.execute(text("SELECT kind, given FROM consents")).all()
    assert (wants, due) == (True, dt.date(2026, 3, 5))
    assert [tuple(row) for row in consents] == [("ring_me", True)]
    browser = signed_in()
    assert "Overdue since 5 March 2026" in plain(browser.get(CASES).text)
    page = plain(browser.get(path(engine)).text)
    assert "cold zorble food" in page
    assert NUMBER not in page
    assert act(browser, path(engine), "number") == 200
    assert NUMBER in browser.page
    browser.get(path(engine))
    assert NUMBER not in browser.page


def test_a_yes_to_a_call_that_we_offered_is_no_complaint(
    signed_in: Opened, engine: Engine, phone: Phone, told: Told
) -> None:
    with engine.begin() as connection:
        also(connection, told.mine, "CARE5", "bereaved")
        switch_on(connection, told.mine, bereavement_number="01632 960456")
    said(engine, phone, "CARE5 they were gentle with her", "yes")
    browser = signed_in()
    listed = plain(browser.get(CASES).text)
    assert "Yes to a call that we offered, wants to be rung" in listed
    page = plain(browser.get(path(engine)).text)
    assert "omplaint" not in page.partition("Their own words")[2].partition("Close it")[0]
    assert "Speak with the safeguarding team" not in page
    assert act(browser, path(engine), "number") == 200
    assert NUMBER in browser.page


def test_no_means_that_nobody_gets_the_number(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    said(engine, phone, COMPLAINT, "2")
    browser = signed_in()
    assert "They want no call" in plain(browser.get(path(engine)).text)
    assert act(browser, path(engine), "number") == 409
    assert NUMBER not in browser.page


def test_it_ends_with_an_outcome_and_its_alert_with_it(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    said(engine, phone, COMPLAINT, "1")
    browser, case = signed_in(), path(engine)
    browser.get(case)
    assert act(browser, case, "close", outcome="rung") == 422
    browser.get(case)
    assert (
        browser.post(
            f"{case}/words",
            {"reason": "no names in it", "seen": _alert_version(engine), "release": "yes"},
        ).status_code
        == 303
    )
    browser.get(case)
    assert act(browser, case, "close", outcome="rung") == 303
    with engine.connect() as connection:
        ended = connection.execute(
            text(
                "SELECT outcome, a.closed_at IS NOT NULL FROM cases JOIN alerts a ON a.id = alert_id"
            )
        ).one()
    assert tuple(ended) == ("rung", True)
    ward = signed_in("ward").get("/dashboard/services/seaview/ward").text
    assert "cold zorble food" in ward


def test_words_that_safeguarding_reads_are_not_on_it(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    said(engine, phone, "my husband hits me", "please can someone ring me", "1")
    page = plain(signed_in().get(path(engine)).text)
    assert "hits me" not in page
    assert "ring me" in page
    assert "Speak with the safeguarding team before you ring" in page


@pytest.mark.parametrize("role", ["ward", "service_lead", "safeguarding", "board"])
def test_to_others_there_are_no_cases(
    signed_in: Opened, engine: Engine, phone: Phone, role: str
) -> None:
    said(engine, phone, COMPLAINT, "1")
    browser = signed_in(role)
    assert browser.get(CASES).status_code == 404
    assert browser.get(path(engine)).status_code == 404


def test_another_providers_case_is_not_there(
    signed_in: Opened, engine: Engine, phone: Phone, told: Told, covered: Covered
) -> None:
    said(engine, phone, COMPLAINT, "1")
    browser = signed_in("experience_lead", provider_id=told.theirs.provider_id)
    assert browser.get(path(engine)).status_code == 404


def _alert_version(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version FROM alerts")).scalar_one())


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        ("2026-03-02", 3, "2026-03-05"),
        ("2026-03-06", 3, "2026-03-11"),
        ("2026-03-07", 3, "2026-03-11"),
        ("2026-04-02", 3, "2026-04-09"),
        ("2026-12-24", 3, "2026-12-31"),
        ("2026-12-24", 0, "2026-12-24"),
        ("2026-12-25", 0, "2026-12-29"),
    ],
)
def test_working_days_in_england(asked: str, days: int, due: str) -> None:
    assert working_days.due(dt.date.fromisoformat(asked), days) == dt.date.fromisoformat(due)
