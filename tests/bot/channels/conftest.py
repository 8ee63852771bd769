"""Fakes of the providers, and an app of thirty lines that only speaks what bot.channels speaks."""

from collections.abc import Callable, Iterator

import pytest

from bot.channels import telegram, twilio
from bot.channels.errors import ParseError
from bot.channels.reading import read_form
from bot.channels.telegram_api import TelegramSender
from bot.channels.twilio_api import TwilioSender
from bot.channels.values import Outgoing, Receipt, Text
from bot.dialogue.messages import Channel
from tests.fakes import FakeTelegram, FakeTwilio
from tests.fakes.server import Answer, FakeServer, Request

PUBLIC_URL = "https://feedback.example"
SECRET = "webhook-secret"
OURS, THEIRS = "+441632960000", "+447700900001"


class App(FakeServer):
    """Our side of the webhooks, without rooms behind it: remembers texts, answers from `replies`."""

    def __init__(self, auth_token: str, bot: str) -> None:
        super().__init__()
        self.auth_token, self.bot = auth_token, bot
        self.texts: list[Text] = []
        self.receipts: list[Receipt] = []
        self.replies: Callable[[Text], tuple[str, ...]] = lambda _text: ()
        self.refuse_next = 0

    def answer(self, request: Request) -> Answer:
        if self.refuse_next:
            self.refuse_next -= 1
            return Answer(503, "busy", "text/plain")
        try:
            door = self._telegram if request.path.endswith("telegram") else self._twilio
            return door(request)
        except ParseError as error:
            return Answer(400, str(error), "text/plain")

    def _twilio(self, request: Request) -> Answer:
        form = read_form(request.body)
        signature = request.headers.get("X-Twilio-Signature", "")
        if not twilio.verify(self.auth_token, PUBLIC_URL, request.target, form, signature):
            return Answer(403, "", "text/plain")
        if request.path == twilio.STATUS_PATH:
            self.receipts.append(twilio.parse_status(form, request.query.get("outbox")))
            return Answer(204, "", "text/plain")
        text = twilio.parse(form)
        self.texts.append(text)
        replies = [
            Outgoing(number, text.channel, text.our_address, text.their_address, words)
            for number, words in enumerate(self.replies(text), start=len(self.texts) * 10)
        ]
        return Answer(200, twilio.render(replies, PUBLIC_URL), "text/xml")

    def _telegram(self, request: Request) -> Answer:
        header = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        if not telegram.verify(SECRET, header):
            return Answer(403, "", "text/plain")
        text = telegram.parse(telegram.read_update(request.body), self.bot)
        if text is not None:
            self.texts.append(text)
        if text is not None and text.press is not None:
            return Answer(200, telegram.acknowledgement(text.press))
        return Answer(200, "", "text/plain")


@pytest.fixture
def fake_twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(public_url=PUBLIC_URL) as fake:
        yield fake


@pytest.fixture
def fake_telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def app(fake_twilio: FakeTwilio, fake_telegram: FakeTelegram) -> Iterator[App]:
    with App(fake_twilio.auth_token, telegram.bot_id(fake_telegram.token)) as app:
        fake_twilio.app_url = fake_telegram.app_url = app.base_url
        fake_telegram.webhook = f"{PUBLIC_URL}/webhooks/telegram"
        fake_telegram.secret = SECRET
        yield app


@pytest.fixture
def twilio_sender(fake_twilio: FakeTwilio) -> Iterator[TwilioSender]:
    sender = TwilioSender(
        fake_twilio.account_sid,
        fake_twilio.auth_token,
        PUBLIC_URL,
        api_base_url=fake_twilio.base_url,
        timeout=0.5,
    )
    yield sender
    sender.close()


@pytest.fixture
def telegram_sender(fake_telegram: FakeTelegram) -> Iterator[TelegramSender]:
    with TelegramSender(fake_telegram.token, fake_telegram.base_url, timeout=0.5) as sender:
        yield sender


def outgoing(text: str = "Thank you.", **more: object) -> Outgoing:
    """One outbox row on its way to `THEIRS`, with some fields changed."""
    row: dict[str, object] = {
        "outbox_id": 7,
        "channel": Channel.SMS,
        "our_address": OURS,
        "to_address": THEIRS,
        "text": text,
    }
    return Outgoing(**(row | more))  # type: ignore[arg-type]
