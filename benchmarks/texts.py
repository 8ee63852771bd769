"""Twilio's requests, made and signed beforehand, so that sending one costs only the sending."""

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

PUBLIC_URL = "https://feedback.example.org"
PATH = "/webhooks/twilio/sms"
ACCOUNT = "AC" + "0" * 32
TOKEN = "invented-for-the-bench"
OUR_NUMBER = "+441632960000"

Conversation = list[bytes]
"""The requests of one person, in order; each may go once the one before it is answered."""

# Ofcom's numbers for drama, a thousand each: no other invented numbers exist in the United Kingdom.
_DRAMA = (
    *("+447700900", "+44113496", "+44114496", "+44115496", "+44116496", "+44117496", "+44118496"),
    *("+44121496", "+44131496", "+44141496", "+44151496", "+44161496", "+44191498"),
    *("+44207946", "+44289649", "+44292018"),
)

# What people send in the order of the questions: rating (some with words), words, role, consent.
_TALKS = (
    ("2 the nurses were kind but the wait was long", "1", "1"),
    ("1", "Everyone explained what would happen next and I felt safe", "1", "2"),
    ("Good", "Clean ward, friendly porters, cold tea", "2", "1", "1"),
    ("4", "We waited three hours and nobody told us why", "4", "2", "2"),
    ("very good thank you all", "1", "1"),
)


def numbers() -> Iterator[str]:
    """Every invented number, once."""
    for start in _DRAMA:
        width = 13 - len(start)
        first = 6_000 if start == "+44289649" else 0
        yield from (f"{start}{first + each:0{width}d}" for each in range(1000))


@dataclass
class Crowd:
    """People who text one server, each number once; `conversations` are ready to be sent."""

    host: str
    path: str = PATH
    conversations: deque[Conversation] = field(default_factory=deque)
    _numbers: Iterator[str] = field(default_factory=numbers)
    _texts: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _talks: Iterator[tuple[str, ...]] = field(default_factory=lambda: itertools.cycle(_TALKS))
    _validator: RequestValidator = field(default_factory=lambda: RequestValidator(TOKEN))

    def prepare(self, texts: int) -> None:
        """See to it that at least so many texts wait to be sent. StopIteration: all have texted."""
        waiting = sum(map(len, self.conversations))
        while waiting < texts:
            number = next(self._numbers)
            self.conversations.append([self.request(number, body) for body in next(self._talks)])
            waiting += len(self.conversations[-1])

    def number(self) -> str:
        """Of a person who has not texted yet, and will not."""
        return next(self._numbers)

    def stranger(self, body: str) -> bytes:
        """One text of a person who has not texted yet."""
        return self.request(self.number(), body)

    def request(self, number: str, body: str) -> bytes:
        """The whole HTTP request of one text, signed as Twilio signs it."""
        form = _form(f"SM{next(self._texts):032x}", number, body)
        signature = self._validator.compute_signature(PUBLIC_URL + self.path, form)
        payload = urlencode(form).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nUser-Agent: TwilioProxy/1.1\r\n"
            "Accept: */*\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
            f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(payload)}\r\n\r\n"
        )
        return head.encode() + payload


def _form(sid: str, number: str, body: str) -> dict[str, str]:
    """Every field that Twilio sends with an SMS to a UK number."""
    places = {f"{end}{part}": "" for end in ("To", "From") for part in ("City", "State", "Zip")}
    return {
        **places,
        "ToCountry": "GB",
        "FromCountry": "GB",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "To": OUR_NUMBER,
        "From": number,
        "Body": body,
    }
