"""No arrow of the way of a text without a point, no point without a scenario that kills there."""

from tests.faults.points import POINTS
from tests.house.test_way_of_a_text import _arrows, _reached


def test_every_arrow_of_the_page_is_killed_on() -> None:
    assert {cells[1] for cells in _arrows()} == set(POINTS)


def test_every_point_of_the_code_is_killed_at() -> None:
    assert set(_reached()) == set(POINTS)


def test_every_point_has_a_scenario() -> None:
    assert all(POINTS.values())
