"""Figures as people read them."""

import datetime as dt
from fractions import Fraction

import pytest

from insight.fft import Counts
from insight.figures import answers, day_name, month_name, number, percent, sentence


def test_cells() -> None:
    assert (percent(Fraction(7, 8)), percent(None), percent(Fraction(0))) == ("88%", "–", "0%")
    assert (number(0), number(1234567)) == ("0", "1,234,567")
    assert (answers(0), answers(1), answers(1200)) == ("0 answers", "1 answer", "1,200 answers")


def test_dates() -> None:
    assert month_name(dt.date(2026, 3, 1)) == "March 2026"
    assert day_name(dt.date(2026, 3, 9)) == "9 March 2026"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(), "No answers this month."),
        (Counts(good=1), "1 answer this month. 100% said their experience was very good or good."),
        (
            Counts(700, 200, 40, 30, 20, 10),
            "1,000 answers this month. 90% said their experience was very good or good.",
        ),
    ],
)
def test_sentence(counts: Counts, said: str) -> None:
    assert sentence(counts, "this month") == said
