"""A phone network with Twilio in front of it: phones text, the app is called and calls back."""

import base64
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode, urljoin

from twilio.request_validator import RequestValidator

from tests.fakes.receipts import Receipts
from tests.fakes.server import UNREADABLE, Answer, FakeServer, Hangup, Request, Response, push
from tests.fakes.twilio_messages import (
    CARRIER_REPLIES,
    WINDOW,
    Content,
    Message,
    error,
    inbound_form,
    kind_of_word,
    read_twiml,
    receipt_form,
)

_LIST = re.compile(r"/2010-04-01/Accounts/(\w+)/Messages\.json\Z")
_ONE = re.compile(r"/2010-04-01/Accounts/(\w+)/Messages/(\w+)\.json\Z")
_PHONE = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}\Z")


@dataclass(frozen=True)
class Seen:
    """One message on a person's phone."""

    from_: str
    body: str
    sid: str


@dataclass(frozen=True)
class Delivery:
    """What became of one text: an answer for each attempt, the messages the last one made."""

    sid: str
    attempts: tuple[Response, ...]
    replies: tuple[Message, ...] = ()

    @property
    def twiml(self) -> str:
        """The last attempt's body."""
        return self.attempts[-1].body


@dataclass
class Refused:
    """A message that Twilio would not take, and why."""

    to: str
    body: str
    code: int


@dataclass
class Network:
    """What the phones are like. Addresses are as Twilio writes them (`whatsapp:` in front)."""

    unreachable: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    threads: dict[str, list[Seen]] = field(default_factory=dict)

    def show(self, message: Message) -> None:
        """The message arrives on its phone."""
        seen = Seen(message.from_, message.body, message.sid)
        self.threads.setdefault(message.to, []).append(seen)


class FakeTwilio(FakeServer):
    """Twilio's Messages API, its webhooks, and a phone network behind them.

    public_url: the app's public address, for which everything is signed; connections go to
    `app_url`. handles_stop: Twilio's default handling of STOP, START and HELP. advanced_opt_out:
    the webhook carries OptOutType besides. retries: further attempts after a connection failure
    (`#rc=`), and after a 5xx with retry_5xx (`#rp=all`); no sooner than retry_after seconds, as a
    process that dies closes its connections a little before its port. numbers: our own; None: any.
    """

    def __init__(
        self,
        *,
        account_sid: str = "AC" + "0" * 31 + "1",
        auth_token: str = "fake-auth-token",
        public_url: str = "https://feedback.example",
        numbers: frozenset[str] | None = None,
        handles_stop: bool = True,
        advanced_opt_out: bool = False,
        retries: int = 1,
        retry_5xx: bool = False,
        time_limit: float = 15.0,
        retry_after: float = 0.05,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.account_sid, self.auth_token = account_sid, auth_token
        self.public_url, self.numbers = public_url, numbers
        self.handles_stop, self.advanced_opt_out = handles_stop, advanced_opt_out
        self.retries, self.retry_5xx, self.time_limit = retries, retry_5xx, time_limit
        self.retry_after = retry_after
        self.webhooks = {"sms": "/webhooks/twilio/sms", "whatsapp": "/webhooks/twilio/whatsapp"}
        self.network = Network()
        self.messages: dict[str, Message] = {}
        self.refused: list[Refused] = []
        self.receipts = Receipts(self._post_receipt)
        self.contents: dict[str, Content] = {}
        self._answered: set[str] = set()
        self._count = 0

    def close(self) -> None:
        self.receipts.close()
        super().close()

    # What people do

    def text(
        self,
        from_: str,
        to: str,
        body: str,
        *,
        sid: str | None = None,
        more: Mapping[str, str] | None = None,
        lose_answers: int = 0,
    ) -> Delivery:
        """A person texts; returns once Twilio is done with the app.

        sid: of an earlier text, that comes again. more: further fields of the form.
        lose_answers: the first n answers get lost on the way, after the app did its work.
        """
        message = self._received(from_, to, body, sid)
        opt_out_type = self._default_handling(message) if sid is None else None
        form = inbound_form(message, more or {})
        if self.advanced_opt_out and opt_out_type:
            form["OptOutType"] = opt_out_type
        path = self.webhooks["whatsapp" if from_.startswith("whatsapp:") else "sms"]
        attempts = tuple(self._attempts(path, form, lose_answers))
        return Delivery(message.sid, attempts, self._spoken(message, path, attempts[-1]))

    def presses(self, from_: str, to: str, code: str) -> Delivery:
        """A person presses the WhatsApp button with this id, on the newest template that has one."""
        with self.lock:
            sent = [
                m.content for m in reversed(self.messages.values()) if m.to == from_ and m.content
            ]
        title = next(t for each in sent for t, known in each.buttons if known == code)
        pressed = {"ButtonText": title, "ButtonPayload": code, "MessageType": "button"}
        return self.text(from_, to, title, more=pressed)

    def phone(self, number: str) -> list[Seen]:
        """What a person's phone shows, oldest first."""
        with self.lock:
            return list(self.network.threads.get(number, ()))

    def wait_idle(self, timeout: float = 10.0) -> None:
        """Return once no receipt is on its way. AssertionError after `timeout` seconds."""
        self.receipts.wait_idle(timeout)

    def release_receipts(self) -> None:
        self.receipts.release()

    def opts_out(self, number: str, ours: str) -> None:
        """Twilio holds that this person wants nothing from this number of ours: 21610."""
        self.network.opted_out.add((ours, number))

    def unreachable(self, number: str) -> None:
        """From now on messages to this phone end undelivered, with 30003."""
        self.network.unreachable.add(number)

    def outbound(self) -> list[Message]:
        """Every message that Twilio took from us, oldest first."""
        with self.lock:
            return [m for m in self.messages.values() if m.direction != "inbound"]

    def signed(self, path: str, form: Mapping[str, str]) -> dict[str, str]:
        """The headers with which Twilio posts `form` to `path` of our public address."""
        validator = RequestValidator(self.auth_token)
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": validator.compute_signature(self.public_url + path, dict(form)),
        }

    # How Twilio treats an incoming text

    def _received(self, from_: str, to: str, body: str, sid: str | None) -> Message:
        with self.lock:
            if sid is not None and sid in self.messages:
                return self.messages[sid]
            sid = sid or self._new_sid()
            message = Message(sid, self.account_sid, from_, to, body, "inbound", "received")
            self.messages[sid] = message
            return message

    def _default_handling(self, message: Message) -> str | None:
        kind = kind_of_word(message.body) if self.handles_stop else None
        if kind is None:
            return None
        with self.lock:
            pair = (message.to, message.from_)
            was_out = pair in self.network.opted_out
            if kind == "STOP":
                self.network.opted_out.add(pair)
            elif kind == "START":
                self.network.opted_out.discard(pair)
            if (kind, was_out) in (("STOP", False), ("START", True), ("HELP", False)):
                reply = Seen(message.to, CARRIER_REPLIES[kind], "")
                self.network.threads.setdefault(message.from_, []).append(reply)
        return kind

    def _attempts(self, path: str, form: dict[str, str], lose_answers: int) -> list[Response]:
        body, headers = urlencode(form).encode(), self.signed(path, form)
        made: list[Response] = []
        while len(made) <= self.retries:
            time.sleep(self.retry_after if made else 0)
            made.append(
                push(
                    self.app_url,
                    path,
                    body,
                    headers,
                    timeout=self.time_limit / (self.retries + 1),
                    lose_answer=len(made) < lose_answers,
                )
            )
            status = made[-1].status
            if status and not (self.retry_5xx and status >= 500):
                break
        return made

    def _spoken(self, message: Message, path: str, last: Response) -> tuple[Message, ...]:
        """The last attempt's `<Message>`s, once for each incoming text."""
        if not 200 <= last.status < 300:
            return ()
        with self.lock:
            if message.sid in self._answered:
                return ()
            self._answered.add(message.sid)
        made = []
        for spoken in read_twiml(last.body):
            reply = self._new(message.to, spoken.to or message.from_, spoken.body, "reply")
            if spoken.status_callback:
                reply.status_callback = urljoin(self.public_url + path, spoken.status_callback)
            if self._take(reply) is None:
                made.append(reply)
        return tuple(made)

    # How Twilio treats an outgoing message

    def _new(self, from_: str, to: str, body: str, way: str) -> Message:
        with self.lock:
            sid = self._new_sid()
        return Message(sid, self.account_sid, from_, to, body, f"outbound-{way}", "queued")

    def _new_sid(self) -> str:
        self._count += 1
        return f"SM{self._count:032x}"

    def _take(self, message: Message) -> int | None:
        """Take a message on, or say the code with which it is refused."""
        with self.lock:
            if (message.from_, message.to) in self.network.opted_out:
                self.refused.append(Refused(message.to, message.body, 21610))
                return 21610
            self.messages[message.sid] = message
            if message.to in self.network.unreachable:
                message.error_code = 30003
            elif self._outside_window(message):
                message.error_code = 63016
            reached = message.error_code is None
            if reached:
                self.network.show(message)
        self.receipts.expect(message, "delivered" if reached else "undelivered")
        return None

    def _outside_window(self, message: Message) -> bool:
        """WhatsApp wants an approved template once a person has been silent for 24 hours."""
        if not message.to.startswith("whatsapp:") or (message.content and message.content.approved):
            return False
        wrote = [m.created for m in self.messages.values() if m.from_ == message.to]
        return not wrote or datetime.now(UTC) - max(wrote) > WINDOW

    def _post_receipt(self, message: Message, status: str) -> int:
        url = message.status_callback or ""
        if not url.startswith(self.public_url):
            return 0
        path, form = url.removeprefix(self.public_url), receipt_form(message, status)
        body, headers = urlencode(form).encode(), self.signed(path, form)
        for _ in range(self.retries + 1):
            answer = push(self.app_url, path, body, headers, timeout=self.time_limit)
            if answer.status:
                break
        return answer.status

    # The REST API

    def answer(self, request: Request) -> Answer:
        if not self._authentic(request):
            return error(20003)
        if match := _LIST.match(request.path):
            if match[1] != self.account_sid:
                return error(20404)
            return self._create(request) if request.method == "POST" else self._page(request)
        match = _ONE.match(request.path)
        with self.lock:
            message = self.messages.get(match[2]) if match else None
            return Answer(200, message.json()) if message else error(20404)

    def _authentic(self, request: Request) -> bool:
        pair = f"{self.account_sid}:{self.auth_token}".encode()
        expected = f"Basic {base64.b64encode(pair).decode()}"
        return request.headers.get("Authorization") == expected

    def _create(self, request: Request) -> Answer:
        fault = self.faults.next()
        if fault in ("429", "500"):
            return error(20429 if fault == "429" else 20500)
        if fault == "drop_before":
            raise Hangup
        if fault == "hang_before":
            self.hang()
        answer = self._created(request.fields)
        if fault == "hang_after":
            self.hang()
        if fault == "drop_after":
            raise Hangup
        return UNREADABLE.get(fault or "", answer)

    def _created(self, fields: dict[str, str]) -> Answer:
        code = self._fault_of(fields)
        if code is not None:
            return error(code)
        content = self.contents.get(fields.get("ContentSid", ""))
        body = content.body if content else fields["Body"]
        message = self._new(self._sender(fields), fields["To"], body, "api")
        message.content = content
        message.status_callback = fields.get("StatusCallback")
        message.service_sid = fields.get("MessagingServiceSid")
        first_word = message.json() | {"status": "accepted" if message.service_sid else "queued"}
        refused = self._take(message)
        return error(refused) if refused else Answer(201, first_word)

    def _sender(self, fields: dict[str, str]) -> str:
        return fields.get("From") or next(iter(sorted(self.numbers or ())), "+441632960000")

    def _fault_of(self, fields: dict[str, str]) -> int | None:
        to, content = fields.get("To", ""), fields.get("ContentSid")
        body = fields.get("Body", "") or (content or "")
        faults = (
            (not fields.get("From") and not fields.get("MessagingServiceSid"), 21603),
            (self.numbers is not None and self._sender(fields) not in self.numbers, 21606),
            (not _PHONE.match(to), 21211),
            (to in self.network.landlines, 21614),
            (content is not None and content not in self.contents, 21655),
            (not body, 21602),
            (len(body) > 1600, 21617),
        )
        return next((code for wrong, code in faults if wrong), None)

    def _page(self, request: Request) -> Answer:
        size, page = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
        with self.lock:
            wanted = [m for m in reversed(self.messages.values()) if _fits(m, request.query)]
            shown = [m.json() for m in wanted[page * size : (page + 1) * size]]
        uri = f"{request.path}?{urlencode({**request.query, 'PageSize': size})}"
        more = len(wanted) > (page + 1) * size
        return Answer(
            200,
            {
                "messages": shown,
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + len(shown) - 1,
                "uri": uri,
                "first_page_uri": f"{uri}&Page=0",
                "next_page_uri": f"{uri}&Page={page + 1}" if more else None,
                "previous_page_uri": f"{uri}&Page={page - 1}" if page else None,
            },
        )


def _fits(message: Message, query: dict[str, str]) -> bool:
    day = message.created.date().isoformat()
    return (
        query.get("To", message.to) == message.to
        and query.get("From", message.from_) == message.from_
        and query.get("DateSent>", "")[:10] <= day
        and day <= (query.get("DateSent<", "")[:10] or day)
    )
