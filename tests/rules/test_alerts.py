"""What an alert is: urgency, weight, when it is told of again, and what may be an allegation."""

from datetime import timedelta

import pytest

from bot import library
from rules import alerts
from tests.places import MOMENT

MINUTE = timedelta(minutes=1)


def test_only_a_crisis_pages() -> None:
    assert {kind: alerts.tier(kind) for kind in alerts.GRAVITY} == {
        "crisis": "now", "abuse": "today", "safety": "today", "complaint": "today",
        "check_in": "today", "contact": "today",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        (("crisis", "now"), ("abuse", "today"), True),
        (("abuse", "today"), ("crisis", "now"), False),
        (("crisis", "now"), ("crisis", "today"), True),
        (("crisis", "now"), ("crisis", "now"), False),
        (("crisis", "today"), ("crisis", "now"), False),
        (("safety", "today"), ("complaint", "today"), True),
    ],
)
def test_which_weighs_more(first: tuple[str, str], second: tuple[str, str], more: bool) -> None:
    assert alerts.weighs_more(*first, *second) is more


def test_again_at_once_where_nobody_was_told_and_else_ten_minutes_later() -> None:
    assert alerts.again(None, MOMENT) == MOMENT
    assert alerts.again(MOMENT - 3 * MINUTE, MOMENT) == MOMENT + 7 * MINUTE
    assert alerts.again(MOMENT - 30 * MINUTE, MOMENT) == MOMENT


@pytest.mark.parametrize(
    ("kind", "reply", "words", "is_one"),
    [
        ("abuse", "harm", "the night Nurse hits my mum", True),
        ("abuse", None, "he was slapped by two “carers”", True),
        ("crisis", "harm", "a porter has a knife", True),
        ("abuse", "harm", "my husband hits me", False),
        ("crisis", "crisis", "the nurse was kind but I want to die", False),
        ("safety", None, "the nurse gave the wrong dose", False),
        ("abuse", "harm", "Pielęgniarka mnie bije", True),
        ("abuse", "harm", "الممرضة ضربت امي", True),
        ("abuse", "harm", "હંમેશા નર્સ મારે છે", True),
    ],
)
def test_what_may_be_an_allegation(kind: str, reply: str | None, words: str, is_one: bool) -> None:
    assert alerts.is_allegation(kind, reply, words, library.words_for_staff()) is is_one
