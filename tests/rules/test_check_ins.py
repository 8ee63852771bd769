"""How many check-ins an agreement is for, and how often they come."""

from datetime import timedelta

import pytest

from rules import check_ins
from tests.places import MOMENT


def test_the_sixth_is_the_last_and_asks_whether_we_may_go_on() -> None:
    scripts = [check_ins.script(sent) for sent in range(6)]
    assert scripts == [*["check_in"] * 5, "check_in_last"]
    assert check_ins.following(5, 4, MOMENT) == MOMENT + timedelta(weeks=4)
    assert check_ins.following(6, 4, MOMENT) is None


@pytest.mark.parametrize(
    ("given", "weeks"), [(4, 4), (1, 1), (26, 26), (0, 0), (27, 0), (True, 0), ("4", 0), (None, 0)]
)
def test_a_setting_that_is_no_number_of_weeks_asks_nobody(given: object, weeks: int) -> None:
    assert check_ins.weeks(given) == weeks
