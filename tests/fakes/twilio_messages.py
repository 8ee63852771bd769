"""Messages as Twilio keeps them, and the JSON, TwiML and error texts in which it speaks of them."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.fakes.server import Answer

STOP_WORDS = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
)
START_WORDS = frozenset(["START", "YES", "UNSTOP"])
HELP_WORDS = frozenset(["HELP", "INFO"])
CARRIER_REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages "
    "from this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
ERRORS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21606: (400, "The 'From' phone number is not a valid message-capable Twilio phone number."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "The 'To' number is not a valid mobile number."),
    21655: (400, "The ContentSid is Invalid"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
}


@dataclass(frozen=True)
class Content:
    """A content template of the account: its words, its buttons as (title, id), and whether WhatsApp
    has approved it for use outside a person's 24 hours."""

    body: str
    buttons: tuple[tuple[str, str], ...] = ()
    approved: bool = False


WINDOW = timedelta(hours=24)


def kind_of_word(body: str) -> str | None:
    """Which of STOP, START and HELP the default handling hears: one exact word only."""
    word = body.strip().upper()
    for kind, all_words in (("STOP", STOP_WORDS), ("START", START_WORDS), ("HELP", HELP_WORDS)):
        if word in all_words:
            return kind
    return None


def error(code: int) -> Answer:
    """Twilio's JSON for one of its error codes."""
    status, message = ERRORS[code]
    return Answer(
        status,
        {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
    )


@dataclass
class Message:
    """One message, either way. `history`: every status it went through."""

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    status_callback: str | None = None
    service_sid: str | None = None
    error_code: int | None = None
    content: Content | None = None
    history: list[str] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """The Message resource."""
        uri = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{self.sid}"
        handled = None if self.status in ("queued", "accepted") else format_datetime(self.created)
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created),
            "date_sent": handled,
            "date_updated": format_datetime(self.created),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": self.service_sid,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


def inbound_form(message: Message, more: Mapping[str, str]) -> dict[str, str]:
    """The fields of the webhook for an incoming message."""
    form = {
        "ToCountry": "GB",
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": message.body,
        "FromCountry": "GB",
        "To": message.to,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": "2010-04-01",
    }
    if message.from_.startswith("whatsapp:"):
        form |= {"ProfileName": "A", "WaId": message.from_[10:], "MessageType": "text"}
    return {**form, **more}


def receipt_form(message: Message, status: str) -> dict[str, str]:
    """The fields of a status callback."""
    form = {
        "SmsSid": message.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": message.to,
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": "2010-04-01",
    }
    if message.error_code is not None and status in ("failed", "undelivered"):
        form["ErrorCode"] = str(message.error_code)
    return form


@dataclass(frozen=True)
class Spoken:
    """One `<Message>` of a TwiML answer."""

    body: str
    status_callback: str | None
    to: str | None


def read_twiml(text: str) -> list[Spoken]:
    """The `<Message>`s of a TwiML document. Raises AssertionError where Twilio would refuse it."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError as fault:
        raise AssertionError(f"12100: not TwiML: {text[:200]!r}") from fault
    assert root.tag == "Response", f"12100: the root is {root.tag}"
    spoken = []
    for verb in root:
        assert verb.tag == "Message", f"12200: verb {verb.tag}"
        body = (verb.findtext("Body") if verb.find("Body") is not None else verb.text) or ""
        assert 0 < len(body) <= 1600, f"a message of {len(body)} characters"
        callback = verb.get("action") or verb.get("statusCallback")
        spoken.append(Spoken(body, callback, verb.get("to")))
    return spoken
