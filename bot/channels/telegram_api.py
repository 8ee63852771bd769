"""Telegram's Bot API: send, show a pressed choice, poll, and introduce the bot.

One Bot and one event loop a process, both made at the first call, hence after any fork; calls
from several threads take turns. Knows the client and its errors; refuses to know rows, retries
and who may be written to.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels import telegram
from bot.channels.errors import ParseError, Policy, SendError
from bot.channels.pace import Pace
from bot.channels.values import Outgoing, Press, Sent, Text
from bot.dialogue.messages import Choice
from runtime import log
from runtime.settings import Settings

_HOST = "https://api.telegram.org"
MESSAGES_A_SECOND = 30
SECONDS_BETWEEN = 1.0
"""Over all chats, and between two messages to one (Telegram, Bots FAQ, "Broadcasting to users")."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REFUSALS: tuple[tuple[tuple[type[TelegramError], ...], Policy], ...] = (
    ((Forbidden,), Policy.OPTED_OUT),
    ((InvalidToken, Conflict), Policy.MISCONFIGURED),
    ((BadRequest, ChatMigrated), Policy.GIVE_UP),
)
"""What the library names plainly. What is left without a cause is Telegram's own 5xx, in its JSON
(not sent); with one it is silence, or a gateway's answer, after which nobody knows."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought, and the offset that confirms all of it at the next."""

    texts: tuple[Text, ...]
    next_offset: int


class TelegramSender:
    """Sends through one bot. Close it, or use it as a context manager, to end its loop."""

    def __init__(self, token: str, api_base_url: str | None = None, timeout: float = 8.0) -> None:
        """timeout: seconds for the connection, and again for the answer."""
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # they write addresses: the token
        logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it writes answers: the words
        os.environ["PTB_TIMEDELTA"] = "true"  # the library's future form; the old one warns
        self.bot_id = telegram.bot_id(token)
        self._token = token
        self._base_url = f"{api_base_url or _HOST}/bot"
        self._timeout = timeout
        self._pace = Pace(MESSAGES_A_SECOND, SECONDS_BETWEEN)
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._requests: tuple[HTTPXRequest, ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings) -> "TelegramSender | None":
        """The sender that the settings describe, or None where there is no bot."""
        if settings.telegram_bot_token is None:
            return None
        return cls(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base_url)

    def __enter__(self) -> "TelegramSender":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections and the loop."""
        with self._turn:
            if self._loop is None:
                return
            for request in self._requests:
                self._loop.run_until_complete(request.shutdown())
            self._loop.close()
            self._loop = None

    def ready_in(self, outgoing: Outgoing) -> float:
        """Seconds until Telegram's limits let this message go; 0.0: now."""
        return self._pace.wait(outgoing.to_address)

    def send(self, outgoing: Outgoing) -> Sent:
        """One message, with its choices as buttons. Raises SendError.

        A press is shown first; should that fail, the reply still goes.
        """
        try:
            return Sent(provider_ref=self._asked(lambda bot: self._sent(bot, outgoing)))
        except SendError as error:
            self._pace.pause(outgoing.to_address, error.after)
            raise
        finally:
            self._pace.sent(outgoing.to_address)

    def acknowledge(self, press: Press) -> None:
        """Let a pressed button stop turning, where no webhook's answer can."""
        self._asked(lambda bot: _if_possible(bot.answer_callback_query(press.query)))

    def username(self) -> str:
        """The bot's @name without the @, for `t.me` links. Raises SendError."""
        return str(self._asked(lambda bot: bot.get_me()).username)

    def introduce(self, commands: Mapping[str, str], description: str, short: str) -> None:
        """The bot's menu of commands, and what stands in an empty chat and in its profile.

        Raises SendError. Doing it again changes nothing.
        """
        self._asked(lambda bot: bot.set_my_commands(list(commands.items())))
        self._asked(lambda bot: bot.set_my_description(description))
        self._asked(lambda bot: bot.set_my_short_description(short))

    def takes_groups(self) -> bool:
        """Whether anybody may add the bot to a group; only BotFather can change that."""
        return bool(self._asked(lambda bot: bot.get_me()).can_join_groups)

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates pushed to `url` with `secret` in the header. Raises SendError."""
        self._asked(
            lambda bot: bot.set_webhook(
                url, secret_token=secret, allowed_updates=telegram.ALLOWED_UPDATES
            )
        )

    def delete_webhook(self) -> None:
        """Let updates wait for `poll`; none is dropped. Raises SendError."""
        self._asked(lambda bot: bot.delete_webhook(drop_pending_updates=False))

    def poll(self, offset: int, wait: int = 25) -> Polled:
        """What came since `offset` (0: whatever waits), after at most `wait` seconds.

        Telegram forgets an update once a later poll's offset is beyond it: commit first, then
        poll with `next_offset`. Raises SendError.
        """
        updates: Sequence[Update] = self._asked(
            lambda bot: bot.get_updates(
                offset=offset, timeout=wait, allowed_updates=telegram.ALLOWED_UPDATES
            )
        )
        texts = (self._text(update) for update in updates)
        return Polled(
            texts=tuple(text for text in texts if text is not None),
            next_offset=max((update.update_id + 1 for update in updates), default=offset),
        )

    def _text(self, update: Update) -> Text | None:
        try:
            return telegram.meaning(update, self.bot_id)
        except ParseError as error:
            log.get().warning("telegram update left out", reason=str(error))
            return None

    async def _sent(self, bot: Bot, outgoing: Outgoing) -> str:
        press = outgoing.press
        if press is not None and press.message is not None and press.showing is not None:
            await _if_possible(
                bot.edit_message_text(
                    press.showing, chat_id=outgoing.to_address, message_id=int(press.message)
                )
            )
        if press is not None and not outgoing.text:
            return str(press.message)
        message = await bot.send_message(
            outgoing.to_address,
            outgoing.text,
            reply_markup=_keyboard(outgoing.choices),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(message.message_id)

    def _asked(self, call: Callable[[Bot], Coroutine[Any, Any, Answer]]) -> Answer:
        """What `call` returns, with everything that can go wrong as a SendError."""
        with self._turn:
            loop = self._started()
            task = loop.create_task(call(self._bot))
            try:
                return loop.run_until_complete(task)
            except TelegramError as error:
                refusal = _refusal(error)
            finally:
                _abandon(loop, task)
        raise refusal

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            limits: dict[str, Any] = {
                "connect_timeout": self._timeout,
                "read_timeout": self._timeout,
                "write_timeout": self._timeout,
            }
            self._requests = (HTTPXRequest(**limits), HTTPXRequest(**limits))
            sends, polls = self._requests
            self._bot = Bot(self._token, self._base_url, request=sends, get_updates_request=polls)
            self._loop = asyncio.new_event_loop()
        return self._loop


def _abandon(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    """After an interruption from outside (a job's time limit) nothing may go on by itself."""
    if not task.done():
        task.cancel()
        loop.run_until_complete(asyncio.wait([task]))


async def _if_possible(call: Awaitable[Any]) -> None:
    """A press may be too old to answer, or shown already: no reason to hold anything back."""
    try:
        await call
    except TelegramError as error:
        log.get().info("telegram press not shown", error=type(error).__name__)


def _keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """One button a row: labels stay whole on a narrow phone."""
    if not choices:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(choice.label, callback_data=choice.code)] for choice in choices]
    )


def _refusal(error: TelegramError) -> SendError:
    """The library's exception as ours; its message may hold the token, so only its name stays."""
    name = type(error).__name__
    if isinstance(error, RetryAfter):
        return SendError(Policy.RETRY, name, after=_seconds(error))
    for kinds, policy in _REFUSALS:
        if isinstance(error, kinds):
            return SendError(policy, name)
    if isinstance(error.__cause__, _NEVER_LEFT):
        return SendError(Policy.RETRY, name, after=10.0)
    if error.__cause__ is None:
        return SendError(Policy.RETRY, name, after=30.0)
    return SendError(Policy.UNCONFIRMED, name)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
