"""The Friends and Family Test's sums, as NHS England's workbooks do them."""

from fractions import Fraction

import pytest

from insight.fft import ANSWERS, LABELS, Counts, whole_percent


def test_dont_know_is_in_the_total() -> None:
    """A practice's published month (February 2025): 214 of 244 answers."""
    counts = Counts(171, 43, 10, 9, 9, 2)
    assert counts.total == 244
    assert counts.positive == Fraction(214, 244)
    assert counts.negative == Fraction(18, 244)


def test_nobody_answered_nothing_to_say() -> None:
    assert Counts().positive is None
    assert Counts().negative is None
    assert Counts().share("good") is None


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 200, 1),
        (1, 201, 0),
        (5, 200, 3),
        (0, 7, 0),
        (7, 7, 100),
        (995, 1000, 100),
        (171, 244, 70),
    ],
)
def test_whole_per_cent_half_away_from_zero(part: int, whole: int, shown: int) -> None:
    """Python's own rounding would show 1/200 as 0 and 5/200 as 2."""
    assert whole_percent(Fraction(part, whole)) == shown


def test_counts_of_pairs() -> None:
    counts = Counts.of([("good", 2), ("", 5), ("good", 1), ("dont_know", 1), ("unheard_of", 9)])
    assert counts == Counts(good=3, dont_know=1)
    assert counts + Counts(good=1) == Counts(good=4, dont_know=1)


def test_six_answers_in_order_with_their_words() -> None:
    assert [LABELS[answer] for answer in ANSWERS] == [
        "Very good",
        "Good",
        "Neither good nor poor",
        "Poor",
        "Very poor",
        "Don’t know",
    ]
