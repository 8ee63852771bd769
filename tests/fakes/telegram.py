"""A Telegram with one bot in it: people write and press, the app is pushed to or polls."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.server import UNREADABLE, Answer, FakeServer, Hangup, Request, Response, push
from tests.fakes.telegram_messages import (
    MEDIA,
    Chat,
    Shown,
    buttons_of,
    fields_of,
    keyboard,
    member,
    no,
    stamp,
    throttled,
    yes,
)

_METHOD = re.compile(r"/bot([^/]+)/(\w+)\Z")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_MOST_CHARACTERS = 4096
_TOLERANCE = 0.05


@dataclass(frozen=True)
class Pushed:
    """One update and how the app met each attempt at it."""

    update: dict[str, Any]
    attempts: tuple[Response, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether the app said 2xx in the end."""
        return bool(self.attempts) and 200 <= self.attempts[-1].status < 300


class FakeTelegram(FakeServer):
    """The Bot API for one bot, its updates (pushed if a webhook is set, else polled), and people.

    attempts: how often a push is tried before it is kept for `push_again` (Telegram tries for
    hours). With `lose_answers` the app's answers to the first n pushes of an update get lost.
    """

    def __init__(
        self,
        *,
        token: str = "700900:fake-bot-token",
        username: str = "hearback_demo_bot",
        attempts: int = 3,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.token, self.username, self.attempts = token, username, attempts
        self.webhook, self.secret = "", ""
        self.chats: dict[int, Chat] = {}
        self.answered: list[str] = []
        self.waiting: list[dict[str, Any]] = []
        self.lose_answers = 0
        self.joins_groups = True
        self.commands: dict[str, str] = {}
        self.description = self.short_description = ""
        self.allowed: list[str] = []
        self.pace_broken: list[int] = []
        self._sent_at: list[tuple[float, int]] = []
        self._queries: set[str] = set()
        self._updates = self._messages = 0

    # What people do

    def says(self, chat_id: int, text: str, **more: Any) -> Pushed:
        """A person writes. more: further fields of the Message."""
        command = text.split()[0] if text.startswith("/") else ""
        marked = {"type": "bot_command", "offset": 0, "length": len(command)}
        entities = {"entities": [marked]} if command else {}
        return self._writes(chat_id, {"text": text, **entities, **more}, text)

    def starts(self, chat_id: int, payload: str = "", language: str = "en") -> Pushed:
        """A person opens `t.me/BOT?start=PAYLOAD` and presses Start; a block is lifted."""
        chat = self._chat(chat_id)
        chat.language, was = language, chat.blocked
        if was:
            chat.blocked = False
            self._publish("my_chat_member", self._membership(chat, "kicked", "member"))
        return self.says(chat_id, f"/start {payload}".strip())

    def sends(self, chat_id: int, kind: str, caption: str = "") -> Pushed:
        """A person sends one of `MEDIA`: a "voice" note, a "photo", a "poll" ..."""
        fields = dict(MEDIA[kind]) | ({"caption": caption} if caption else {})
        return self._writes(chat_id, fields, caption)

    def edits(self, chat_id: int, message_id: int, text: str) -> Pushed:
        """A person changes a message of theirs."""
        with self.lock:
            shown = self._find(chat_id, message_id)
            assert shown is not None
            shown.text, shown.edited = text, True
        fields = {"text": text, "edit_date": stamp()}
        return self._publish("edited_message", self._message(chat_id, message_id, fields))

    def presses(self, chat_id: int, code: str, message_id: int | None = None) -> Pushed:
        """A person presses the button with this code, on the newest message that has one."""
        with self.lock:
            shown = next(
                shown
                for shown in reversed(self._chat(chat_id).shown)
                if message_id in (None, shown.message_id) and code in (c for _, c in shown.buttons)
            )
        return self.presses_on(chat_id, code, shown)

    def presses_on(self, chat_id: int, code: str, shown: Shown) -> Pushed:
        """A press on a message as it stood, even if it has changed since."""
        chat = self._chat(chat_id)
        held: dict[str, Any] = {
            "message_id": shown.message_id,
            "date": stamp(),
            "chat": chat.json(),
            "from": self._me(),
            "text": shown.text,
            "reply_markup": keyboard(shown.buttons),
        }
        with self.lock:
            query = str(4_000_000_000 + self._updates)
            self._queries.add(query)
        press = {"id": query, "from": chat.person(), "message": held, "data": code}
        return self._publish("callback_query", press | {"chat_instance": "1"})

    def blocks(self, chat_id: int) -> Pushed:
        """A person blocks the bot."""
        chat = self._chat(chat_id)
        chat.blocked = True
        return self._publish("my_chat_member", self._membership(chat, "member", "kicked"))

    def adds_to_group(self, chat_id: int) -> Pushed:
        """Somebody adds the bot to a group (negative id)."""
        chat = self._chat(chat_id, kind="group")
        return self._publish("my_chat_member", self._membership(chat, "left", "member"))

    def thread(self, chat_id: int) -> list[Shown]:
        """What the chat shows, oldest first."""
        with self.lock:
            return list(self._chat(chat_id).shown)

    def push_again(self) -> list[Pushed]:
        """Try again what the app would not take, in order."""
        with self.lock:
            waiting, self.waiting = self.waiting, []
        return [self._push(update) for update in waiting]

    # Updates

    def _chat(self, chat_id: int, kind: str = "private") -> Chat:
        with self.lock:
            return self.chats.setdefault(chat_id, Chat(chat_id, kind))

    def _me(self) -> dict[str, Any]:
        number = int(self.token.partition(":")[0])
        return {
            "id": number,
            "is_bot": True,
            "first_name": "Hearback",
            "username": self.username,
        }

    def _writes(self, chat_id: int, fields: dict[str, Any], text: str) -> Pushed:
        shown = self._show(chat_id, text, ours=False)
        return self._publish("message", self._message(chat_id, shown.message_id, fields))

    def _show(self, chat_id: int, text: str, *, ours: bool) -> Shown:
        with self.lock:
            self._messages += 1
            shown = Shown(self._messages, ours, text)
            self._chat(chat_id).shown.append(shown)
            return shown

    def _find(self, chat_id: int, message_id: int) -> Shown | None:
        shown = self._chat(chat_id).shown
        return next((one for one in shown if one.message_id == message_id), None)

    def _message(self, chat_id: int, message_id: int, fields: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(chat_id)
        place = {"message_id": message_id, "date": stamp(), "chat": chat.json()}
        return {**place, "from": chat.person(), **fields}

    def _membership(self, chat: Chat, old: str, new: str) -> dict[str, Any]:
        return {
            "chat": chat.json(),
            "from": chat.person(),
            "date": stamp(),
            "old_chat_member": member(self._me(), old),
            "new_chat_member": member(self._me(), new),
        }

    def _publish(self, kind: str, content: dict[str, Any]) -> Pushed:
        with self.lock:
            self._updates += 1
            update = {"update_id": 500_000 + self._updates, kind: content}
            if not self.webhook:
                self.waiting.append(update)
                return Pushed(update)
        return self._push(update)

    def _push(self, update: dict[str, Any]) -> Pushed:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        path, body = urlsplit(self.webhook).path, json.dumps(update).encode()
        made: list[Response] = []
        for attempt in range(self.attempts):
            lost = attempt < self.lose_answers
            made.append(push(self.app_url, path, body, headers, timeout=10, lose_answer=lost))
            if 200 <= made[-1].status < 300:
                self._called_in_answer(made[-1].body)
                return Pushed(update, tuple(made))
        with self.lock:
            self.waiting.append(update)
        return Pushed(update, tuple(made))

    def _called_in_answer(self, body: str) -> None:
        """A webhook's answer may itself call one method; what came of it is not told."""
        fields = json.loads(body) if body.startswith("{") else {}
        if (name := fields.pop("method", None)) is not None:
            _METHODS[name.lower()](self, fields)

    # The Bot API

    def answer(self, request: Request) -> Answer:
        match = _METHOD.match(request.path)
        if match is None:
            return no(404, "Not Found")
        if match[1] != self.token:
            return no(401, "Unauthorized")
        method = _METHODS.get(match[2].lower())
        if method is None:
            return no(404, "Not Found: method not found")
        return method(self, fields_of(request))

    def _get_me(self, _fields: dict[str, Any]) -> Answer:
        joins = {"can_join_groups": self.joins_groups}
        return yes({**self._me(), **joins, "supports_inline_queries": False})

    def _set_commands(self, fields: dict[str, Any]) -> Answer:
        commands = _decoded(fields["commands"])
        if any(not _COMMAND.match(each["command"]) for each in commands):
            return no(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands = {each["command"]: each["description"] for each in commands}
        return yes(True)

    def _describe(self, fields: dict[str, Any]) -> Answer:
        self.description = fields.get("description", "")
        return yes(True) if len(self.description) <= 512 else no(400, "Bad Request: too long")

    def _describe_shortly(self, fields: dict[str, Any]) -> Answer:
        self.short_description = fields.get("short_description", "")
        return yes(True) if len(self.short_description) <= 120 else no(400, "Bad Request: too long")

    def _set_webhook(self, fields: dict[str, Any]) -> Answer:
        self.webhook, self.secret = fields.get("url", ""), fields.get("secret_token", "")
        self.allowed = _decoded(fields.get("allowed_updates", "[]"))
        return yes(True)

    def _webhook_info(self, _fields: dict[str, Any]) -> Answer:
        waiting = {"pending_update_count": len(self.waiting)}
        return yes({"url": self.webhook, "has_custom_certificate": False, **waiting})

    def _get_updates(self, fields: dict[str, Any]) -> Answer:
        if self.webhook:
            return no(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, until = (
            int(fields.get("offset", 0)),
            time.monotonic() + int(fields.get("timeout", 0)),
        )
        while True:
            with self.lock:
                self.waiting = [u for u in self.waiting if u["update_id"] >= offset]
                if self.waiting or time.monotonic() >= until:
                    return yes(self.waiting[: int(fields.get("limit", 100))])
            if self._released.wait(0.02):
                raise Hangup

    def _send_message(self, fields: dict[str, Any]) -> Answer:
        fault = self.faults.next()
        if fault in ("429", "500"):
            return throttled(self.faults.retry_after) if fault == "429" else no(500, "Internal")
        if fault == "drop_before":
            raise Hangup
        if fault == "hang_before":
            self.hang()
        answer = self._sent(fields)
        if fault == "hang_after":
            self.hang()
        if fault == "drop_after":
            raise Hangup
        return UNREADABLE.get(fault or "", answer)

    def _sent(self, fields: dict[str, Any]) -> Answer:
        chat_id, text = int(fields["chat_id"]), fields.get("text", "")
        if (refusal := self._refusal(chat_id, text)) is not None:
            return refusal
        self._note_pace(chat_id)
        shown = self._show(chat_id, text, ours=True)
        shown.buttons = buttons_of(fields)
        return yes(self._ours(chat_id, shown))

    def _note_pace(self, chat_id: int) -> None:
        """Messages beyond 1 a second to a chat or 30 over all; real Telegram says 429 some time."""
        now = time.monotonic()
        with self.lock:
            recent = [each for each in self._sent_at if each[0] > now - 1 + _TOLERANCE]
            if len(recent) >= 30 or chat_id in (chat for _, chat in recent):
                self.pace_broken.append(chat_id)
            self._sent_at = [*recent, (now, chat_id)]

    def _refusal(self, chat_id: int, text: str) -> Answer | None:
        if chat_id not in self.chats:
            return no(400, "Bad Request: chat not found")
        if self.chats[chat_id].blocked:
            return no(403, "Forbidden: bot was blocked by the user")
        if not text:
            return no(400, "Bad Request: message text is empty")
        if len(text) > _MOST_CHARACTERS:
            return no(400, "Bad Request: message is too long")
        return None

    def _ours(self, chat_id: int, shown: Shown) -> dict[str, Any]:
        message = self._message(chat_id, shown.message_id, {"text": shown.text, "from": self._me()})
        return message | ({"reply_markup": keyboard(shown.buttons)} if shown.buttons else {})

    def _edit(self, fields: dict[str, Any]) -> Answer:
        with self.lock:
            shown = self._find(int(fields["chat_id"]), int(fields["message_id"]))
            if shown is None or not shown.ours:
                return no(400, "Bad Request: message to edit not found")
            text, buttons = fields["text"], buttons_of(fields)
            if (shown.text, shown.buttons) == (text, buttons):
                return no(400, "Bad Request: message is not modified")
            shown.text, shown.buttons, shown.edited = text, buttons, True
        return yes(self._ours(int(fields["chat_id"]), shown))

    def _answer_press(self, fields: dict[str, Any]) -> Answer:
        query = fields["callback_query_id"]
        if query not in self._queries:
            return no(400, "Bad Request: query is too old and response timeout expired")
        self._queries.discard(query)
        self.answered.append(query)
        return yes(True)

    def _delete_webhook(self, _fields: dict[str, Any]) -> Answer:
        self.webhook = self.secret = ""
        return yes(True)


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


_METHODS: dict[str, Callable[[FakeTelegram, dict[str, Any]], Answer]] = {
    "getme": FakeTelegram._get_me,
    "setwebhook": FakeTelegram._set_webhook,
    "deletewebhook": FakeTelegram._delete_webhook,
    "getwebhookinfo": FakeTelegram._webhook_info,
    "getupdates": FakeTelegram._get_updates,
    "sendmessage": FakeTelegram._send_message,
    "editmessagetext": FakeTelegram._edit,
    "answercallbackquery": FakeTelegram._answer_press,
    "setmycommands": FakeTelegram._set_commands,
    "setmydescription": FakeTelegram._describe,
    "setmyshortdescription": FakeTelegram._describe_shortly,
}
