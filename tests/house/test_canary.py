"""A canary: words, names, numbers and tokens go through the whole house, then everything that the
house has written is searched for them. Only `comments.redacted` may hold words, and no more than
redaction leaves.
"""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text
from twilio.request_validator import RequestValidator

from bot.channels.telegram_api import TelegramSender
from bot.dialogue import engine as dialogue
from flows.house import Door, House
from hearback import web
from runtime import clock, embedded, log, metrics
from runtime.settings import Settings
from storage.spool import Spool
from tests.fakes import FakeTelegram
from tests.house import dump
from tests.places import seed
from workers import at_hand, jobs, schedule

WORD = "zorbleflux"
CRISIS_WORD = "quamplish"
BROKEN_WORD = "vintharrow"
SPOOLED_WORD = "drexelmoot"
NAME = "Quendolyn"
CHAT_NAME = "Zanzibarius"
EMAIL = "quendolyn.abernathy@example.org"
NUMBER_IN_TEXT = "07700 900654"
SENDER = "+447700900987"
CHAT = 700900111222333
TELEGRAM_SECRET = "canary-webhook-secret"
TELEGRAM_TOKEN = "123456:canary-bot-token"
TWILIO_TOKEN = "canary-auth-token"
MAIN_KEY = "aW52ZW50ZWQtZm9yLXRlc3Rz"
"""How the invented master key of the tests begins."""

NOWHERE = (
    SPOOLED_WORD, NAME, CHAT_NAME, EMAIL, NUMBER_IN_TEXT,
    NUMBER_IN_TEXT.replace(" ", ""), SENDER, SENDER[3:], str(CHAT),
    TELEGRAM_SECRET, TELEGRAM_TOKEN, TWILIO_TOKEN, MAIN_KEY,
)  # fmt: skip
SAID = (
    f"2 the nurse {NAME} was kind about my {WORD}. My name is {NAME} Abernathy, "
    f"write to {EMAIL} or ring {NUMBER_IN_TEXT}"
)


@dataclass(frozen=True)
class _House:
    """The whole house in one process, and everything that it has written."""

    client: FlaskClient
    engine: Engine
    given: Settings
    logged: io.StringIO
    telegram: FakeTelegram

    def texts(self, said: str, ref: str, *, signed: bool = True) -> str:
        fields = {
            "AccountSid": "AC0", "MessageSid": ref, "From": SENDER, "To": "+441632960100",
            "Body": said, "NumMedia": "0",
        }  # fmt: skip
        path = "/webhooks/twilio/sms"
        address = f"https://feedback.example.org{path}"
        right = RequestValidator(TWILIO_TOKEN).compute_signature(address, fields)
        headers = {"X-Twilio-Signature": right if signed else "no"}
        return self.client.post(path, data=fields, headers=headers).text

    def chats(self, said: str, number: int, secret: str = TELEGRAM_SECRET) -> str:
        person = {"id": CHAT, "is_bot": False, "first_name": CHAT_NAME, "username": CHAT_NAME}
        chat = {"id": CHAT, "type": "private", "first_name": CHAT_NAME}
        message = {"message_id": 7, "date": 1772452800, "chat": chat, "from": person, "text": said}
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        update = {"update_id": number, "message": message}
        return self.client.post("/webhooks/telegram", json=update, headers=headers).text

    def written(self) -> dict[str, bytes]:
        """Database, Valkey, metrics, logs, and the files of this process."""
        return {
            **dump.database(self.engine),
            **{f"valkey {key}": value for key, value in dump.valkey(self.given.redis_url).items()},
            **dump.folder(self.given.data_dir),
            "metrics": metrics.exposition(),
            "logs": self.logged.getvalue().encode(),
        }


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged, at the most talkative level; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    log.configure("DEBUG", "canary", stream)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@pytest.fixture
def house(given: Settings, engine: Engine, logged: io.StringIO) -> Iterator[_House]:
    with FakeTelegram(token=TELEGRAM_TOKEN) as telegram, engine.begin() as connection:
        seed(connection)
        connection.commit()
        canary = given.model_copy(
            update={
                "twilio_auth_token": SecretStr(TWILIO_TOKEN),
                "telegram_bot_token": SecretStr(TELEGRAM_TOKEN),
                "telegram_webhook_secret": SecretStr(TELEGRAM_SECRET),
                "telegram_api_base_url": telegram.base_url,
            }
        )
        door = web.open_door(canary)
        have = at_hand.prepare(canary)
        yield _House(web.make_app(door).test_client(), engine, canary, logged, telegram)
        for sender in have.senders.values():
            if isinstance(sender, TelegramSender):
                sender.close()
        for opened in (have, door):
            opened.house.engine.dispose()
            opened.redis.close()


def test_no_word_name_number_or_token_is_written_in_the_clear(
    house: _House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = _everything_happens(house, monkeypatch)
    written = {**house.written(), "terminal": "".join(capfd.readouterr()).encode()}
    for canary in NOWHERE:
        assert dump.holders(canary, written) == set(), canary
        assert dump.holders(canary, {"answers": answers.encode()}) == set(), canary
    for word in (WORD, CRISIS_WORD, BROKEN_WORD):
        assert dump.holders(word, written) == {"comments.redacted"}


def test_the_search_sees_what_is_there(house: _House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above could pass by looking at nothing."""
    _everything_happens(house, monkeypatch, work=False)
    written = house.written()
    assert dump.holders("workers.jobs.aggregate", written), "RQ's job data"
    assert "logs" in dump.holders("step_failed", written)
    assert "metrics" in dump.holders('outcome="refused"', written)
    assert dump.holders("seaview", written) >= {"providers.code", "touchpoints.code"}
    assert any(name.endswith(".text") for name in written), "a spooled text"
    with house.engine.connect() as connection:
        sealed = connection.execute(text("SELECT words FROM comments LIMIT 1")).scalar_one()
    assert dump.holders(bytes(sealed).hex()[8:40], written) == {"comments.words"}


@pytest.mark.parametrize("coded", [WORD, WORD.upper(), WORD.encode().hex()])
def test_the_search_sees_through_codings(coded: str) -> None:
    assert dump.holders(WORD, {"place": coded.encode()}) == {"place"}


def _everything_happens(
    house: _House, monkeypatch: pytest.MonkeyPatch, *, work: bool = True
) -> str:
    """Ordinary texts, a crisis, bad requests, a step that fails, a database away; then the workers.

    Returns all that strangers were answered.
    """
    house.texts(SAID, "SM1")
    house.texts("1", "SM2")
    house.chats(f"/start SEAVIEW1 {WORD}", 1)
    house.chats(f"5 I want to end my life, the {CRISIS_WORD} is too much, Nurse {NAME}", 2)
    answers = [
        house.texts(SAID, "SM3", signed=False),
        house.chats(SAID, 3, secret="wrong"),
        house.client.post(f"/talk/{NAME}", data={"text": SAID}).text,
        house.client.get(f"/{NAME}/{WORD}").text,
    ]
    _a_step_fails(house, monkeypatch)
    _the_database_is_away(house, monkeypatch)
    _telegram_refuses(house, work)
    if work:
        _work()
    return "\n".join(answers)


def _a_step_fails(house: _House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_state: Any, inbound: Any, *_: Any) -> Any:
        raise ValueError(f"could not read {inbound.text}")

    with monkeypatch.context() as patch:
        patch.setattr(dialogue, "step", broken)
        house.texts(f"the {BROKEN_WORD} was loud", "SM4")
        jobs.catch_up()


def _the_database_is_away(house: _House, monkeypatch: pytest.MonkeyPatch) -> None:
    door: Door = house.client.application.extensions["hearback_door"]
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none", hide_parameters=True)
    away = Door(door.settings, House(nowhere), door.redis, Spool(door.spool.folder))
    with monkeypatch.context() as patch:
        patch.setitem(house.client.application.extensions, "hearback_door", away)
        house.texts(f"{SPOOLED_WORD} {SAID}", "SM5")
    assert door.spool.waiting()


def _telegram_refuses(house: _House, work: bool) -> None:
    """One reply is refused with an error that quotes its words, one meets a page of HTML."""
    if work:
        house.telegram.faults.planned.extend(["500", "garbage_after"])
        jobs.deliver()


def _work() -> None:
    have = at_hand.now()
    for job in (jobs.deliver, jobs.settle, jobs.catch_up, jobs.understand, jobs.aggregate):
        job()
    schedule.tick(have.house, have.redis, clock.now())


def test_the_servers_of_the_tests_write_no_words_either(servers: embedded.Servers) -> None:
    """PostgreSQL's own log, which likes to quote statements, after whatever tests ran before."""
    for name, content in dump.folder(servers.postgres.folder.path).items():
        if name.endswith(".log"):
            assert dump.holders(NAME, {name: content}) == set()


def test_what_a_log_call_may_carry(logged: io.StringIO) -> None:
    log.get().info("told", channel="sms", text=SAID, number=SENDER, error=ValueError(SAID))
    logging.getLogger("httpx").warning("GET https://api.example.org/bot%s/x", TELEGRAM_TOKEN)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert lines[0]["dropped"] == ["number", "text"]
    assert dump.holders(TELEGRAM_TOKEN, {"logs": logged.getvalue().encode()}) == set()
