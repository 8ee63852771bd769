"""`make screenshots`: pictures of the phone and the dashboard for `docs/pictures/`, to be looked at.

Runs the demo in a folder of its own and drives Debian's chromium as a person would.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from hearback.madeup import load
from tests.browser.chromium import FLAGS, found
from tests.e2e import tree

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1100, height=800)
SAID = ("1 the nurse was lovely",)


def take(browser: Browser, address: str) -> None:
    """A whole conversation on the phone, then what staff see of it."""
    page = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
    _text(page, address)
    page.locator(".hb-phone").screenshot(path=PICTURES / "phone.png")
    desk = browser.new_context(viewport=DESK).new_page()
    _sign_in(desk, address)
    desk.screenshot(path=PICTURES / "dashboard.png")


def _text(page: Page, address: str) -> None:
    page.goto(f"{address}/phone")
    for words in SAID:
        page.get_by_label("Your text").fill(words)
        page.get_by_role("button", name="Send").click()
        page.wait_for_load_state("networkidle")


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/dashboard/")
    page.get_by_label("Email address").fill(load.EMAIL)
    page.get_by_label("Password", exact=True).fill(load.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")


def main() -> int:
    """Take the pictures; 2 when there is no chromium."""
    chromium = found()
    if chromium is None:
        sys.stderr.write("There is no chromium here; on Debian: sudo apt-get install chromium\n")
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tree.running() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        take(browser, demo.address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
