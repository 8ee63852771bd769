"""Telegram's updates, by webhook or polling: verify and parse.

Knows Telegram's wire format; refuses to know what a rating is, who may be answered, or how a
reply leaves (`telegram_api`).
"""

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.errors import ParseError
from bot.channels.reading import words
from bot.channels.values import Press, Text
from bot.dialogue.messages import Channel, Inbound, Signal

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_COMMAND = re.compile(r"/(start|stop|help|language|delete)(?:@\w+)?(?:\s+(.*))?\Z", re.I | re.S)
_TOUCHPOINT = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def verify(secret: str, header: str | None) -> bool:
    """Whether `X-Telegram-Bot-Api-Secret-Token` holds our secret, in constant time."""
    return hmac.compare_digest(secret.encode(), (header or "").encode())


def bot_id(token: str) -> str:
    """The bot's own id, which is the part of its token before the colon and no secret."""
    return token.partition(":")[0]


def read_update(body: bytes) -> Mapping[str, Any]:
    """The JSON object that Telegram posted. Raises ParseError."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise ParseError("the update is not JSON") from None
    if not isinstance(update, dict):
        raise ParseError("the update is not a JSON object")
    return update


def acknowledgement(press: Press) -> dict[str, str]:
    """What a webhook answers so that a pressed button stops turning: a call in the response itself.

    Source: Telegram, Bot API, "Making requests when getting updates".
    """
    return {"method": "answerCallbackQuery", "callback_query_id": press.query}


def parse(update: Mapping[str, Any], bot: str) -> Text | None:
    """A posted update as `meaning` has it. Raises ParseError."""
    return meaning(_update(update), bot)


def meaning(update: telegram.Update, bot: str) -> Text | None:
    """One update as every channel's `Text`, or None where there is nothing to hear or answer.

    bot: the bot's id. A block by the person is Signal.OPTED_OUT, and `carrier_answered`: nothing
    reaches them. An unblock says nothing; `/start` follows it. From a group only what speaks to
    the bot is taken, without its words. Raises ParseError.
    """
    if update.message is not None:
        return _message(update, update.message, bot)
    if update.edited_message is not None:
        return _edited(update, update.edited_message, bot)
    if update.callback_query is not None:
        return _pressed(update, update.callback_query, bot)
    if update.my_chat_member is not None:
        return _membership(update, update.my_chat_member, bot)
    return None


def _update(update: Mapping[str, Any]) -> telegram.Update:
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ParseError("the update has no update_id")
    try:
        return telegram.Update.de_json(dict(update), None)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise ParseError("the update is not of Telegram's form") from None


def _message(update: telegram.Update, message: telegram.Message, bot: str) -> Text | None:
    said = _said(message)
    if message.chat.type != ChatType.PRIVATE:
        return _group(update, message.chat, bot) if said.startswith("/") else None
    command = _COMMAND.match(said)
    if command is not None and command[1].lower() == "start":
        return _started(update, message, bot, rest=command[2] or "")
    if command is not None:
        said = " ".join(part for part in command.groups() if part)
    elif not said and not message.effective_attachment:
        return None
    return _text(update, message.chat, bot, _inbound(said))


def _said(message: telegram.Message) -> str:
    return words("the message", message.text or message.caption or "")


def _inbound(said: str) -> Inbound:
    if not said:
        return Inbound(text="", channel=Channel.TELEGRAM, signal=Signal.MEDIA_ONLY)
    return Inbound(text=said, channel=Channel.TELEGRAM)


def _started(update: telegram.Update, message: telegram.Message, bot: str, rest: str) -> Text:
    """`/start CODE` opens a chat; with anything but one code behind it, it is what they said."""
    rest = rest.strip()
    if rest and not _TOUCHPOINT.match(rest):
        return _text(update, message.chat, bot, _inbound(rest))
    spoken = message.from_user.language_code if message.from_user else None
    opening = Inbound(
        text="",
        channel=Channel.TELEGRAM,
        signal=Signal.STARTED,
        language=words("language_code", spoken).partition("-")[0].lower() if spoken else None,
    )
    return _text(update, message.chat, bot, opening, touchpoint=rest or None)


def _edited(update: telegram.Update, message: telegram.Message, bot: str) -> Text | None:
    said = _said(message)
    if not said or message.chat.type != ChatType.PRIVATE:
        return None
    return _text(update, message.chat, bot, _inbound(said), edited=True)


def _pressed(update: telegram.Update, query: telegram.CallbackQuery, bot: str) -> Text | None:
    if query.data is None:
        return None
    choice, message = words("the choice", query.data), query.message
    if message is not None and message.chat.type != ChatType.PRIVATE:
        return _group(update, message.chat, bot)
    press = Press(
        query=query.id,
        message=str(message.message_id) if message else None,
        showing=_showing(message, choice) if isinstance(message, telegram.Message) else None,
    )
    chat = message.chat if message else telegram.Chat(query.from_user.id, ChatType.PRIVATE)
    inbound = Inbound(text="", channel=Channel.TELEGRAM, choice=choice)
    return _text(update, chat, bot, inbound, press=press)


def _showing(message: telegram.Message, choice: str) -> str | None:
    """The question with the chosen answer below it; None once it shows one already."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    for button in (button for row in rows for button in row):
        if button.callback_data == choice:
            return f"{message.text or ''}\n\n✓ {button.text}"
    return None


def _membership(
    update: telegram.Update, change: telegram.ChatMemberUpdated, bot: str
) -> Text | None:
    now = change.new_chat_member.status
    if change.chat.type != ChatType.PRIVATE:
        return _group(update, change.chat, bot) if now == ChatMemberStatus.MEMBER else None
    if now != ChatMemberStatus.BANNED:
        return None
    blocked = Inbound(
        text="", channel=Channel.TELEGRAM, signal=Signal.OPTED_OUT, carrier_answered=True
    )
    return _text(update, change.chat, bot, blocked)


def _group(update: telegram.Update, chat: telegram.Chat, bot: str) -> Text:
    return _text(update, chat, bot, Inbound(text="", channel=Channel.TELEGRAM), group=True)


def _text(
    update: telegram.Update, chat: telegram.Chat, bot: str, inbound: Inbound, **more: Any
) -> Text:
    return Text(
        channel=Channel.TELEGRAM,
        account=bot,
        provider_ref=str(update.update_id),
        our_address=bot,
        their_address=str(chat.id),
        inbound=inbound,
        **more,
    )
