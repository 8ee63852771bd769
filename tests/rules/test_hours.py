"""Sending hours: never at night, by London's clock, whatever an operator has typed."""

from datetime import datetime

import pytest

from rules import hours
from rules.hours import DAYTIME, Hours
from runtime.clock import LONDON


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("2026-03-02T19:59", "2026-03-02T19:59"),
        ("2026-03-02T08:59", "2026-03-02T09:00"),
        ("2026-03-02T20:00", "2026-03-03T09:00"),
        ("2026-03-28T23:30", "2026-03-29T09:00"),  # the clocks go forward in that night
    ],
)
def test_the_daytime(moment: str, opening: str) -> None:
    assert DAYTIME.opening(at(moment)) == at(opening)
    assert DAYTIME.allow(at(moment)) is (moment == opening)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("10:00-18:30", Hours(600, 1110)),
        ("00:00-24:00", Hours(0, 1440)),
        ("", DAYTIME),
        ("20:00-09:00", DAYTIME),
        ("09:00-24:30", DAYTIME),
        ("nine to five", DAYTIME),
    ],
)
def test_a_providers_own_hours(said: str, meant: Hours) -> None:
    assert hours.parsed(said) == meant
