"""Every route says who may open it, and does as it says; what is open is written down here."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from dashboard.permissions import PUBLIC, SIGNED_IN, Permission, permission_of
from flows.house import Door
from hearback import web
from runtime.settings import Settings
from tests.places import seed

SIGNATURE = "Twilio's signature over our public address and the form"
SECRET = "Telegram's secret token, compared in constant time"
LOOPBACK = "loopback or the metrics token"
OPEN = "says only whether this process lives and what it needs"
PROTECTED = {
    "twilio.sms": SIGNATURE,
    "twilio.whatsapp": SIGNATURE,
    "twilio.status": SIGNATURE,
    "telegram.update": SECRET,
    "health.metrics_page": LOOPBACK,
    "health.healthz": OPEN,
    "health.readyz": OPEN,
}
"""Routes without a person behind them, and what protects each instead of a permission."""
ANYONE = {
    "public.start": "says what this is",
    "talk.show": "the web chat: its key is a token in the browser's own cookie",
    "talk.say": "the web chat",
    "talk.speak": "the web chat",
    "talk.stay": "the web chat",
    "talk.leave": "forgets the web chat",
    "talk.cleared": "forgets the web chat",
    "sign_in.show": "the way in",
    "sign_in.sign_in": "the way in, throttled",
    "static_files.file": "style sheet, script, sign",
}
"""What anyone may open, and why."""
DEMO_ONLY = {"phone.show", "phone.send", "phone.another", "phone.newer"}
"""Anyone may open these too, and only the demo has them."""
STRANGER = {"REMOTE_ADDR": "192.0.2.7"}


@dataclass(frozen=True)
class _Site:
    """One application, and the routes that it serves."""

    app: Flask

    @property
    def rules(self) -> dict[str, Rule]:
        return {rule.endpoint: rule for rule in self.app.url_map.iter_rules()}

    def mark(self, endpoint: str) -> str | None:
        return permission_of(self.app.view_functions[endpoint])

    def marked(self, *marks: str) -> set[str]:
        return {endpoint for endpoint in self.rules if self.mark(endpoint) in marks}


def _site(door: Door, given: Settings) -> _Site:
    return _Site(web.make_app(Door(given, door.house, door.redis, door.spool)))


@pytest.fixture
def door(given: Settings, engine: Engine) -> Iterator[Door]:
    """What a web process has at hand, on the real servers, with the invented provider."""
    opened = web.open_door(given)
    with engine.begin() as connection:
        seed(connection)
    yield opened
    opened.house.engine.dispose()
    opened.redis.close()


@pytest.fixture
def site(door: Door, given: Settings) -> _Site:
    """An installation in life."""
    return _site(door, given)


@pytest.fixture
def demo(door: Door, given: Settings) -> _Site:
    """The demo."""
    return _site(door, given.model_copy(update={"demo": True}))


def _ask(client: FlaskClient, rule: Rule) -> TestResponse:
    """The route's first method with nothing to show: no cookie, no signature, no token."""
    values = {
        "touchpoint": "SEAVIEW1", "provider": "seaview", "code": "ward", "served": "x.css",
        "alert": "1", "case": "1", "deed": "close",
    }  # fmt: skip
    path = rule.rule
    for name, value in values.items():
        path = path.replace(f"<{name}>", value).replace(f"<int:{name}>", "1")
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    return client.open(path, method=method, environ_overrides=STRANGER)


def test_every_route_names_its_permission_or_stands_here(demo: _Site) -> None:
    silent = {endpoint for endpoint in demo.rules if demo.mark(endpoint) is None}
    assert silent == set(PROTECTED)


def test_what_is_open_to_anyone_is_written_down(site: _Site, demo: _Site) -> None:
    assert site.marked(PUBLIC) == set(ANYONE)
    assert demo.marked(PUBLIC) == set(ANYONE) | DEMO_ONLY


def test_a_permission_is_one_that_roles_can_hold(demo: _Site) -> None:
    known = {PUBLIC, SIGNED_IN, None, *(permission.value for permission in Permission)}
    assert {demo.mark(endpoint) for endpoint in demo.rules} <= known


def test_staff_pages_send_a_stranger_to_the_sign_in(site: _Site) -> None:
    inside = site.marked(SIGNED_IN, *(permission.value for permission in Permission))
    assert inside
    for endpoint in inside:
        rule = site.rules[endpoint]
        answer = _ask(site.app.test_client(), rule)
        if "POST" in (rule.methods or ()):
            assert answer.status_code == 400, f"{endpoint}: no CSRF token was asked for"
        else:
            assert answer.status_code == 303, endpoint
            assert answer.location.startswith("/dashboard/sign-in"), endpoint


def test_what_people_post_in_a_browser_needs_a_csrf_token(demo: _Site) -> None:
    posts = [
        rule
        for endpoint, rule in demo.rules.items()
        if "POST" in (rule.methods or ()) and endpoint not in PROTECTED
    ]
    assert len(posts) > 2
    for rule in posts:
        assert _ask(demo.app.test_client(), rule).status_code == 400, rule.rule


@pytest.mark.parametrize("endpoint", PROTECTED)
def test_a_route_is_protected_as_it_says(site: _Site, endpoint: str) -> None:
    answer = _ask(site.app.test_client(), site.rules[endpoint])
    if PROTECTED[endpoint] is OPEN:
        assert answer.status_code == 200
        assert "seaview" not in answer.text.lower()
    else:
        assert answer.status_code == 403
