"""The web chat: the same conversation as by text, private to one browser."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, text

from bot import library
from bot.dialogue.meaning import Question
from bot.dialogue.script import Script
from dashboard import languages
from runtime import clock
from storage.services import Place
from tests.dashboard.browser import Browser
from tests.dashboard.lint import Page
from tests.places import Seeded

CHAT = "/talk/SEAVIEW1"


@pytest.fixture
def opened(browser: Browser, mine: Seeded) -> Browser:
    """A browser that has opened the chat of the ward."""
    browser.get(CHAT)
    return browser


def _said(page: str) -> list[str]:
    lines = re.findall(r'<p dir="auto"[^>]*>.*?</span>(.*?)</p>', page, re.S)
    return [line.replace("&#39;", "'") for line in lines]


def test_the_question_and_its_six_answers_in_order(opened: Browser) -> None:
    assert "Overall, how was your experience of our service?" in opened.page
    assert "Seaview Trust:" not in opened.page
    buttons = [each.attributes for each in Page(opened.page).all("button")]
    codes = [button["value"] for button in buttons if button.get("name") == "choice"]
    assert codes == ["very_good", "good", "neither", "poor", "very_poor", "dont_know"]
    assert "Seaview Trust" in opened.page


def test_an_answer_and_then_words(opened: Browser, engine: Engine) -> None:
    answer = opened.post(CHAT, {"choice": "poor"})
    assert (answer.status_code, answer.headers["Location"]) == (303, CHAT + "#newest")
    opened.get(CHAT)
    assert _said(opened.page)[0] == "Poor"
    assert len(_said(opened.page)) >= 2
    opened.post(CHAT, {"text": "Nobody came.\r\nI rang twice."})
    assert "Nobody came.\nI rang twice." in opened.get(CHAT).text
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT rating, mode, channel FROM responses")).all()
    assert [tuple(row) for row in rows] == [("poor", "online", "web")]


def test_the_case_of_the_address_does_not_matter(opened: Browser) -> None:
    opened.post(CHAT.lower(), {"text": "my own words"})
    assert "my own words" in opened.get(CHAT).text
    assert "my own words" in opened.get(CHAT.lower()).text


def test_a_form_sent_twice_counts_once(opened: Browser, engine: Engine) -> None:
    form = {"choice": "good", "once": "a-form-that-is-sent-twice"}
    opened.post(CHAT, form)
    opened.post(CHAT, form)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 1


def test_the_address_says_nothing_of_the_person(opened: Browser) -> None:
    location = opened.post(CHAT, {"text": "secret words"}).headers["Location"]
    assert location == CHAT + "#newest"


def test_another_browser_sees_nothing(opened: Browser) -> None:
    opened.post(CHAT, {"text": "my own words"})
    other = Browser(opened.app)
    assert "my own words" not in other.get(CHAT).text
    assert "my own words" in opened.get(CHAT).text


def test_leaving_forgets(opened: Browser) -> None:
    opened.post(CHAT, {"text": "my own words"})
    answer = opened.get(CHAT + "/leave")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "https://www.bbc.co.uk/weather",
    )
    assert "my own words" not in opened.get(CHAT).text


def test_clearing_forgets_and_says_so(opened: Browser) -> None:
    opened.post(CHAT, {"text": "my own words"})
    assert "Clear this page" in opened.get(CHAT).text
    assert "can no longer be read on this device" in opened.get(CHAT + "/cleared").text
    assert "my own words" not in opened.get(CHAT).text


def test_a_page_that_nobody_uses_clears_itself_without_a_script_too(opened: Browser) -> None:
    after = Page(opened.page).all("noscript", "meta")
    assert [
        each.attributes.get("content") for each in after if "http-equiv" in each.attributes
    ] == [f"1200;url={CHAT}/cleared"]


@pytest.mark.parametrize(("minutes", "kept"), [(19, True), (21, False)])
def test_after_a_pause_the_server_shows_nothing_either(
    opened: Browser, minutes: int, kept: bool
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        opened.post(CHAT, {"text": "my own words"})
        traveller.shift(timedelta(minutes=minutes))
        assert ("my own words" in opened.get(CHAT).text) is kept


def test_use_puts_the_clearing_off(opened: Browser) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        opened.post(CHAT, {"text": "my own words"})
        for _ in range(4):
            traveller.shift(timedelta(minutes=15))
            assert "my own words" in opened.get(CHAT).text


def test_who_wrote_for_an_hour_is_still_in_the_same_conversation(
    opened: Browser, engine: Engine
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        opened.post(CHAT, {"choice": "poor"})
        opened.get(CHAT)
        traveller.shift(timedelta(hours=1))
        opened.post(CHAT, {"text": "It took me an hour to write this"})
        assert "It took me an hour" in opened.get(CHAT).text
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM responses")).scalar_one() == 1


def test_the_time_limit_can_be_turned_off(opened: Browser) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        opened.post(CHAT, {"text": "my own words"})
        assert opened.post(CHAT + "/stay").status_code == 303
        traveller.shift(timedelta(hours=5))
        opened.get(CHAT)
    assert "my own words" in opened.page
    assert "http-equiv" not in opened.page
    assert "This page does not clear itself" in opened.page


def test_it_says_what_it_costs_and_that_nobody_reads_all_the_time(opened: Browser) -> None:
    assert "This chat is free." in opened.page
    assert "Nobody reads this chat all the time." in opened.page


def test_a_language_can_be_chosen(opened: Browser) -> None:
    page = Page(opened.get(CHAT).text)
    chosen = {each.attributes["value"]: each for each in page.all("button") if
              each.attributes.get("name") == "language"}  # fmt: skip
    assert len(chosen) == 12
    assert {code: chosen[code].text.strip() for code in ("ur", "pl")} == {
        "ur": "اردو",
        "pl": "Polski",
    }
    assert (chosen["ur"].attributes["lang"], chosen["ur"].attributes["dir"]) == ("ur", "rtl")
    assert opened.post(CHAT + "/language", {"language": "ur"}).status_code == 303
    (html,) = Page(opened.get(CHAT).text).all("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == ("ur", "rtl")
    assert _said(opened.page)[0] == "اردو"
    assert "بہت اچھا" in opened.page
    assert '<p dir="auto" lang="ur">' in opened.page
    assert opened.post(CHAT + "/language", {"language": "xx"}).status_code == 303
    assert Page(opened.get(CHAT).text).all("html")[0].attributes["lang"] == "ur"


def test_another_chat_begins_in_the_language_that_was_chosen(opened: Browser, mine: Seeded) -> None:
    opened.post(CHAT + "/language", {"language": "pl"})
    other = f"/talk/{mine.clinic_code}"
    page = Page(opened.get(other).text)
    answers = [each for each in page.all("button") if each.attributes.get("name") == "choice"]
    assert answers[0].text.strip() == "Bardzo dobrze"
    assert "Jak ogólnie oceniasz naszą opiekę?" in opened.page
    opened.post(other, {"choice": "good"})
    assert "Dlaczego taka ocena?" in opened.get(other).text


def test_words_that_speakers_must_check_stay_in_english(opened: Browser) -> None:
    opened.post(CHAT + "/language", {"language": "ur"})
    opened.get(CHAT)
    opened.post(CHAT, {"text": "I want to kill myself"})
    assert '<p dir="auto" lang="en">' in opened.get(CHAT).text
    assert "116 123" in opened.page


def test_no_menu_of_languages_where_there_is_only_one(
    opened: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "offered", lambda _place: (library.languages()["en"],))
    assert 'name="language"' not in opened.get(CHAT).text


def test_each_language_is_asked_for_by_its_own_name() -> None:
    reader = library.reader()
    for code, language in library.languages().items():
        assert reader.read(reader.line(language.native), Question("words")).language == code


def test_where_easy_read_and_interpreters_are_is_a_link(
    opened: Browser, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Easy Read, British" not in opened.page
    monkeypatch.setattr(languages, "script_of", _with_access(languages.script_of))
    links = [each.attributes["href"] for each in Page(opened.get(CHAT).text).all("a")]
    assert "https://seaview.example/access" in links


def _with_access(script_of: Callable[[Place], Script]) -> Callable[[Place], Script]:
    def changed(place: Place) -> Script:
        script = script_of(place)
        return script.bound(replace(script.details, access_link="seaview.example/access"))

    return changed


def test_nothing_said(opened: Browser, engine: Engine) -> None:
    answer = opened.post(CHAT, {"text": "  "})
    assert answer.status_code == 422
    assert answer.text.count("Choose an answer or write something") == 2
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 0


def test_without_our_cookie_it_says_what_to_do(opened: Browser) -> None:
    token = re.search(r'csrf_token" value="([^"]+)"', opened.page)
    other = Browser(opened.app)
    answer = other.post(CHAT, {"text": "x", "csrf_token": token[1] if token else ""})
    assert answer.status_code == 400
    assert "did not send our cookie" in answer.text


def test_a_crisis_is_answered(opened: Browser) -> None:
    opened.post(CHAT, {"text": "I want to kill myself"})
    said = " ".join(_said(opened.get(CHAT).text))
    assert "999" in said
    assert "116 123" in said


@pytest.mark.parametrize("words", ["😀 ünïcode", "<b>bold</b>", "شكرا", "a" * 9_000])
def test_words_are_shown_as_typed(opened: Browser, words: str) -> None:
    opened.post(CHAT, {"text": words})
    shown = words.replace("<", "&lt;").replace(">", "&gt;")
    assert shown in opened.get(CHAT).text
