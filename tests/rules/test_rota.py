"""Who is on duty when, over midnight and weekends, and what nobody covers."""

from datetime import datetime, time

import pytest

from rules import rota
from rules.rota import Gap, Shift

DAYS = frozenset({1, 2, 3, 4, 5})
JO, SAM = 1, 2
OFFICE = Shift(rota.SAFEGUARDING, JO, DAYS, time(9), time(17))
NIGHTS = Shift(rota.ON_CALL, SAM, frozenset({7}), time(20), time(8))
ALWAYS = Shift(rota.ON_CALL, JO, frozenset(range(1, 8)), time(0), time(0))
MONDAY = 2
"""2 March 2026 is one."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute)


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (at(MONDAY, 9), [JO]),
        (at(MONDAY, 16, 59), [JO]),
        (at(MONDAY, 17), []),
        (at(MONDAY, 8, 59), []),
        (at(MONDAY + 5, 12), []),
    ],
)
def test_on_duty_in_office_hours(moment: datetime, on: list[int]) -> None:
    assert rota.on_duty([OFFICE, NIGHTS], rota.SAFEGUARDING, moment) == on


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (at(MONDAY - 1, 20), [SAM]),
        (at(MONDAY, 7, 59), [SAM]),
        (at(MONDAY, 8), []),
        (at(MONDAY - 1, 19, 59), []),
        (at(MONDAY, 23), []),
    ],
)
def test_a_night_goes_on_past_midnight_and_past_sunday(moment: datetime, on: list[int]) -> None:
    assert rota.on_duty([NIGHTS, OFFICE], rota.ON_CALL, moment) == on


def test_each_person_once_in_the_rotas_order() -> None:
    twice = [ALWAYS, NIGHTS, ALWAYS]
    assert rota.on_duty(twice, rota.ON_CALL, at(MONDAY, 1)) == [JO, SAM]
    assert rota.on_rota(twice, rota.ON_CALL) == [JO, SAM]
    assert rota.on_rota(twice, rota.SAFEGUARDING) == []


def test_the_hours_that_nobody_covers() -> None:
    found = rota.gaps([OFFICE], rota.SAFEGUARDING)
    assert found[:2] == [Gap(1, time(0), time(9)), Gap(1, time(17), time(0))]
    assert found[-1] == Gap(7, time(0), time(0))
    assert len(found) == 12
    assert rota.gaps([ALWAYS], rota.ON_CALL) == []


def test_every_duty_has_roles_that_can_open_what_they_are_told_of() -> None:
    assert set(rota.ABLE) == set(rota.DUTIES)
    assert not any(roles & rota.LINE_MANAGEMENT for roles in rota.ABLE.values())
