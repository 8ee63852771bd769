"""From a signed text to the number on the dashboard, with every process of the Procfile running."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from hearback.madeup import load
from tests.e2e import tree
from tests.e2e.tree import Demo
from tests.fakes import FakeTelegram, FakeTwilio

pytestmark = [pytest.mark.own_tree, pytest.mark.timeout(600)]
SECONDS_TO_THE_DASHBOARD = 5.0


@pytest.fixture(scope="module")
def staff(demo: Demo) -> Iterator[OpenerDirector]:
    """A signed-in browser without a screen."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    with opener.open(f"{demo.address}/dashboard/") as answer:
        address, page = answer.url, answer.read().decode()
    fields = {**_hidden(page), "email": load.EMAIL, "password": load.PASSWORD}
    with opener.open(address, urlencode(fields).encode()) as answer:
        assert "What people told us" in answer.read().decode()
    yield opener
    opener.close()


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.fields[str(given["name"])] = given.get("value") or ""


def _hidden(page: str) -> dict[str, str]:
    parser = _Hidden()
    parser.feed(page)
    return parser.fields


def answers(demo: Demo, staff: OpenerDirector) -> int:
    """The number in the overview's first sentence."""
    with staff.open(f"{demo.address}/dashboard/") as answer:
        page = answer.read().decode()
    found = re.search(r"([\d,]+) answers since", page)
    assert found
    return int(found[1].replace(",", ""))


def soon(question: Callable[[], bool], seconds: float = SECONDS_TO_THE_DASHBOARD) -> bool:
    """Whether it becomes so within that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.1)
    return False


def test_a_signed_text_is_answered_and_counted(demo: Demo, staff: OpenerDirector) -> None:
    before = answers(demo, staff)
    with FakeTwilio(public_url=demo.address, auth_token=tree.AUTH_TOKEN) as twilio:
        twilio.app_url = demo.address
        delivery = twilio.text("+447700900123", "+441632960000", "1 the nurse was lovely")
        assert delivery.twiml.count("<Message") == 1
        assert [seen.body for seen in twilio.phone("+447700900123")][-1].startswith("Are you")
        assert soon(lambda: answers(demo, staff) == before + 1)
        twilio.wait_idle()
    assert soon(lambda: demo.metric('hearback_sent_total{channel="sms",outcome="delivered"}') > 0)


def test_a_telegram_update_takes_the_same_way(
    demo: Demo, staff: OpenerDirector, telegram: FakeTelegram
) -> None:
    before = answers(demo, staff)
    telegram.starts(77, "WARD7")
    assert soon(lambda: any(shown.buttons for shown in telegram.thread(77)))
    telegram.presses(77, "good")
    assert soon(lambda: answers(demo, staff) == before + 1)


def test_what_it_says_of_itself(demo: Demo) -> None:
    assert demo.get("/healthz") == "ok\n"
    assert '"ready":true' in demo.get("/readyz").replace(" ", "")
    assert demo.metric('hearback_inbound_total{channel="sms",outcome="new"}') >= 1


def test_sigterm_ends_all_and_a_second_start_keeps_the_data() -> None:
    with (
        tempfile.TemporaryDirectory() as parent,
        FakeTwilio(auth_token=tree.AUTH_TOKEN) as twilio,
    ):
        first = tree.start(Path(parent) / "var")
        _text(twilio, first, "2 kept over night")
        servers = first.servers()
        assert len(first.processes()) >= 7
        assert servers
        assert first.stop() == 0
        assert first.processes() == []
        assert not [pid for pid in servers if tree.is_running(pid)]
        again = tree.start(Path(parent) / "var")
        try:
            assert "May we text you" in _text(twilio, again, "1")
        finally:
            again.stop()


def _text(twilio: FakeTwilio, demo: Demo, body: str) -> str:
    twilio.app_url = twilio.public_url = demo.address
    twiml = twilio.text("+447700900124", "+441632960000", body).twiml
    twilio.wait_idle()
    return twiml
