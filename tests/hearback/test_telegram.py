"""`hearback telegram set-up`, against the fake Telegram with the real client."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from hearback import telegram
from hearback.cli import main
from hearback.telegram import SetUpRefused
from runtime.settings import Settings
from tests.fakes import FakeTelegram


@pytest.fixture
def bot() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def ours(given: Settings, bot: FakeTelegram) -> Settings:
    return given.model_copy(
        update={
            "telegram_bot_token": SecretStr(bot.token),
            "telegram_api_base_url": bot.base_url,
        }
    )


def lines(given: Settings) -> list[str]:
    said: list[str] = []
    telegram.set_up(given, said.append)
    return said


def test_webhook_commands_and_what_it_says_of_itself(ours: Settings, bot: FakeTelegram) -> None:
    first, again = lines(ours), lines(ours)
    assert first == again
    assert bot.webhook == "https://feedback.example.org/webhooks/telegram"
    assert bot.secret == "invented-secret"
    assert set(bot.allowed) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert list(bot.commands) == ["start", "help", "stop", "language", "delete"]
    for said in ("16 and over", "Telegram", "outside the UK", "999"):
        assert said in bot.description
    assert bot.short_description
    assert any("/setjoingroups" in line for line in first)
    assert "invented-secret" not in " ".join(first)


def test_without_a_secret_updates_wait_to_be_polled(ours: Settings, bot: FakeTelegram) -> None:
    bot.webhook, bot.joins_groups = "https://elsewhere.example.org", False
    said = lines(ours.model_copy(update={"telegram_webhook_secret": None}))
    assert bot.webhook == ""
    assert not any("/setjoingroups" in line for line in said)


def test_a_wrong_token_is_one_line(ours: Settings) -> None:
    wrong = ours.model_copy(update={"telegram_bot_token": SecretStr("1:wrong")})
    with pytest.raises(SetUpRefused, match=r"Telegram refused \(InvalidToken\)"):
        telegram.set_up(wrong, print)


def test_without_a_token_it_exits_2(given: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARBACK_DATABASE_URL", "postgresql://localhost/none")
    monkeypatch.setenv("HEARBACK_REDIS_URL", given.redis_url)
    monkeypatch.setenv("HEARBACK_SECRET_KEY", given.secret_key.get_secret_value())
    monkeypatch.setenv("HEARBACK_PUBLIC_URL", given.public_url)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    done = CliRunner().invoke(main, ["telegram", "set-up"])
    assert done.exit_code == 2
    assert "TELEGRAM_BOT_TOKEN is not set" in done.output
