"""The demo's phone: a text goes the same way as a real one, and nobody real is texted."""

import re

import pytest
from sqlalchemy import Engine, text

from tests.dashboard.browser import Browser
from tests.places import Seeded


@pytest.fixture
def phone(demo: Browser, mine: Seeded) -> Browser:
    """A browser with the phone open."""
    assert demo.get("/phone").status_code == 200
    return demo


def _number(page: str) -> str:
    found = re.search(r"Your number is (07700 900\d{3})", page)
    assert found
    return found[1]


def test_only_in_the_demo(browser: Browser, mine: Seeded) -> None:
    assert browser.get("/phone").status_code == 404


def test_a_text_and_its_answer(phone: Browser, engine: Engine) -> None:
    assert phone.post("/phone", {"text": "1 the nurse was lovely"}).headers["Location"] == "/phone"
    page = phone.get("/phone").text
    assert "1 the nurse was lovely" in page
    assert page.count("hb-text--ours") >= 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT rating FROM responses")).scalar_one() == "very_good"
        states = set(connection.execute(text("SELECT state FROM outbox")).scalars())
    assert states == {"delivered"}


def test_a_new_number_is_another_person(phone: Browser) -> None:
    phone.post("/phone", {"text": "my own words"})
    before = _number(phone.get("/phone").text)
    assert _number(phone.get("/phone").text) == before
    while _number(phone.page) == before:
        phone.post("/phone/new")
        phone.get("/phone")
    assert "my own words" not in phone.page


def test_posters_name_their_words(phone: Browser) -> None:
    assert '<option value="SEAVIEW2">Clinic: text SEAVIEW2</option>' in phone.page


def test_newer_lines_only(phone: Browser) -> None:
    assert phone.get("/phone/newer?after=0").status_code == 204
    phone.post("/phone", {"text": "2"})
    answer = phone.get("/phone/newer?after=1")
    assert answer.text.count("<li") == int(answer.headers["Hearback-After"]) - 1
    assert "hb-text--theirs" not in answer.text
    assert phone.get(f"/phone/newer?after={answer.headers['Hearback-After']}").status_code == 204


@pytest.mark.parametrize(
    ("words", "said"), [("", "Type a text first"), ("x" * 10_001, "shorter text")]
)
def test_what_cannot_be_sent(phone: Browser, words: str, said: str) -> None:
    answer = phone.post("/phone", {"text": words})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_form_sent_twice_is_one_text(phone: Browser, engine: Engine) -> None:
    for _ in range(2):
        phone.post("/phone", {"text": "3", "once": "the-same-form"})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 1


def test_made_up_data_is_said_to_be(phone: Browser, browser: Browser) -> None:
    assert "Made-up data" in phone.page
    assert "Made-up data" not in browser.get("/").text


def test_start_page_leads_to_the_demo(demo: Browser, mine: Seeded) -> None:
    page = demo.get("/").text
    for path in ("/phone", "/talk/SEAVIEW1", "/dashboard/"):
        assert f'href="{path}"' in page
