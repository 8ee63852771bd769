"""The real process dies by SIGKILL at each point of the way of a text; the ledger must balance."""

import pytest

from tests.faults.ledger import balance
from tests.faults.points import POINTS, Scenario
from tests.faults.stage import Stage

CASES = [(point, scenario) for point, scenarios in POINTS.items() for scenario in scenarios]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "scenario"), CASES, ids=[f"{point}-{scenario.__name__}" for point, scenario in CASES]
)
def test_nothing_is_lost_and_nothing_happens_twice(
    stage: Stage, point: str, scenario: Scenario
) -> None:
    scenario(stage, point)
    stage.half_an_hour()
    stage.end_all()
    balance(stage)
