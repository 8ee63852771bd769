"""What all pages share: safe headers, kind words when something is wrong, and links that lead somewhere."""

import re

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine

from flows.house import Door
from hearback.web import make_app
from tests.dashboard.browser import Browser
from tests.places import Seeded

PUBLIC = ["/", "/dashboard/sign-in", "/talk/SEAVIEW1", "/talk/seaview2"]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", PUBLIC)
def test_safe_headers(browser: Browser, mine: Seeded, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


def test_a_nonce_is_used_once(browser: Browser) -> None:
    nonces = [re.search(r'nonce="([^"]+)"', browser.get("/").text)[1] for _ in range(2)]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    assert min(len(nonce) for nonce in nonces) >= 20


@pytest.mark.parametrize("path", ["/nope", "/talk/NOPE1", "/phone", "/dashboard/nope", "/static/x"])
def test_not_found(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert path not in answer.text


def test_machines_get_no_page(browser: Browser) -> None:
    answer = browser.get("/webhooks/nope")
    assert answer.status_code == 404
    assert "<main" not in answer.text


def test_a_fault_of_ours_is_a_page_without_details(browser: Browser) -> None:
    browser.app.add_url_rule("/broken", "broken", lambda: str(1 / 0))
    answer = browser.get("/broken")
    assert answer.status_code == 500
    assert "Sorry, there is a problem" in answer.text
    assert "ZeroDivision" not in answer.text


def test_the_database_being_away_is_said(
    door: Door, mine: Seeded, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(make_app(door))
    _away(engine, monkeypatch)
    answer = browser.get("/talk/SEAVIEW1")
    assert answer.status_code == 503
    assert "Try again in a few minutes" in answer.text


def test_words_are_kept_while_the_database_is_away(
    door: Door, mine: Seeded, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(make_app(door))
    browser.get("/talk/SEAVIEW1")
    _away(engine, monkeypatch)
    answer = browser.post("/talk/SEAVIEW1", {"text": "they were kind"})
    assert answer.status_code == 200
    assert "We have kept what you wrote" in answer.text
    assert len(door.spool.waiting()) == 1


def _away(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no connection can be made."""

    def refuse(*_: object) -> None:
        raise psycopg.OperationalError("connection refused")

    engine.dispose()
    monkeypatch.setattr(engine.pool, "_creator", refuse)


def test_a_form_that_is_too_big(browser: Browser, mine: Seeded) -> None:
    browser.get("/talk/SEAVIEW1")
    assert browser.post("/talk/SEAVIEW1", {"text": "x" * 70_000}).status_code == 413
    browser.get("/talk/SEAVIEW1")
    assert browser.post("/talk/SEAVIEW1", {"text": "x" * 20_000}).status_code == 422


def test_right_to_left(app: Flask) -> None:
    with app.test_request_context("/"):
        page = app.jinja_env.get_template("start.html.jinja").render(lang="ur")
    assert '<html lang="ur" dir="rtl">' in page


def test_everything_is_escaped(app: Flask) -> None:
    """Flask escapes by the ending of a template's name; ours, and nhsuk-frontend's, must all be."""
    with app.test_request_context("/"):
        template = app.jinja_env.from_string(
            '{% from "nhsuk/components/button/macro.jinja" import button %}{{ button({"text": word}) }}'
        )
        assert "<b>" not in template.render(word="<b>")
