"""`hearback telegram set-up`: where updates go, and what the bot says of itself. Safe to run again."""

from collections.abc import Callable

from bot import library
from bot.channels.errors import SendError
from bot.channels.telegram_api import TelegramSender
from runtime.settings import Settings

WEBHOOK = "/webhooks/telegram"
COMMANDS = ("start", "help", "stop", "language", "delete")


class SetUpRefused(Exception):
    """Settings or Telegram itself stand in the way; the message is one line without a token."""


def set_up(given: Settings, say: Callable[[str], object]) -> None:
    """Tell Telegram about the bot; `say` gets a line for each thing that now holds.

    With a webhook secret updates are pushed to our public address, else they wait to be polled.
    Raises SetUpRefused.
    """
    sender = TelegramSender.from_settings(given)
    if sender is None:
        raise SetUpRefused("TELEGRAM_BOT_TOKEN is not set (see docs/settings.md)")
    with sender:
        try:
            _set_up(given, sender, say)
        except SendError as error:
            raise SetUpRefused(f"Telegram refused ({error.code})") from None


def _set_up(given: Settings, sender: TelegramSender, say: Callable[[str], object]) -> None:
    said = library.sentences("telegram", "en")
    name = sender.username()
    sender.introduce(
        {command: said[f"command.{command}"] for command in COMMANDS},
        said["description"],
        said["profile"],
    )
    say(f"@{name} lists {', '.join('/' + command for command in COMMANDS)} and says what it is")
    if given.telegram_webhook_secret is None:
        sender.delete_webhook()
        say("updates wait for a web process to ask for them (no TELEGRAM_WEBHOOK_SECRET is set)")
    else:
        url = given.public_url + WEBHOOK
        sender.set_webhook(url, given.telegram_webhook_secret.get_secret_value())
        say(f"updates are pushed to {url}")
    if sender.takes_groups():
        say(
            "anybody may add it to a group, where it only declines: BotFather's /setjoingroups ends that"
        )
    say(f"posters may show https://t.me/{name}?start=CODE")
