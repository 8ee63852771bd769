"""Figures as people read them: cells and sentences, the same for pages, letters and exports.

Takes counts and gives text; knows no SQL, no HTML, and ranks nobody.
"""

import datetime as dt
from fractions import Fraction

from insight.fft import Counts, whole_percent

NO_FIGURE = "–"
"""Stands where nothing can be calculated: nobody has answered."""


def percent(share: Fraction | None) -> str:
    """Whole per cent ("91%"), or a dash where there is no figure."""
    return NO_FIGURE if share is None else f"{whole_percent(share)}%"


def number(many: int) -> str:
    """1234 -> "1,234"."""
    return f"{many:,}"


def answers(many: int) -> str:
    """1 -> "1 answer", 1234 -> "1,234 answers"."""
    return f"{number(many)} answer" + ("" if many == 1 else "s")


def month_name(month: dt.date) -> str:
    """The month with its year: "November 2026"."""
    return f"{month:%B} {month.year}"


def day_name(day: dt.date) -> str:
    """The day as people write it: "3 November 2026"."""
    return f"{day.day} {day:%B} {day.year}"


def sentence(counts: Counts, period: str) -> str:
    """What the counts of a period say, in plain words. `period`: "in the last 12 months"."""
    if counts.positive is None:
        return f"No answers {period}."
    said = f"{answers(counts.total).capitalize()} {period}."
    return f"{said} {percent(counts.positive)} said their experience was very good or good."
