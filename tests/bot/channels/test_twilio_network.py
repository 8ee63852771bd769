"""Texts through the fake network and back: signatures, retries, lost answers, STOP, receipts."""

import http.client
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from bot.channels.errors import Policy, SendError
from bot.channels.twilio_api import TwilioSender
from bot.channels.values import Status, Text
from bot.dialogue.messages import Channel, Signal
from tests.bot.channels.conftest import OURS, THEIRS, App, outgoing
from tests.fakes import FakeTwilio
from tests.fakes.server import push


def thanks(text: Text) -> tuple[str, ...]:
    return (f"Thank you for {text.inbound.text!r}", "Are you: 1 the patient?")


def bodies(fake: FakeTwilio, number: str = THEIRS) -> list[str]:
    return [seen.body for seen in fake.phone(number)]


def test_a_signed_text_is_answered_in_the_same_breath(app: App, fake_twilio: FakeTwilio) -> None:
    app.replies = thanks

    delivery = fake_twilio.text(THEIRS, OURS, "1 the nurse & the café 🙏 شکریہ")

    assert [answer.status for answer in delivery.attempts] == [200]
    assert app.texts[0].inbound.text == "1 the nurse & the café 🙏 شکریہ"
    assert app.texts[0].provider_ref == delivery.sid
    assert bodies(fake_twilio) == list(thanks(app.texts[0]))
    assert len(fake_twilio.requests) == 0, "no API call for a reply"


def test_whatsapp_comes_by_its_own_door(app: App, fake_twilio: FakeTwilio) -> None:
    app.replies = thanks

    fake_twilio.text(
        f"whatsapp:{THEIRS}", f"whatsapp:{OURS}", "Good", more={"ButtonPayload": "good"}
    )

    assert app.texts[0].channel is Channel.WHATSAPP
    assert app.texts[0].inbound.choice == "good"
    assert len(bodies(fake_twilio, f"whatsapp:{THEIRS}")) == 2


@pytest.mark.parametrize("token", ["another-token"])
def test_another_account_cannot_sign(app: App, fake_twilio: FakeTwilio, token: str) -> None:
    fake_twilio.auth_token = token

    delivery = fake_twilio.text(THEIRS, OURS, "1")

    assert delivery.attempts[-1].status == 403
    assert app.texts == []


def test_a_broken_form_gets_one_clear_line(app: App, fake_twilio: FakeTwilio) -> None:
    path, form = "/webhooks/twilio/sms", {"From": THEIRS, "To": OURS, "AccountSid": "AC1"}

    answer = push(
        app.base_url,
        path,
        urlencode(form).encode(),
        fake_twilio.signed(path, form),
        timeout=5,
    )

    assert (answer.status, answer.body) == (400, "the form has no MessageSid")


def test_a_lost_answer_is_asked_for_again_and_only_the_last_counts(
    app: App, fake_twilio: FakeTwilio
) -> None:
    app.replies = lambda text: (f"answer {len(app.texts)}",)

    delivery = fake_twilio.text(THEIRS, OURS, "1", lose_answers=1)

    assert [answer.status for answer in delivery.attempts] == [0, 200]
    assert {text.provider_ref for text in app.texts} == {delivery.sid}
    assert bodies(fake_twilio) == ["answer 2"]


def test_an_app_that_is_away_is_tried_once_more_and_then_not(fake_twilio: FakeTwilio) -> None:
    fake_twilio.app_url = "http://127.0.0.1:9"

    delivery = fake_twilio.text(THEIRS, OURS, "1")

    assert [answer.status for answer in delivery.attempts] == [0, 0]
    assert delivery.replies == ()


@pytest.mark.parametrize(("widened", "statuses"), [(False, [503]), (True, [503, 200])])
def test_a_5xx_is_tried_again_only_where_the_address_says_so(
    widened: bool, statuses: list[int], app: App, fake_twilio: FakeTwilio
) -> None:
    fake_twilio.retry_5xx, app.refuse_next = widened, 1

    delivery = fake_twilio.text(THEIRS, OURS, "1")

    assert [answer.status for answer in delivery.attempts] == statuses


def test_the_same_text_ten_times_at_once_is_answered_once(
    app: App, fake_twilio: FakeTwilio
) -> None:
    app.replies = thanks
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fake_twilio.text(THEIRS, OURS, "1", sid="SM10"), range(10)))

    assert [text.provider_ref for text in app.texts] == ["SM10"] * 10
    assert len(bodies(fake_twilio)) == 2


def test_receipts_come_back_signed_and_named(app: App, fake_twilio: FakeTwilio) -> None:
    app.replies = lambda _text: ("Thank you.",)
    (reply,) = fake_twilio.text(THEIRS, OURS, "1").replies
    fake_twilio.wait_idle()

    told = [(receipt.outbox_id, receipt.provider_ref, receipt.status) for receipt in app.receipts]
    assert told == [
        (10, reply.sid, Status.QUEUED),
        (10, reply.sid, Status.SENT),
        (10, reply.sid, Status.DELIVERED),
    ]
    assert {posted.answer for posted in fake_twilio.receipts.posted} == {204}


def test_receipts_may_come_backwards_twice_and_late(
    app: App, fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    receipts = fake_twilio.receipts
    receipts.backwards, receipts.copies, receipts.held = True, 2, True
    twilio_sender.send(outgoing())
    assert app.receipts == []

    fake_twilio.release_receipts()
    fake_twilio.wait_idle()

    delivered, sent, queued = Status.DELIVERED, Status.SENT, Status.QUEUED
    assert [receipt.status for receipt in app.receipts] == [
        *(delivered, delivered),
        *(sent, sent),
        *(queued, queued),
    ]
    assert fake_twilio.outbound()[0].status == "delivered"


def test_a_phone_that_is_off_ends_undelivered(app: App, fake_twilio: FakeTwilio) -> None:
    app.replies = lambda _text: ("Thank you.",)
    fake_twilio.unreachable(THEIRS)
    fake_twilio.text(THEIRS, OURS, "1")
    fake_twilio.wait_idle()

    assert bodies(fake_twilio) == []
    assert (app.receipts[-1].status, app.receipts[-1].error_code) == (Status.FAILED, "30003")


def test_stop_is_answered_by_twilio_and_holds_until_start(
    app: App, fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    app.replies = lambda _text: ("our own reply",)
    fake_twilio.text(THEIRS, OURS, " stop ")
    assert [body[:36] for body in bodies(fake_twilio)] == ["You have successfully been unsubscri"]
    assert [refused.code for refused in fake_twilio.refused] == [21610]
    with pytest.raises(SendError) as refused:
        twilio_sender.send(outgoing())
    assert refused.value.policy is Policy.OPTED_OUT

    fake_twilio.text(THEIRS, OURS, "START")
    twilio_sender.send(outgoing("and on"))
    assert [body[:12] for body in bodies(fake_twilio)[1:]] == [
        "You have suc",
        "our own repl",
        "and on",
    ]


def test_stop_please_reaches_nobody_but_us(app: App, fake_twilio: FakeTwilio) -> None:
    app.replies = lambda _text: ("our own reply",)
    fake_twilio.text(THEIRS, OURS, "STOP PLEASE")

    assert bodies(fake_twilio) == ["our own reply"]
    assert app.texts[0].inbound.carrier_answered is False


def test_advanced_opt_out_says_what_twilio_did(app: App, fake_twilio: FakeTwilio) -> None:
    fake_twilio.advanced_opt_out = True
    fake_twilio.text(THEIRS, OURS, "Quit")

    assert app.texts[0].inbound.signal is Signal.OPTED_OUT
    assert app.texts[0].inbound.carrier_answered is True


@pytest.fixture
def process() -> Iterator[str]:
    """A fake Twilio in a process of its own; gives its address."""
    command = [sys.executable, "-m", "tests.fakes", "twilio", "--app-url", "http://127.0.0.1:9"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()


def told(address: str, verb: str, **given: object) -> object:
    request = urllib.request.Request(
        f"{address}/control/{verb}",
        json.dumps(given).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


@pytest.mark.slow
def test_the_fake_runs_as_a_process_too(process: str, app: App) -> None:
    app.auth_token = "fake-auth-token"
    told(process, "set_app_url", url=app.base_url)
    sender = TwilioSender("AC" + "0" * 31 + "1", "fake-auth-token", "", api_base_url=process)
    sender.send(outgoing("from outside"))
    sender.close()

    seen = told(process, "phone", number=THEIRS)
    assert isinstance(seen, list)
    assert [one["body"] for one in seen] == ["from outside"]
    delivery = told(process, "text", from_=THEIRS, to=OURS, body="1")
    assert isinstance(delivery, dict)
    assert delivery["attempts"][0]["status"] == 403, "signed for another public address"


def test_no_hidden_verb_can_be_called(fake_twilio: FakeTwilio) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fake_twilio.port, timeout=5)
    connection.request("POST", "/control/_new_sid", b"{}", {"Content-Type": "application/json"})
    assert connection.getresponse().status == 404
    connection.close()
