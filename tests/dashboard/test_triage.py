"""The triage queue: who finds it, what is on it, what may be done once, and that held words are nowhere else."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from dashboard import passwords
from flows.house import House
from flows.understand import understand
from storage import accounts
from storage.accounts import Granted
from storage.tables.staff import STAFF_ROLES
from tests.cover import Covered, address, cover
from tests.dashboard.browser import PASSWORD, Browser
from tests.dashboard.told import Told
from tests.flows.talking import Phone

Opened = Callable[..., Browser]
QUEUE = "/dashboard/triage"
WARD = "/dashboard/services/seaview/ward"
WORD = "zorbleflux"
CRISIS = f"5 I want to kill myself, the {WORD} is too much"
NUMBER = "07700 900001"
_HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def covered(engine: Engine, told: Told) -> Covered:
    with engine.begin() as connection:
        return cover(connection, told.mine, _HASH)


@pytest.fixture
def phone(engine: Engine, told: Told, covered: Covered) -> Phone:
    return Phone(House(engine), told.mine.number)


def said(engine: Engine, phone: Phone, *texts: str) -> str:
    """They text, and their words are redacted; the path of their alert."""
    for each in texts:
        phone.text(each)
    understand(House(engine))
    with engine.connect() as connection:
        return f"{QUEUE}/{connection.execute(text('SELECT max(id) FROM alerts')).scalar_one()}"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def seen(browser: Browser) -> dict[str, str]:
    found = re.search(r'name="seen" value="(\d+)"', browser.page)
    return {"seen": found[1] if found else "-1"}


def act(browser: Browser, path: str, deed: str, **fields: str) -> int:
    """Press that button with a reason; the status."""
    form = {"reason": "a reason of ours", **seen(browser), **fields}
    return browser.post(f"{path}/{deed}", form).status_code


@pytest.mark.parametrize(
    "role", sorted(set(STAFF_ROLES) - {"safeguarding", "on_call", "patient_safety"})
)
def test_to_all_others_it_is_not_there(
    signed_in: Opened, engine: Engine, phone: Phone, role: str
) -> None:
    path = said(engine, phone, CRISIS)
    browser = signed_in(role)
    for page in (QUEUE, path):
        assert browser.get(page).status_code == 404
    assert QUEUE not in browser.get("/dashboard/").text


@pytest.mark.parametrize(
    ("role", "words", "status"),
    [
        ("on_call", CRISIS, 200),
        ("on_call", "my husband hits me", 404),
        ("patient_safety", "they gave him the wrong medication", 200),
        ("patient_safety", CRISIS, 404),
        ("safeguarding", "my husband hits me", 200),
    ],
)
def test_each_role_opens_its_own_kinds(
    signed_in: Opened, engine: Engine, phone: Phone, role: str, words: str, status: int
) -> None:
    path = said(engine, phone, words)
    browser = signed_in(role)
    assert browser.get(path).status_code == status
    assert (path in browser.get(QUEUE).text) == (status == 200)


def test_another_providers_alert_is_not_there(
    signed_in: Opened, engine: Engine, phone: Phone, told: Told
) -> None:
    path = said(engine, phone, CRISIS)
    browser = signed_in("safeguarding", provider_id=told.theirs.provider_id)
    assert browser.get(path).status_code == 404
    assert path not in browser.get(QUEUE).text


def test_who_runs_a_service_opens_no_words_of_harm_there(
    signed_in: Opened, engine: Engine, phone: Phone, told: Told
) -> None:
    path = said(engine, phone, "the night nurse hits my mum")
    browser = signed_in("safeguarding")
    assert browser.get(path).status_code == 200
    with engine.begin() as connection:
        account = connection.execute(text("SELECT max(id) FROM accounts")).scalar_one()
        granted = Granted("ward", told.mine.provider_id, service_id=told.mine.ward_id)
        accounts.grant(connection, account, granted)
    assert browser.get(path).status_code == 404
    assert path not in browser.get(QUEUE).text


def test_the_page_shows_the_words_our_reply_and_what_followed(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    path = said(engine, phone, "4 nobody came", CRISIS, "sorry to bother you")
    browser = signed_in("safeguarding")
    assert WORD not in browser.get(QUEUE).text
    page = plain(browser.get(path).text)
    for expected in ("nobody came", WORD, "Samaritans", "sorry to bother you", "suicide-intent"):
        assert expected in page
    assert NUMBER not in page
    with engine.connect() as connection:
        noted = connection.execute(
            text("SELECT count(*) FROM audit WHERE action = 'read_alert'")
        ).scalar_one()
    assert noted == 1


def test_held_words_are_on_no_other_page_of_anybody(
    app: Flask, signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    path = said(engine, phone, CRISIS)
    for role in STAFF_ROLES:
        browser = signed_in(role)
        for rule in app.url_map.iter_rules():
            page = rule.rule.replace("<provider>", "seaview").replace("<code>", "ward")
            if "GET" in (rule.methods or ()) and "<" not in page and page != path:
                assert WORD not in browser.get(page).text, page
        assert WORD not in browser.get(f"{WARD}/comments").text


def test_release_shows_the_redacted_comment_on_the_services_page(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    path = said(engine, phone, CRISIS)
    browser, ward = signed_in("safeguarding"), signed_in("ward")
    assert WORD not in ward.get(WARD).text
    browser.get(path)
    assert act(browser, path, "release") == 303
    assert WORD in ward.get(WARD).text
    browser.get(path)
    assert act(browser, path, "close") == 303
    assert path not in browser.get(QUEUE).text


def test_kept_words_stay_away(signed_in: Opened, engine: Engine, phone: Phone) -> None:
    path = said(engine, phone, CRISIS)
    browser = signed_in("safeguarding")
    browser.get(path)
    assert act(browser, path, "close") == 422
    assert "First decide" in browser.page
    assert act(browser, path, "keep") == 303
    browser.get(path)
    assert act(browser, path, "close") == 303
    assert WORD not in signed_in("ward").get(WARD).text


def test_a_second_press_and_a_page_that_is_out_of_date_change_nothing(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    path = said(engine, phone, CRISIS)
    browser = signed_in("safeguarding")
    browser.get(path)
    old = seen(browser)
    phone.text("one more thing")
    understand(House(engine))
    assert act(browser, path, "release", **old) == 409
    assert WORD not in signed_in("ward").get(WARD).text
    browser.get(path)
    now = seen(browser)
    assert (act(browser, path, "release", **now), act(browser, path, "release", **now)) == (
        303,
        409,
    )
    with engine.connect() as connection:
        assert connection.execute(text("SELECT deed FROM alert_deeds")).scalars().all() == [
            "released"
        ]


@pytest.mark.parametrize("deed", ["release", "keep", "escalate", "close", "number"])
def test_every_deed_wants_a_reason(
    signed_in: Opened, engine: Engine, phone: Phone, deed: str
) -> None:
    path = said(engine, phone, CRISIS)
    browser = signed_in("safeguarding")
    browser.get(path)
    assert act(browser, path, deed, reason=" ", duty="on_call") == 422
    assert "Write why" in browser.page


def test_passing_it_on_tells_that_duty(signed_in: Opened, engine: Engine, phone: Phone) -> None:
    from flows.telling import tell

    path = said(engine, phone, "my husband hits me")
    tell(House(engine))
    browser = signed_in("safeguarding")
    browser.get(path)
    assert act(browser, path, "escalate", duty="safeguarding_lead") == 303
    tell(House(engine))
    assert "Ines Lead: letter waits to be sent" in plain(browser.get(path).text)


def test_the_glass_is_broken_for_one_alert_once_and_the_officer_sees_it_without_words(
    app: Flask, signed_in: Opened, engine: Engine, phone: Phone, told: Told
) -> None:
    path = said(engine, phone, CRISIS)
    browser = Browser(app)
    browser.sign_in(address("guard", told.mine))
    browser.get(path)
    once = seen(browser)
    assert act(browser, path, "number", reason="ring them now", **once) == 200
    assert NUMBER in browser.page
    assert act(browser, path, "number", reason="ring them now", **once) == 409
    assert NUMBER not in browser.page
    assert NUMBER not in browser.get(path).text
    officer = signed_in("data_protection_officer")
    page = plain(officer.get("/dashboard/break-glass").text)
    assert "Jo Guard" in page
    assert "ring them now" in page
    assert page.count("ring them now") == 1
    for hidden in (WORD, NUMBER, phone.number):
        assert hidden not in page
    assert officer.get(path).status_code == 404
    assert signed_in("ward").get("/dashboard/break-glass").status_code == 404


def test_patient_safety_breaks_no_glass(signed_in: Opened, engine: Engine, phone: Phone) -> None:
    path = said(engine, phone, "they gave him the wrong medication")
    browser = signed_in("patient_safety")
    browser.get(path)
    assert "Show their number" not in browser.page
    assert act(browser, path, "number") == 404


def test_it_says_when_they_did_not_get_our_reply(
    signed_in: Opened, engine: Engine, phone: Phone
) -> None:
    path = said(engine, phone, "STOP", CRISIS)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'refused' WHERE kind = 'crisis'"))
    page = plain(signed_in("safeguarding").get(path).text)
    assert "THEY DID NOT GET OUR REPLY" in page
    assert "They have said STOP" in page
