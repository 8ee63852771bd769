"""Twilio's quirks as rows: raw body in, expected meaning out. A new quirk is a row."""

import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from bot.channels import twilio
from bot.channels.errors import ParseError
from bot.channels.reading import read_form
from bot.channels.values import Status
from bot.dialogue.messages import Channel, Signal
from tests.bot.channels.conftest import OURS, PUBLIC_URL, THEIRS, outgoing

HEAD = b"MessageSid=SM1&AccountSid=AC1&To=%2B441632960000&From=%2B447700900001"
WHATSAPP = (
    b"MessageSid=SM1&AccountSid=AC1&To=whatsapp%3A%2B441632960001&From=whatsapp%3A%2B447700900001"
)


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        pytest.param(HEAD + b"&Body=1+the+nurse+was+lovely", {"text": "1 the nurse was lovely"}),
        pytest.param(HEAD + b"&Body=", {"text": ""}, id="nothing typed"),
        pytest.param(HEAD + b"&Body=%2B1+%26+%3D%25", {"text": "+1 & =%"}, id="signs"),
        pytest.param(HEAD + b"&Body=caf%C3%A9+%F0%9F%99%8F%F0%9F%8F%BD", {"text": "café 🙏🏽"}),
        pytest.param(
            HEAD + b"&Body=%D8%B4%DA%A9%D8%B1%DB%8C%DB%81+%E2%80%8F5%E2%80%8F",
            {"text": "شکریہ \u200f5\u200f"},
            id="right to left, marks kept",
        ),
        pytest.param(HEAD + b"&Body=a%0D%0Ab%0A", {"text": "a\r\nb\n"}, id="lines kept"),
        pytest.param(HEAD + b"&Body=%20stop%20", {"text": " stop "}, id="blanks kept"),
        pytest.param(
            HEAD + b"&Body=STOP&OptOutType=STOP",
            {"text": "STOP", "signal": Signal.OPTED_OUT, "carrier_answered": True},
        ),
        pytest.param(
            HEAD + b"&Body=YES&OptOutType=START",
            {"text": "YES", "signal": Signal.OPTED_IN, "carrier_answered": True},
        ),
        pytest.param(
            HEAD + b"&Body=help&OptOutType=HELP",
            {"text": "help", "signal": Signal.HELP, "carrier_answered": True},
        ),
        pytest.param(HEAD + b"&Body=STOP", {"text": "STOP", "carrier_answered": False}),
        pytest.param(HEAD + b"&Body=a&OptOutType=NEWS", {"text": "a", "signal": None}),
        pytest.param(HEAD + b"&Body=&NumMedia=1", {"text": "", "signal": Signal.MEDIA_ONLY}),
        pytest.param(HEAD + b"&Body=+&NumMedia=2", {"text": " ", "signal": Signal.MEDIA_ONLY}),
        pytest.param(
            HEAD + b"&Body=look&NumMedia=1&MediaUrl0=https%3A%2F%2Fmedia.example%2F1",
            {"text": "look", "signal": None},
            id="words beside a picture are what counts",
        ),
        pytest.param(HEAD + b"&Body=a&NumMedia=", {"text": "a", "signal": None}),
        pytest.param(WHATSAPP + b"&Body=Good", {"text": "Good", "channel": Channel.WHATSAPP}),
        pytest.param(
            WHATSAPP + b"&Body=Good&ButtonText=Good&ButtonPayload=good",
            {"text": "Good", "choice": "good"},
        ),
        pytest.param(
            WHATSAPP + b"&Body=Good&ListId=good&ListTitle=Good", {"text": "Good", "choice": "good"}
        ),
        pytest.param(
            WHATSAPP + b"&Body=&NumMedia=0&Latitude=51.5&Longitude=-0.1",
            {"text": "", "signal": Signal.MEDIA_ONLY},
            id="a place is not words",
        ),
    ],
)
def test_a_body_means(body: bytes, meaning: dict[str, Any]) -> None:
    inbound = twilio.parse(read_form(body)).inbound

    assert {name: getattr(inbound, name) for name in meaning} == meaning


@pytest.mark.parametrize(("head", "number"), [(HEAD, OURS), (WHATSAPP, "+441632960001")])
def test_who_and_where_without_the_prefix(head: bytes, number: str) -> None:
    text = twilio.parse(read_form(head + b"&Body=a"))

    assert (text.account, text.provider_ref) == ("AC1", "SM1")
    assert (text.our_address, text.their_address) == (number, THEIRS)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (HEAD, "the form has no Body"),
        (b"", "the form has no From"),
        (HEAD.replace(b"From", b"Fro") + b"&Body=a", "the form has no From"),
        (
            HEAD.replace(b"MessageSid=SM1", b"MessageSid=") + b"&Body=a",
            "the form has no MessageSid",
        ),
        (HEAD.replace(b"To=", b"T=") + b"&Body=a", "the form has no To"),
        (HEAD.replace(b"AccountSid", b"A") + b"&Body=a", "the form has no AccountSid"),
        (HEAD + b"&Body=a%00b", "Body holds a NUL byte"),
        (HEAD.replace(b"SM1", b"SM%00") + b"&Body=a", "MessageSid holds a NUL byte"),
        (HEAD + b"&Body=%FF%FE", "the form is not UTF-8"),
        (HEAD + b"&Body=\xff", "the form is not UTF-8"),
        (HEAD + b"&Body=" + b"a" * 65536, "Body is longer than 10000 characters"),
        (HEAD.replace(b"SM1", b"S" * 65) + b"&Body=a", "MessageSid is longer than 64 characters"),
        (HEAD + b"&a=" * 300, "the form has more than 200 fields"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line(body: bytes, line: str) -> None:
    with pytest.raises(ParseError) as refused:
        twilio.parse(read_form(body))

    assert str(refused.value) == line


def test_a_signature_holds_for_the_public_address_and_nothing_else() -> None:
    form = {"Body": "a £ 🙏", "From": THEIRS}
    path = "/webhooks/twilio/status?outbox=7"
    signature = RequestValidator("token").compute_signature(PUBLIC_URL + path, form)

    def holds(**changed: Any) -> bool:
        given = {"auth_token": "token", "public_url": PUBLIC_URL, "path": path, "form": form}
        return twilio.verify(**{**given, "signature": signature, **changed})

    assert holds()
    assert not holds(auth_token="other")
    assert not holds(public_url="https://elsewhere.example")
    assert not holds(path="/webhooks/twilio/status?outbox=8")
    assert not holds(form={**form, "Body": "b"})
    assert not holds(signature="")
    assert not holds(signature="ü" * len(signature))


def test_replies_become_messages_that_name_their_outbox_row() -> None:
    twiml = twilio.render([outgoing("1 < 2 & done"), outgoing("🙏", outbox_id=8)], PUBLIC_URL)

    messages = list(ET.fromstring(twiml))
    assert [message.text for message in messages] == ["1 < 2 & done", "🙏"]
    assert [message.get("action") for message in messages] == [
        "https://feedback.example/webhooks/twilio/status?outbox=7",
        "https://feedback.example/webhooks/twilio/status?outbox=8",
    ]


def test_no_reply_is_an_empty_response() -> None:
    assert twilio.render([], PUBLIC_URL).endswith("<Response />")


@pytest.mark.parametrize(
    ("said", "status", "code", "opted_out"),
    [
        ("queued", Status.QUEUED, None, False),
        ("sending", Status.QUEUED, None, False),
        ("accepted", Status.QUEUED, None, False),
        ("sent", Status.SENT, None, False),
        ("delivered", Status.DELIVERED, None, False),
        ("delivered&ErrorCode=0", Status.DELIVERED, None, False),
        ("delivered&ErrorCode=", Status.DELIVERED, None, False),
        ("read", Status.READ, None, False),
        ("undelivered&ErrorCode=30003", Status.FAILED, "30003", False),
        ("failed&ErrorCode=21610", Status.FAILED, "21610", True),
        ("canceled", Status.FAILED, None, False),
    ],
)
def test_a_status_callback_means(
    said: str, status: Status, code: str | None, opted_out: bool
) -> None:
    form = read_form(f"MessageSid=SM2&To=whatsapp%3A%2B4477&MessageStatus={said}".encode())

    receipt = twilio.parse_status(form, "7")

    assert (receipt.channel, receipt.provider_ref, receipt.outbox_id) == (
        Channel.WHATSAPP,
        "SM2",
        7,
    )
    assert (receipt.status, receipt.error_code, receipt.opted_out) == (status, code, opted_out)


@pytest.mark.parametrize(
    ("form", "outbox", "line"),
    [
        ({"MessageSid": "SM2", "MessageStatus": "vanished"}, "7", "MessageStatus is none"),
        ({"MessageSid": "SM2"}, "7", "the form has no MessageStatus"),
        ({"MessageStatus": "sent"}, "7", "the form has no MessageSid"),
        ({"MessageSid": "SM2", "MessageStatus": "sent"}, "x", "outbox is not a number"),
        ({"MessageSid": "SM2", "MessageStatus": "sent"}, "²", "outbox is not a number"),
        ({"MessageSid": "SM2", "MessageStatus": "sent"}, "9" * 30, "outbox is not a number"),
    ],
)
def test_a_bad_status_callback_is_refused(form: dict[str, str], outbox: str, line: str) -> None:
    with pytest.raises(ParseError, match=line):
        twilio.parse_status(form, outbox)


def test_a_callback_without_an_outbox_row_is_still_a_receipt() -> None:
    receipt = twilio.parse_status({"MessageSid": "SM2", "MessageStatus": "sent"}, None)

    assert receipt.outbox_id is None


def test_a_form_keeps_its_empty_fields() -> None:
    assert read_form(urlencode({"a": "", "b": "1"}).encode()) == {"a": "", "b": "1"}
