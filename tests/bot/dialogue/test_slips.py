"""What a finger misses, and where no slip is looked for."""

import pytest

from bot import library
from bot.dialogue.meaning import Question
from bot.dialogue.slips import BRIEF, NEIGHBOURS, Slips, missed

SCRIPT = library.script("inpatient")


@pytest.mark.parametrize(("letter", "near"), [("q", "aw"), ("g", "bfhtvy"), ("m", "jkn")])
def test_a_key_has_its_neighbours(letter: str, near: str) -> None:
    assert NEIGHBOURS[letter] == near


@pytest.mark.parametrize("typed", ["hood", "giod", "goid", "ogod", "god", "goood", "ghood"])
def test_a_finger_misses_a_word_by_one_key(typed: str) -> None:
    assert typed in set(missed("good"))


@pytest.mark.parametrize("typed", ["mood", "glad", "bad", "good"])
def test_another_word_is_no_slip(typed: str) -> None:
    assert typed not in set(missed("good")) - {"good"}


def mended(text: str) -> list[str]:
    slips = Slips(["good", "very"], known={"food"})
    line = slips.mended(SCRIPT.reader.line(text))
    return [token.word for token in line.tokens] if line else []


def test_only_brief_texts_are_mended() -> None:
    assert mended("vety hood") == ["very", "good"]
    assert mended("hood " * BRIEF) == ["good"] * BRIEF
    assert mended("hood " * (BRIEF + 1)) == []


def test_a_word_that_is_known_stays() -> None:
    assert mended("food") == []


@pytest.mark.parametrize(
    ("text", "rating"), [("vety goid", "very_good"), ("veey poir", "very_poor"), ("food", None)]
)
def test_a_slip_in_an_answer_is_read_over(text: str, rating: str | None) -> None:
    step = SCRIPT.step("rating")
    assert step
    read = SCRIPT.reader.read(SCRIPT.reader.line(text), Question(step.reads, step.menu))
    assert read.values.get("rating") == rating
