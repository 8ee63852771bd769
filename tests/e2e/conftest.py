"""One running demo for all end-to-end tests: it takes a while to fill."""

from collections.abc import Iterator

import pytest

from tests.e2e import tree
from tests.e2e.tree import Demo
from tests.fakes import FakeTelegram


@pytest.fixture(scope="session")
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture(scope="session")
def demo(telegram: FakeTelegram) -> Iterator[Demo]:
    more = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_WEBHOOK_SECRET": "invented-secret",
        "TELEGRAM_API_BASE_URL": telegram.base_url,
    }
    with tree.running(more) as running:
        telegram.app_url = running.address
        telegram.webhook = f"{running.address}/webhooks/telegram"
        telegram.secret = "invented-secret"
        yield running
