"""No text takes long, whatever it is made of: the work grows with its length and no faster.

Calls are counted, which no busy machine disturbs; what happens inside one call (a pattern that
looks back) shows only in time, so that is compared with itself at a quarter of the length.
"""

import sys
import time
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from bot import library
from bot.dialogue import engine
from bot.dialogue.messages import Channel, Inbound
from bot.dialogue.state import State
from hearback.talk import EXAMPLE

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SCRIPT = library.script("inpatient").bound(EXAMPLE)
LONG = 65_536

SHAPES = [
    "1", "1 ", "12345", "1\n", "1.", "1-", "1️⃣", "１", "½", "£5 ", "a", "a ", "a.", "'a", "a'", "a_",
    "a@", "a@b.", "@", ".", "-", "(", "_", " ", "\n", "\t", "\0", "\u200d", "\u0301", "e\u0301",
    "😀", "😀 ", "👍🏽", "👨‍👩‍👧", "😀😡🙏", "العربية ", "ا", "क्", "בְּ", "ﷺ", "ha", "lo", "www.", "http://",
    "good ", "not ", "very good ", "not good, ", "sorry meant 5 ", "1 or 2 ", "no, 4 ", "ward 5 ",
    "stop ", "s t o p ", "please stop ", "dont text me ", "delete my data ", "ring me please ",
    "my mum ", "i look after my dad ", "both ", "i want to ", "die ", "he hits me, ", "polish ",
    "Overall, how was your experience of our service? ", "but ", "thank you ", "sent from my ",
    "the nurse was lovely but the wait was terrible and nobody told us a thing. ",
]  # fmt: skip


def after(*said: str) -> State:
    """Where a conversation stands after these texts."""
    state = engine.begin(SCRIPT, Channel.SMS, NOW).state
    for text in said:
        state = engine.step(state, Inbound(text, Channel.SMS), SCRIPT, NOW).state
    return state


WAITING = [
    after(),
    after("1"),
    after("1", "kind"),
    after("1", "kind", "1"),
    after("1", "kind", "2"),
]


def text_of(shape: str, length: int) -> str:
    """The shape again and again, after an "@", so that addresses are looked for as well."""
    return ("@ " + shape * (length // len(shape) + 1))[:length]


def step(state: State, text: str) -> None:
    engine.step(state, Inbound(text, Channel.SMS), SCRIPT, NOW)


def calls(state: State, text: str) -> int:
    """How many functions one step calls."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        step(state, text)
    finally:
        sys.setprofile(before)
    return count


def seconds(state: State, text: str) -> float:
    """The lesser of two: what else the machine does only adds."""

    def once() -> float:
        started = time.thread_time()
        step(state, text)
        return time.thread_time() - started

    return min(once() for _ in range(2))


@pytest.mark.parametrize("number", range(len(SHAPES)), ids=[ascii(each) for each in SHAPES])
def test_four_times_the_text_is_at_most_four_times_the_calls(number: int) -> None:
    state, shape = WAITING[number % len(WAITING)], SHAPES[number]
    short, long = (calls(state, text_of(shape, length)) for length in (2_500, 10_000))
    assert long <= 4.4 * short + 4_000


@pytest.mark.parametrize("number", range(len(SHAPES)), ids=[ascii(each) for each in SHAPES])
def test_what_happens_inside_the_calls_grows_no_faster(number: int) -> None:
    state, shape = WAITING[-number % len(WAITING)], SHAPES[number]
    short, long = (seconds(state, text_of(shape, length)) for length in (LONG // 4, LONG))
    assert long < 10 * short + 0.02, "4 would be in proportion, 16 the square"


def test_ten_thousand_emoji_cost_little_more_than_thirty() -> None:
    for shape in ("😀", "👍🏽", "😀😡🙏"):
        few, many = (calls(WAITING[0], text_of(shape, length)) for length in (90, 10_000))
        assert many - few < 12_000, "one look-up a character"
