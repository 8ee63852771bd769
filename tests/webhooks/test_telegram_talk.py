"""A whole conversation by Telegram: the fake pushes to the real door, the real client answers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select, text
from werkzeug.serving import make_server

from bot.channels.telegram_api import TelegramSender
from bot.dialogue.messages import Channel
from flows.deliver import deliver
from flows.house import Door
from hearback.web import make_app
from runtime import clock
from storage.tables import Comment
from tests.fakes import FakeTelegram
from tests.fakes.telegram_messages import Shown
from tests.places import Seeded

CHAT = 1001


@dataclass
class Talk:
    """One person's chat with the bot; `deliver` sends what is due, without waiting for its pace."""

    fake: FakeTelegram
    door: Door
    sender: TelegramSender
    engine: Engine

    def deliver(self) -> None:
        self.sender._pace._free_at.clear()
        while deliver(self.door.house, {Channel.TELEGRAM: self.sender}):
            self.sender._pace._free_at.clear()

    def ours(self) -> list[Shown]:
        self.deliver()
        return [shown for shown in self.fake.thread(CHAT) if shown.ours]

    def counted(self) -> list[tuple[str | None, str, str]]:
        query = text(
            "SELECT r.rating, s.code, r.mode FROM responses r"
            " JOIN services s ON s.id = r.service_id ORDER BY r.id"
        )
        with self.engine.connect() as connection:
            return [(row.rating, row.code, row.mode) for row in connection.execute(query)]


@pytest.fixture
def talk(door: Door, engine: Engine, seeded: Seeded) -> Iterator[Talk]:
    with FakeTelegram(token="123456:invented") as fake:
        server = make_server("127.0.0.1", 0, make_app(door), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        fake.app_url = f"http://127.0.0.1:{server.server_port}"
        fake.webhook = "https://feedback.example.org/webhooks/telegram"
        fake.secret = "invented-secret"
        with TelegramSender(fake.token, fake.base_url) as sender:
            yield Talk(fake, door, sender, engine)
        server.shutdown()
        thread.join()
        server.server_close()


def test_from_the_poster_to_the_rating(talk: Talk) -> None:
    talk.fake.starts(CHAT, "SEAVIEW2")
    (question,) = talk.ours()
    assert question.text.startswith("This is for people of 16 and over.")
    assert "outside the UK" in question.text
    assert "Overall, how was your experience of our service?" in question.text
    assert [label for label, _ in question.buttons] == [
        "Very good", "Good", "Neither good nor poor", "Poor", "Very poor", "Don't know",
    ]  # fmt: skip
    talk.fake.presses(CHAT, "poor")
    assert len(talk.fake.answered) == 1, "acknowledged before anything is sent"
    question, why = talk.ours()
    assert question.text.endswith("✓ Poor")
    assert question.buttons == []
    assert "Why did you say that?" in why.text
    assert talk.counted() == [("poor", "clinic", "other")]


def test_a_double_press_says_and_counts_it_once(talk: Talk) -> None:
    talk.fake.starts(CHAT)
    (question,) = talk.ours()
    asked = Shown(question.message_id, True, question.text, list(question.buttons))
    for _ in range(2):
        talk.fake.presses_on(CHAT, "good", asked)
    assert len(talk.fake.answered) == 2
    assert len(talk.ours()) == 2
    assert talk.ours()[0].text.endswith("✓ Good")
    assert talk.counted() == [("good", "ward", "other")]


def test_an_old_button_after_the_end_changes_the_answer_and_shows_it(talk: Talk) -> None:
    talk.fake.starts(CHAT)
    (question,) = talk.ours()
    asked = Shown(question.message_id, True, question.text, list(question.buttons))
    talk.fake.presses_on(CHAT, "good", asked)
    for said in ("kind staff", "1", "2"):
        talk.fake.says(CHAT, said)
    before = talk.ours()
    for _ in range(2):
        talk.fake.says(CHAT, "one more thing")
    talk.deliver()
    count = len(talk.ours())
    talk.fake.presses_on(CHAT, "poor", asked)
    assert talk.counted() == [("poor", "ward", "other")]
    assert talk.ours()[0].text.endswith("✓ Poor")
    assert len(talk.ours()) in (count, count + 1)
    assert len(before) >= 3


def test_weeks_later_an_old_button_speaks_of_its_own_place(talk: Talk) -> None:
    with time_machine.travel(clock.now(), tick=True) as traveller:
        talk.fake.starts(CHAT, "SEAVIEW2")
        (question,) = talk.ours()
        asked = Shown(question.message_id, True, question.text, list(question.buttons))
        talk.fake.presses_on(CHAT, "good", asked)
        for said in ("kind staff", "1", "2"):
            talk.fake.says(CHAT, said)
        talk.deliver()
        traveller.shift(timedelta(weeks=5))
        talk.fake.presses_on(CHAT, "poor", asked)
        talk.deliver()
    assert talk.counted() == [("good", "clinic", "other"), ("poor", "clinic", "other")]


@pytest.mark.parametrize(
    "kind",
    ["voice", "photo", "sticker", "location", "contact", "poll", "video_note", "dice"],
)
def test_what_is_no_words_is_answered_kindly_and_not_kept(talk: Talk, kind: str) -> None:
    assert talk.fake.sends(CHAT, kind).taken
    (answer,) = talk.ours()
    assert "We can only read words here" in answer.text
    assert talk.counted() == []


def test_an_edited_text_is_one_more_text_and_no_word_is_lost(talk: Talk) -> None:
    talk.fake.starts(CHAT)
    talk.fake.says(CHAT, "4")
    talk.fake.says(CHAT, "nobody came")
    (typed,) = [each for each in talk.fake.thread(CHAT) if each.text == "nobody came"]
    talk.fake.edits(CHAT, typed.message_id, "nobody came until noon")
    assert talk.counted() == [("poor", "ward", "other")]
    with talk.engine.connect() as connection:
        words = connection.execute(select(Comment.words)).scalar_one()
    assert words == "nobody came\nnobody came until noon"


def test_a_group_is_declined(talk: Talk) -> None:
    assert talk.fake.adds_to_group(-5).taken
    talk.deliver()
    (declined,) = talk.fake.thread(-5)
    assert "one person at a time" in declined.text
    assert talk.counted() == []


def test_language_and_delete_are_there(talk: Talk) -> None:
    talk.fake.starts(CHAT)
    talk.fake.says(CHAT, "/language")
    menu = talk.ours()[-1]
    assert ("Polski", "language_pl") in menu.buttons
    talk.fake.presses(CHAT, "language_pl")
    assert talk.ours()[-2].text.endswith("✓ Polski") or talk.ours()[1].text.endswith("✓ Polski")
    talk.fake.says(CHAT, "/delete")
    assert "send DELETE again" in talk.ours()[-1].text
    talk.fake.says(CHAT, "/help")
    assert "999" in talk.ours()[-1].text
    talk.fake.says(CHAT, "/stop")
    assert "no more texts from us" in talk.ours()[-1].text
