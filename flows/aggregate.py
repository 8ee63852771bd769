"""Counts again every (service, day) that an answer has touched."""

from flows.house import House
from runtime import faults
from storage import aggregates

MARKS_A_COMMIT = 200


def aggregate(house: House) -> int:
    """Rebuild the days of up to 200 marks in one commit; returns how many days were rebuilt."""
    with house.engine.begin() as connection:
        days = aggregates.claim_dirty(connection, MARKS_A_COMMIT)
        aggregates.rebuild(connection, days)
        faults.reached("aggregate.before_commit")
    faults.reached("aggregate.after_commit")
    return len(days)
