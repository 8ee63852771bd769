"""Every metric of the house, by its public name. `docs/metrics.md` lists them; a test keeps it true.

Labels are closed sets: never a number, a name or a token of a person.
"""

import os

from prometheus_client import REGISTRY as DEFAULT_REGISTRY
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

INBOUND = Counter(
    "hearback_inbound_total", "Texts that came in, by what became of them", ["channel", "outcome"]
)
REPLY_SECONDS = Histogram(
    "hearback_reply_seconds",
    "Seconds from the arrival of a text to our answer, by channel",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
OUTBOX_OLDEST = Gauge(
    "hearback_outbox_oldest_seconds",
    "Age of the oldest text that is due and not sent",
    multiprocess_mode="mostrecent",
)
SPOOL_LINES = Gauge(
    "hearback_spool_lines", "Texts waiting on disk for the database", multiprocess_mode="mostrecent"
)
BELL_LOST = Counter(
    "hearback_bell_lost_total", "Bells that Redis did not take; the sweeper rings again"
)
SENT = Counter(
    "hearback_sent_total", "Texts handed to a provider, by outcome", ["channel", "outcome"]
)
ALERTS_OPEN = Gauge(
    "hearback_alerts_open",
    "Alerts that nobody has closed, by how urgent they are",
    ["tier"],
    multiprocess_mode="mostrecent",
)
ALERT_OLDEST = Gauge(
    "hearback_alert_oldest_seconds",
    "Age of the oldest alert that is open",
    ["tier"],
    multiprocess_mode="mostrecent",
)
UNTOLD_OLDEST = Gauge(
    "hearback_untold_oldest_seconds",
    "Age of the oldest alert of which nobody is told yet, or letter to staff that has not left",
    multiprocess_mode="mostrecent",
)
LETTERS = Counter("hearback_letters_total", "Letters to staff, by what became of them", ["outcome"])
DRAINED = Counter("hearback_drained_total", "Rows that a drain has worked off", ["drain"])
SWEPT = Counter("hearback_swept_total", "Rows whose bell was lost or whose worker died", ["debt"])


def exposition() -> bytes:
    """The metrics of this process, or of all web processes together where multiprocess mode is on."""
    registry = DEFAULT_REGISTRY
    if multiprocess_mode():
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def multiprocess_mode() -> bool:
    """Whether the web processes share their figures through a folder (PROMETHEUS_MULTIPROC_DIR)."""
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ
