"""Who is told: by what it is, by the rota, and never the people who run the service."""

from collections.abc import Collection
from datetime import datetime, time

import pytest

from rules import rota, telling
from rules.rota import Shift
from rules.telling import Cover

ON_CALL, GUARD, LEAD, PATIENTS, PALS, FALLBACK = range(1, 7)
NOON, NIGHT = datetime(2026, 3, 2, 12), datetime(2026, 3, 2, 23)
WEEK = frozenset(range(1, 8))
SHIFTS = [
    Shift(rota.ON_CALL, ON_CALL, WEEK, time(0), time(0)),
    Shift(rota.SAFEGUARDING, GUARD, WEEK, time(9), time(17)),
    Shift(rota.SAFEGUARDING_LEAD, LEAD, WEEK, time(9), time(17)),
    Shift(rota.PATIENT_SAFETY, PATIENTS, WEEK, time(9), time(17)),
    Shift(rota.COMPLAINTS, PALS, WEEK, time(9), time(17)),
]


def cover(managers: Collection[int] = ()) -> Cover:
    return Cover(SHIFTS, FALLBACK, managers)


@pytest.mark.parametrize(
    ("kind", "reply", "allegation", "wanted"),
    [
        ("crisis", "crisis", False, ("on_call",)),
        ("crisis", "ward", False, ("on_call",)),
        ("crisis", "harm", False, ("on_call", "safeguarding")),
        ("crisis", "harm", True, ("on_call", "safeguarding_lead")),
        ("abuse", "harm", False, ("safeguarding",)),
        ("abuse", "harm", True, ("safeguarding_lead",)),
        ("safety", None, False, ("patient_safety",)),
        ("complaint", "contact", False, ("complaints",)),
    ],
)
def test_from_what_it_is_to_duties(
    kind: str, reply: str | None, allegation: bool, wanted: tuple[str, ...]
) -> None:
    assert telling.duties(kind, reply, allegation) == wanted


def test_whoever_is_on_duty() -> None:
    wanted = (rota.ON_CALL, rota.SAFEGUARDING)
    assert telling.people(cover(), wanted, "now", NOON) == [ON_CALL, GUARD]


def test_where_nobody_is_the_fallback_at_once_and_the_team_where_it_can_wait() -> None:
    assert telling.people(cover(), [rota.SAFEGUARDING], "now", NIGHT) == [FALLBACK]
    assert telling.people(cover(), [rota.SAFEGUARDING], "today", NIGHT) == [GUARD]


def test_a_duty_without_anybody_falls_to_the_fallback() -> None:
    nobody = Cover([], FALLBACK, ())
    assert telling.people(nobody, [rota.PATIENT_SAFETY], "today", NOON) == [FALLBACK]
    assert telling.people(Cover([], None, ()), [rota.ON_CALL], "now", NOON) == []


def test_nobody_is_told_of_the_service_that_they_run() -> None:
    wanted = (rota.SAFEGUARDING_LEAD,)
    assert telling.people(cover([LEAD]), wanted, "today", NOON) == [FALLBACK]
    assert telling.people(cover([LEAD, FALLBACK]), wanted, "today", NOON) == []


def test_each_person_once() -> None:
    both = Cover([*SHIFTS, Shift(rota.ON_CALL, GUARD, WEEK, time(0), time(0))], FALLBACK, ())
    told = telling.people(both, (rota.ON_CALL, rota.SAFEGUARDING), "now", NOON)
    assert told == [ON_CALL, GUARD]
