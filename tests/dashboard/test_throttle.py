"""The web chat under a flood: slowed in plain words, nothing lost, and nobody else is hindered."""

import limits
import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, text

from dashboard import throttle
from dashboard.throttle import Chats, Counters
from flows.house import Door
from runtime import clock
from tests.dashboard.browser import Browser
from tests.dashboard.lint import Page

CHAT = "/talk/SEAVIEW1"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can reach."""
    monkeypatch.setattr(throttle, "CHAT_BY_THREAD", limits.parse("3 per 10 minutes"))
    monkeypatch.setattr(throttle, "NEW_CHATS_BY_ADDRESS", limits.parse("5 per 10 minutes"))
    monkeypatch.setattr(throttle, "CHAT_BY_ADDRESS", limits.parse("12 per 10 minutes"))


def _person(app: Flask, address: str) -> Browser:
    browser = Browser(app, address=address)
    browser.get(CHAT)
    return browser


def _says(browser: Browser, said: str) -> int:
    status = browser.post(CHAT, {"text": said}).status_code
    if status == 303:
        browser.get(CHAT)
    return status


@pytest.mark.usefixtures("mine")
def test_one_thread_is_slowed_and_keeps_what_was_typed(app: Flask, engine: Engine) -> None:
    browser = _person(app, "198.51.100.7")
    said = [_says(browser, f"line {number}") for number in range(5)]
    assert said == [303] * 4 + [429]  # the first opens the thread, three more are let through
    area = Page(browser.page).all("textarea")[0]
    assert area.text.strip() == "line 4"
    for plain in ("still here", "Wait 10 minutes", "Call 111, or 999"):
        assert plain in browser.page
    assert "line 3" in browser.page, "the thread so far is still shown"
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 4


@pytest.mark.usefixtures("mine")
def test_after_the_time_told_it_is_taken_in(app: Flask) -> None:
    browser = _person(app, "198.51.100.7")
    for number in range(5):
        last = _says(browser, f"line {number}")
    assert last == 429
    with time_machine.travel(clock.now(), tick=False) as time:
        time.shift(601)
        assert _says(browser, "line 4") == 303


@pytest.mark.usefixtures("mine")
def test_a_bot_without_cookies_hinders_nobody(app: Flask) -> None:
    resting = _person(app, "198.51.100.7")
    assert _says(resting, "from the ward's own Wi-Fi") == 303
    flood = [_says(_person(app, "198.51.100.7"), "spam") for _ in range(20)]
    assert flood == [303] * 4 + [429] * 16
    assert _says(resting, "still here, same address") == 303
    assert _says(_person(app, "198.51.100.8"), "elsewhere") == 303


@pytest.mark.usefixtures("mine")
def test_a_bot_that_keeps_its_cookie_hinders_nobody(app: Flask) -> None:
    bot = _person(app, "198.51.100.7")
    assert [_says(bot, "spam") for _ in range(30)].count(303) == 4
    assert _says(_person(app, "198.51.100.7"), "same address") == 303


@pytest.mark.usefixtures("mine")
def test_an_address_has_its_limit_too(app: Flask) -> None:
    bots = [_person(app, "198.51.100.7") for _ in range(5)]
    said = [_says(bot, "spam") for _ in range(4) for bot in bots]
    assert said.count(303) == 12


@pytest.mark.usefixtures("mine")
def test_a_button_that_is_refused_can_be_pressed_again(app: Flask) -> None:
    browser = _person(app, "198.51.100.7")
    for number in range(4):
        _says(browser, f"line {number}")
    answer = browser.post(CHAT, {"choice": "good"})
    assert answer.status_code == 429
    assert "csrf_token" in answer.text


def test_an_ipv6_household_is_one_address_and_a_proxy_on_this_host_none(door: Door) -> None:
    chats = Chats(Counters(door.settings.redis_url))
    for number in range(5):
        assert chats.admits(None, f"2001:db8:0:7::{number}")
    assert not chats.admits(None, "2001:db8:0:7:ffff::1")
    assert chats.admits(None, "2001:db8:0:8::1")
    for number in range(6):
        assert chats.admits(None, f"::ffff:192.0.2.{number}")
    for nobody in ("127.0.0.1", "::1", ""):
        assert all(chats.admits(None, nobody) for _ in range(6)), nobody


@pytest.mark.usefixtures("engine")
def test_counted_while_redis_is_away() -> None:
    alone = Chats(Counters("redis://127.0.0.1:1/0"))
    assert [alone.admits("a-thread", "198.51.100.7") for _ in range(4)] == [True] * 3 + [False]


@pytest.mark.usefixtures("mine")
def test_counters_and_addresses_name_nobody(app: Flask, door: Door) -> None:
    browser = _person(app, "198.51.100.7")
    _says(browser, "words")
    _says(browser, "words")
    found = door.redis.keys("*LIMIT*")
    keys = [key if isinstance(key, str) else key.decode() for key in found]
    assert len(keys) == 3, "a thread, a new chat, an address"
    assert not any("198.51" in key for key in keys)
