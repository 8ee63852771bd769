"""What a newcomer does: texts from the phone on the page, and sees it on the dashboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hearback.madeup import load
from tests.browser.chromium import FLAGS, found
from tests.e2e.tree import Demo

pytestmark = [pytest.mark.own_tree, pytest.mark.browser, pytest.mark.timeout(600)]
ANSWERS = re.compile(r"([\d,]+) answers since")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=[390, 1280], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    yield context.new_page()
    context.close()


def answers(page: Page) -> int:
    found_ = ANSWERS.search(page.locator("main").inner_text())
    assert found_
    return int(found_[1].replace(",", ""))


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/dashboard/")
    page.get_by_label("Email address").fill(load.EMAIL)
    page.get_by_label("Password", exact=True).fill(load.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("What people told us"))


def test_a_text_from_the_phone_is_seen_on_the_dashboard(page: Page, demo: Demo) -> None:
    sign_in(page, demo)
    before = answers(page)
    page.goto(f"{demo.address}/phone")
    page.get_by_role("button", name="Use a new phone number").click()
    page.get_by_label("Your text").fill("1 the nurse was lovely")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Are you")
    page.get_by_role("link", name="see what staff see").click()
    for _ in range(50):
        if answers(page) == before + 1:
            break
        page.wait_for_timeout(100)
        page.reload()
    assert answers(page) == before + 1


def test_the_web_chat_works_without_javascript(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.address}/talk/{load.TOUCHPOINT}")
    page.get_by_role("button", name="Very good").click()
    expect(page.get_by_role("log")).to_contain_text("Why did you say that?")
    page.get_by_label("Your words").fill("Everyone was kind")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Everyone was kind")
    context.close()
