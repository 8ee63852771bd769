"""The web chat in a real browser: what its script adds, and what small screens, forced colours,
keyboards and printers get."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from dashboard import talk
from flows.house import Door
from hearback.web import make_app
from tests.browser.chromium import FLAGS, found
from tests.places import Seeded

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHAT = "/talk/SEAVIEW1"
ALL_FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@dataclass
class Site:
    """The application on a loopback port."""

    address: str


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def site(door: Door, mine: Seeded) -> Iterator[Site]:
    """A cookie over plain http needs a public address without TLS."""
    app: Flask = make_app(door)
    app.config.update(SESSION_COOKIE_SECURE=False, SESSION_COOKIE_NAME="hearback")
    app.config["WTF_CSRF_SSL_STRICT"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setattr(talk, "ELSEWHERE", site.address + "/healthz")
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.goto(site.address + CHAT)
    yield opened
    context.close()


def say(page: Page, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="Send").click()


def test_the_log_gets_the_new_lines_and_history_no_entry(page: Page) -> None:
    before = page.evaluate("history.length")
    log = page.get_by_role("log")
    log.evaluate("log => { log.dataset.same = 'yes' }")
    page.get_by_role("button", name="Poor", exact=True).click()
    expect(log).to_contain_text("Why did you say that?")
    say(page, "Nobody came")
    expect(log).to_contain_text("Nobody came")
    assert log.get_attribute("data-same") == "yes", "a live region must stay the same element"
    assert log.get_by_role("listitem").count() == 4
    assert page.evaluate("history.length") == before
    expect(page.locator(".hb-answers")).to_be_focused()


def test_an_error_is_focused_and_tied_to_the_field(page: Page) -> None:
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    expect(page).to_have_title("Error: Ward – Hearback")
    described = page.get_by_role("textbox").get_attribute("aria-describedby") or ""
    assert "Choose an answer" in page.locator(f"#{described.split()[-1]}").inner_text()
    page.get_by_role("link", name="Choose an answer or write something").click()
    expect(page.get_by_role("textbox")).to_be_focused()


def test_the_whole_chat_by_keyboard(page: Page) -> None:
    order: list[str] = []
    while "Don't know" not in order and len(order) < 40:
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert order[:4] == ["Skip to main content", "Hearback", "Leave this page", "Clear this page"]
    assert order[-6:] == [
        "Very good", "Good", "Neither good nor poor", "Poor", "Very poor", "Don't know",
    ]  # fmt: skip
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Neither good nor poor")


def test_escape_three_times_leaves_and_back_shows_nothing(page: Page) -> None:
    say(page, "my own words")
    expect(page.get_by_role("log")).to_contain_text("my own words")
    page.keyboard.press("Escape")
    expect(page.locator("[data-leave-said]")).to_have_text(
        "Press Escape 2 more times to leave this page"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/healthz")
    page.go_back()
    assert "my own words" not in page.content()


def test_an_unused_page_says_so_and_then_clears_itself(page: Page) -> None:
    page.clock.install()
    page.reload()
    say(page, "my own words")
    expect(page.get_by_role("log")).to_contain_text("my own words")
    page.clock.run_for("18:10")
    expect(page.get_by_role("alert")).to_contain_text("clears itself in 2 minutes")
    page.get_by_role("button", name="I am still here").click()
    expect(page.get_by_role("alert")).to_be_empty()
    page.clock.run_for("20:10")
    page.wait_for_url("**/cleared")
    assert "my own words" not in page.content()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)], ids=["phone", "400 %"])
def test_it_fits_and_targets_are_large(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_role("button", name="Very good").click()
    expect(page.get_by_role("log")).to_contain_text("Why did you say that?")
    assert page.evaluate(ALL_FITS)
    for each in page.locator("button:visible, .hb-leave a, textarea").all():
        box = each.bounding_box()
        assert box
        assert box["height"] >= 44, each.inner_text()
    sticks = page.locator(".hb-leave").evaluate("bar => getComputedStyle(bar).position")
    assert sticks == ("sticky" if height > 480 else "static")


def test_forced_colours_keep_the_edges_of_what_can_be_pressed(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    border = "each => getComputedStyle(each).borderTopWidth"
    assert page.get_by_role("button", name="Very good").evaluate(border) != "0px"
    assert page.get_by_role("button", name="Clear this page").evaluate(border) != "0px"


def test_nothing_is_printed(page: Page) -> None:
    say(page, "my own words")
    expect(page.get_by_role("log")).to_contain_text("my own words")
    page.emulate_media(media="print")
    assert page.locator("body").inner_text().strip() == ""


def test_without_a_script_everything_is_there(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address + CHAT)
    page.get_by_role("button", name="Good", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("Why did you say that?")
    expect(page.get_by_text("or press Escape 3 times")).to_be_hidden()
    page.get_by_role("button", name="Clear this page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is clear")
    page.get_by_role("link", name="Start a new chat").click()
    expect(page.get_by_text("Overall, how was your experience")).to_be_visible()
    context.close()
