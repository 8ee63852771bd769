"""What an alert is: how urgent, which of two weighs more, and when somebody must be told again.

Source: the project's decisions on safety, alerts 1 and 2, which each provider's safety officer signs or refuses.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

NOW, TODAY = "now", "today"
CRISIS, ABUSE, SAFETY, COMPLAINT = "crisis", "abuse", "safety", "complaint"
CHECK_IN, CONTACT = "check_in", "contact"
GRAVITY = (CRISIS, ABUSE, SAFETY, COMPLAINT, CHECK_IN, CONTACT)
"""From the gravest down. A danger that is there now is a crisis, whoever it comes from.

check_in: a carer for whom things are hard. contact: a yes to a call that we offered; no complaint."""

AGAIN = timedelta(minutes=10)
"""Somebody who writes of a crisis once more is told of once more, but not with every text."""


def tier(kind: str) -> str:
    """NOW pages whoever is on duty; TODAY waits in the queue that is read every day."""
    return NOW if kind == CRISIS else TODAY


def weighs_more(kind: str, tier_: str, than_kind: str, than_tier: str) -> bool:
    """Whether the first is graver than the second, or as grave and more urgent."""
    first, second = GRAVITY.index(kind), GRAVITY.index(than_kind)
    return first < second or (first == second and tier_ == NOW != than_tier)


def again(told_at: datetime | None, now: datetime) -> datetime:
    """When to tell of a further text that is as grave and urgent as what was told at `told_at`."""
    return max(now, told_at + AGAIN) if told_at else now


def is_allegation(kind: str, reply: str | None, words: str, stems: Iterable[str]) -> bool:
    """Whether words of harm by someone may be about people who work in care.

    reply: the kind of our answer; `harm` is the one for danger from a person.
    """
    return (kind == ABUSE or reply == "harm") and speaks_of_staff(words, stems)


def speaks_of_staff(words: str, stems: Iterable[str]) -> bool:
    """Whether a word begins like one for people who work in care ("nurses", "pielęgniarka").

    In doubt it says yes: what may be an allegation goes to fewer people, not to more.
    """
    said = [word.strip(".,;:!?\"'()“”‘’").casefold() for word in words.split()]
    return any(word.startswith(tuple(stems)) for word in said)
