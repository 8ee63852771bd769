"""A drain: works off rows batch by batch until none is left or its ten seconds are over."""

import time
from collections.abc import Callable

from runtime import jobs, log, metrics
from runtime.jobs import Bell
from workers.at_hand import AtHand


def drain(at_hand: AtHand, bell: Bell, batch: Callable[[], int]) -> int:
    """Answer `bell`: call `batch` until it returns 0; returns the rows worked off.

    The bell is marked as heard first, so a row that comes while we look rings a new one. After
    ten seconds the drain stops and rings again: RQ's own time-out (20 s) must never cut a batch.
    """
    jobs.heard(at_hand.redis, bell)
    until = time.monotonic() + jobs.DRAIN_SECONDS
    rows = 0
    while worked := batch():
        rows += worked
        if time.monotonic() > until:
            jobs.ring(at_hand.redis, bell)
            break
    metrics.DRAINED.labels(bell.name).inc(rows)
    log.get().debug("drained", bell=bell.name, rows=rows)
    return rows
