"""Telegram's updates as rows: raw update in, expected meaning out. A new quirk is a row."""

import json
from typing import Any

import pytest

from bot.channels import telegram
from bot.channels.errors import ParseError
from bot.channels.values import Press, Text
from bot.dialogue.messages import Channel, Signal

PERSON = {"id": 1001, "is_bot": False, "first_name": "A", "language_code": "pl-PL"}
BOT = {"id": 700900, "is_bot": True, "first_name": "Hearback", "username": "hearback_demo_bot"}
CHAT = {"id": 1001, "type": "private", "first_name": "A"}
GROUP = {"id": -5, "type": "supergroup", "title": "G"}
BASE = {"message_id": 9, "date": 1790000000, "chat": CHAT, "from": PERSON}
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Very good", "callback_data": "very_good"}],
        [{"text": "Good", "callback_data": "good"}],
    ]
}
QUESTION = {"message_id": 8, "date": 1790000000, "chat": CHAT, "from": BOT, "text": "How was it?"}
OLD_QUESTION = {"message_id": 8, "date": 0, "chat": CHAT}


def update(**content: Any) -> dict[str, Any]:
    return {"update_id": 500001, **content}


def message(**fields: Any) -> dict[str, Any]:
    return update(message={**BASE, **fields})


def press(**fields: Any) -> dict[str, Any]:
    query = {"id": "42", "from": PERSON, "chat_instance": "1", "data": "good"}
    return update(callback_query={**query, **fields})


def membership(chat: dict[str, Any], status: str, **more: Any) -> dict[str, Any]:
    change = {"chat": chat, "from": PERSON, "date": 1790000000}
    old, new = {"user": BOT, "status": "left"}, {"user": BOT, "status": status, **more}
    return update(my_chat_member={**change, "old_chat_member": old, "new_chat_member": new})


def read(raw: dict[str, Any]) -> Text | None:
    return telegram.parse(telegram.read_update(json.dumps(raw).encode()), "700900")


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        pytest.param(message(text="1 lovely 🙏"), {"text": "1 lovely 🙏", "signal": None}),
        pytest.param(message(text="شکریہ \u200f5"), {"text": "شکریہ \u200f5"}),
        pytest.param(message(text="/stop"), {"text": "stop", "signal": None}),
        pytest.param(message(text="/stop@hearback_demo_bot"), {"text": "stop"}),
        pytest.param(message(text="/Stop I can't go on"), {"text": "Stop I can't go on"}),
        pytest.param(message(text="/help"), {"text": "help"}),
        pytest.param(message(text="/language"), {"text": "language"}),
        pytest.param(message(text="/delete"), {"text": "delete"}),
        pytest.param(message(text="/2 staff kind"), {"text": "/2 staff kind"}, id="no command"),
        pytest.param(message(text="/stopping"), {"text": "/stopping"}, id="no command either"),
        pytest.param(
            message(text="/start"), {"text": "", "signal": Signal.STARTED, "language": "pl"}
        ),
        pytest.param(
            message(text="/start I want to die"),
            {"text": "I want to die", "signal": None, "language": None},
            id="words behind start are words",
        ),
        pytest.param(
            message(voice={"file_id": "f", "file_unique_id": "u", "duration": 3}),
            {"text": "", "signal": Signal.MEDIA_ONLY},
        ),
        pytest.param(
            message(photo=[{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]),
            {"text": "", "signal": Signal.MEDIA_ONLY},
        ),
        pytest.param(
            message(
                caption="see the state of it",
                photo=[{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}],
            ),
            {"text": "see the state of it", "signal": None},
        ),
        pytest.param(
            message(location={"longitude": 0.1, "latitude": 51.5}),
            {"text": "", "signal": Signal.MEDIA_ONLY},
        ),
        pytest.param(
            message(contact={"phone_number": "+447700900009", "first_name": "B"}),
            {"text": "", "signal": Signal.MEDIA_ONLY},
        ),
        pytest.param(
            message(
                text="forwarded", forward_origin={"type": "user", "date": 1, "sender_user": PERSON}
            ),
            {"text": "forwarded"},
        ),
        pytest.param(message(text="a", a_new_field={"x": 1}), {"text": "a"}, id="a field of 2027"),
        pytest.param(press(message={**QUESTION, "reply_markup": KEYBOARD}), {"choice": "good"}),
        pytest.param(
            membership(CHAT, "kicked", until_date=0),
            {"signal": Signal.OPTED_OUT, "carrier_answered": True},
        ),
    ],
)
def test_an_update_means(raw: dict[str, Any], meaning: dict[str, Any]) -> None:
    text = read(raw)

    assert text is not None
    assert {name: getattr(text.inbound, name) for name in meaning} == meaning
    assert (text.channel, text.account, text.our_address) == (Channel.TELEGRAM, "700900", "700900")
    assert (text.provider_ref, text.their_address) == ("500001", "1001")


@pytest.mark.parametrize(
    ("said", "touchpoint"),
    [
        ("/start", None),
        ("/start RIVERSIDE-A1", "RIVERSIDE-A1"),
        ("/start@hearback_demo_bot r_1 ", "r_1"),
        ("/start " + "a" * 65, None),
    ],
)
def test_start_carries_the_touchpoint_of_its_poster(said: str, touchpoint: str | None) -> None:
    text = read(message(text=said))

    assert text is not None
    assert text.touchpoint == touchpoint


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"message": {**QUESTION, "reply_markup": KEYBOARD}},
            Press("42", "8", "How was it?\n\n✓ Good"),
        ),
        ({"message": QUESTION}, Press("42", "8", None)),
        ({"message": OLD_QUESTION}, Press("42", "8", None)),
        ({"inline_message_id": "7"}, Press("42", None, None)),
    ],
)
def test_a_press_can_be_answered_and_shown(fields: dict[str, Any], expected: Press) -> None:
    text = read(press(**fields))

    assert text is not None
    assert text.press == expected
    assert text.their_address == "1001"


def test_an_edited_message_holds_the_new_words() -> None:
    text = read(
        update(edited_message={**BASE, "edit_date": 1790000060, "text": "4 poor after all"})
    )

    assert text is not None
    assert (text.edited, text.inbound.text) == (True, "4 poor after all")


@pytest.mark.parametrize(
    "raw",
    [
        message(chat=GROUP, text="/start@hearback_demo_bot"),
        membership(GROUP, "member"),
        press(message={**QUESTION, "chat": GROUP, "reply_markup": KEYBOARD}),
    ],
)
def test_a_group_is_marked_and_its_words_stay_there(raw: dict[str, Any]) -> None:
    text = read(raw)

    assert text is not None
    assert (text.group, text.inbound.text, text.inbound.choice) == (True, "", None)
    assert text.their_address == "-5"


@pytest.mark.parametrize(
    "raw",
    [
        update(),
        message(chat=GROUP, text="how is your mum?"),
        message(pinned_message={**QUESTION}),
        message(new_chat_title="G"),
        update(channel_post={**BASE, "text": "news"}),
        update(
            edited_message={**BASE, "edit_date": 1, "location": {"longitude": 1, "latitude": 1}}
        ),
        update(edited_message={**BASE, "chat": GROUP, "edit_date": 1, "text": "a"}),
        press(data=None, game_short_name="g", message=QUESTION),
        membership(CHAT, "member"),
        membership(GROUP, "left"),
        update(
            poll={
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": True,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        ),
        update(an_update_of_2027={"x": 1}),
    ],
)
def test_there_is_nothing_to_hear_in(raw: dict[str, Any]) -> None:
    assert read(raw) is None


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "the update is not JSON"),
        (b"\xff\xfe", "the update is not JSON"),
        (b"[" * 100_000, "the update is not JSON"),
        (b"[]", "the update is not a JSON object"),
        (b"{}", "the update has no update_id"),
        (b'{"update_id": true}', "the update has no update_id"),
        (b'{"update_id": 1, "message": 5}', "the update is not of Telegram's form"),
        (b'{"update_id": 1, "message": {"text": "a"}}', "the update is not of Telegram's form"),
        (b'{"update_id": 1, "message": {"text": []}}', "the update is not of Telegram's form"),
        (json.dumps(message(text="a\0b")).encode(), "the message holds a NUL byte"),
        (json.dumps(message(text="\ud83d")).encode(), "the message holds half of a character"),
        (json.dumps(message(text=5)).encode(), "the message is not text"),
        (json.dumps(message(date=10**30, text="a")).encode(), "not of Telegram's form"),
    ],
)
def test_what_is_no_update_is_refused_in_one_line(body: bytes, line: str) -> None:
    with pytest.raises(ParseError, match=line):
        telegram.parse(telegram.read_update(body), "700900")


@pytest.mark.parametrize(
    ("header", "holds"),
    [("secret", True), ("Secret", False), ("", False), (None, False), ("ü", False)],
)
def test_the_secret_must_be_ours(header: str | None, holds: bool) -> None:
    assert telegram.verify("secret", header) is holds
