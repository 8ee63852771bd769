"""Menus of a script's own: what people type to them, by the tables under `readings/`."""

import unicodedata

import pytest

from bot import library
from bot.dialogue.meaning import Intent, Question, Reading
from bot.dialogue.options import plain
from bot.dialogue.questions import Step
from tests.bot.dialogue.test_answers import wrong

CARER, STANDARD = library.script("carer"), library.script("inpatient")


def step(key: str) -> Step:
    found = STANDARD.step(key)
    assert found
    return found


def read(text: str, asked: Question, *corrects: Question) -> Reading:
    return CARER.reader.read(CARER.reader.line(text), asked, corrects)


def named(key: str, text: str) -> str | None:
    reading = read(text, step(key).question)
    return "not_said" if reading.refused else reading.values.get(key)


def test_choices() -> None:
    assert wrong("choices.tsv", lambda text: named("involved", text)) == []


def test_feelings() -> None:
    assert wrong("feelings.tsv", lambda text: named("feeling", text)) == []


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("1 they were good at that", "they were good at that"),
        ("Yes, every time", "Yes, every time"),
        ("No. They told me when it was all decided", "No. They told me when it was all decided"),
        ("yes thanks", None),
        ("2", None),
        ("A bit!", None),
        ("they asked my brother", "they asked my brother"),
    ],
)
def test_what_is_said_beside_an_answer_is_kept(text: str, comment: str | None) -> None:
    assert read(text, step("involved").question).comment == comment


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("STOP", Intent.OPT_OUT),
        ("please stop texting me", Intent.OPT_OUT),
        ("HELP", Intent.HELP),
        ("please ring me", Intent.CONTACT),
        ("7", Intent.EMPTY),
        ("thank you", Intent.EMPTY),
        ("polski", Intent.LANGUAGE),
    ],
)
def test_a_wish_is_no_answer(text: str, intent: Intent) -> None:
    assert read(text, step("involved").question).intent is intent


def test_yes_is_no_answer_where_the_menu_has_no_yes() -> None:
    assert read("yes", step("how_you_are").question).intent is Intent.EMPTY


def test_help_is_an_answer_where_the_menu_offers_it() -> None:
    offered = Question("choice", {"3": "need_help"}, "how", {"i need help": "need_help"})
    assert read("I need help", offered).values == {"how": "need_help"}
    assert read("who is this?", offered).intent is Intent.HELP


def test_a_slip_in_the_question_before_is_put_right() -> None:
    involved, informed = step("involved").question, step("informed").question
    reading = read("sorry, meant 3", informed, involved)
    assert reading.values == {"involved": "no"}
    reading = read("sorry I meant 0 not 1 for the last one", step("how_you_are").question, involved)
    assert (reading.values, reading.refused) == ({"involved": "not_said"}, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Not NOW!", "not now"),
        ("What's that?", "whats that"),
        ("  A\nbit… ", "a bit"),
        ("Ŵyn—Siân", "wyn sian"),
        ("বাংলা, ভালো", unicodedata.normalize("NFKD", "বাংলা ভালো")),
        ("؟جيد", "جيد"),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain(text) == words
