"""What is planted in the made-up answers, for pages and tests to find; everywhere else only chance moves.

Knows dates and leanings, no rows.
"""

import datetime as dt
from dataclasses import dataclass, field

from hearback.madeup.provider import MadeUpService

_CARING = ("carer", "patient_and_carer")


@dataclass(frozen=True, slots=True)
class Story:
    """A planted story: which service, and what a good page should say of it."""

    key: str
    service: str
    says: str


NIGHT = Story(
    "night",
    "ward-7",
    "Noise at night kept people awake; since the last medicine round moved to 9pm it is better.",
)
WAITS = Story("waits", "eye-clinic", "Waiting in the eye clinic grows worse, month by month.")
UNHEARD = Story(
    "unheard",
    "district-nurses",
    "Patients at home are content; the carers who look after them are not heard.",
)
TINY = Story("tiny", "special-dentistry", "A handful of answers a month: too few for any figure.")
STORIES = (NIGHT, WAITS, UNHEARD, TINY)

DAYS_SINCE_CHANGE = 182
DAYS_OF_GROWING_WAITS = 270


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a service's answers lean on one day, for one kind of writer.

    positive: the probability of a good answer. praised, blamed: topic -> factor on how often it
    comes up in praise and in complaint.
    """

    positive: float
    praised: dict[str, float] = field(default_factory=dict)
    blamed: dict[str, float] = field(default_factory=dict)


def changed_on(end: dt.date) -> dt.date:
    """The Monday on which Ward 7 moved its last medicine round to 9pm."""
    day = end - dt.timedelta(days=DAYS_SINCE_CHANGE)
    return day - dt.timedelta(days=day.weekday())


def leaning(service: MadeUpService, role: str | None, day: dt.date, end: dt.date) -> Leaning:
    """How answers lean; `end` is the last day of the made-up data."""
    if service.code == NIGHT.service:
        return _night(service, day, end)
    if service.code == WAITS.service:
        return _waits(service, day, end)
    if service.code == UNHEARD.service and role in _CARING:
        return Leaning(0.56, blamed={"carers_seen": 6.0})
    return Leaning(service.positive)


def _night(service: MadeUpService, day: dt.date, end: dt.date) -> Leaning:
    if day < changed_on(end):
        return Leaning(0.76, blamed={"night_noise": 18.0})
    return Leaning(service.positive, praised={"night_noise": 4.0}, blamed={"night_noise": 0.4})


def _waits(service: MadeUpService, day: dt.date, end: dt.date) -> Leaning:
    """From the usual figure to 16 points below it, in a straight line over nine months."""
    grown = max(0.0, 1 - (end - day).days / DAYS_OF_GROWING_WAITS)
    return Leaning(service.positive - 0.16 * grown, blamed={"waiting": 1.0 + 9.0 * grown})
