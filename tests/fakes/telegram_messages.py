"""Chats and messages as Telegram keeps them, and the JSON in which its Bot API speaks of them."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.server import Answer, Request


@dataclass
class Shown:
    """One message as a chat shows it. buttons: (label, code) of its inline keyboard."""

    message_id: int
    ours: bool
    text: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    edited: bool = False


@dataclass
class Chat:
    """One private chat, or a group."""

    chat_id: int
    kind: str = "private"
    language: str = "en"
    blocked: bool = False
    shown: list[Shown] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        named = {"first_name": "A"} if self.kind == "private" else {"title": "G"}
        return {"id": self.chat_id, "type": self.kind, **named}

    def person(self) -> dict[str, Any]:
        """Who writes in it (in a group: always the same member)."""
        number = self.chat_id if self.kind == "private" else 77
        return {
            "id": number,
            "is_bot": False,
            "first_name": "A",
            "language_code": self.language,
        }


_FILE = {"file_id": "f", "file_unique_id": "u"}
MEDIA: dict[str, dict[str, Any]] = {
    "voice": {"voice": {**_FILE, "duration": 3}},
    "photo": {"photo": [{**_FILE, "width": 90, "height": 90}]},
    "sticker": {
        "sticker": {
            **_FILE,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
    },
    "location": {"location": {"longitude": -0.1, "latitude": 51.5}},
    "contact": {"contact": {"phone_number": "+447700900009", "first_name": "B"}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "How was it?",
            "options": [{"text": "Good", "voter_count": 0, "persistent_id": "0"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "video_note": {"video_note": {**_FILE, "length": 240, "duration": 3}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
}


def stamp() -> int:
    return int(time.time())


def yes(result: Any) -> Answer:
    return Answer(200, {"ok": True, "result": result})


def no(code: int, description: str, **more: Any) -> Answer:
    return Answer(code, {"ok": False, "error_code": code, "description": description, **more})


def throttled(seconds: int) -> Answer:
    description = f"Too Many Requests: retry after {seconds}"
    return no(429, description, parameters={"retry_after": seconds})


def fields_of(request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = request.query | request.fields
    if "" in fields:
        fields |= json.loads(fields.pop(""))
    return fields


def buttons_of(fields: dict[str, Any]) -> list[tuple[str, str]]:
    markup = fields.get("reply_markup") or "{}"
    markup = json.loads(markup) if isinstance(markup, str) else markup
    rows = markup.get("inline_keyboard", [])
    return [(button["text"], button["callback_data"]) for row in rows for button in row]


def keyboard(buttons: list[tuple[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": c}] for label, c in buttons]}


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    ended = {"until_date": 0} if status == "kicked" else {}
    return {"user": user, "status": status, **ended}
