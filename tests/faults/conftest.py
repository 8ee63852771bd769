"""One stage a test: a fresh database, fake providers, and a starter of real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hearback.web import open_door
from runtime import settings
from tests.conftest import SECRET_KEY
from tests.cover import cover
from tests.fakes import FakeTelegram, FakeTwilio
from tests.fakes.smtp import Mailbox
from tests.faults.stage import Stage, bare_environment
from tests.faults.zygote import Zygote
from tests.places import seed
from workers import at_hand

SECRET = "invented-webhook-secret"


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """Starts processes for all tests of a module."""
    made = Zygote()
    yield made
    made.close()


@pytest.fixture
def providers() -> Iterator[tuple[FakeTwilio, FakeTelegram]]:
    """Twilio and Telegram; the bot's webhook is set, as at its first release."""
    with FakeTwilio() as twilio, FakeTelegram() as telegram:
        telegram.webhook = f"{twilio.public_url}/webhooks/telegram"
        telegram.secret = SECRET
        yield twilio, telegram


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server that takes letters to staff."""
    with Mailbox() as made:
        yield made


@pytest.fixture
def environment(
    database_url: str,
    redis_url: str,
    tmp_path: Path,
    providers: tuple[FakeTwilio, FakeTelegram],
    mailbox: Mailbox,
) -> dict[str, str]:
    """The settings of every process of one test."""
    twilio, telegram = providers
    return {
        **bare_environment(),
        "HEARBACK_DATABASE_URL": database_url,
        "HEARBACK_REDIS_URL": redis_url,
        "HEARBACK_SECRET_KEY": SECRET_KEY,
        "HEARBACK_PUBLIC_URL": twilio.public_url,
        "HEARBACK_DATA_DIR": str(tmp_path / "data"),
        "HEARBACK_LOG_LEVEL": "DEBUG",
        "WEB_CONCURRENCY": "2",
        "SMTP_URL": mailbox.url,
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_API_BASE_URL": twilio.base_url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_API_BASE_URL": telegram.base_url,
    }


@pytest.fixture
def stage(
    environment: dict[str, str],
    tmp_path: Path,
    zygote: Zygote,
    providers: tuple[FakeTwilio, FakeTelegram],
    mailbox: Mailbox,
) -> Iterator[Stage]:
    """The stage, with the invented provider in its database."""
    given = settings.load(environment)
    door = open_door(given)
    with door.house.engine.begin() as connection:
        seeded = seed(connection, bot=providers[1].token.partition(":")[0])
        cover(connection, seeded)
    have = at_hand.prepare(given)
    made = Stage(given, environment, tmp_path, zygote, door, seeded, *providers, mailbox)
    yield made
    made.end_all()
    for sender in have.senders.values():
        getattr(sender, "close", lambda: None)()
    for engine in (door.house.engine, have.house.engine):
        engine.dispose()
    for connection_to_redis in (door.redis, have.redis):
        connection_to_redis.close()
