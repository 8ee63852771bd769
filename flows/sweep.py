"""Looks for debts whose bell was lost: what must be rung for again, and what waits for a receipt."""

from datetime import datetime, timedelta

from flows import mail
from flows.house import House
from flows.receipts import CAN_BE_ASKED, LEFT_SENDING, NO_RECEIPT
from runtime import faults, jobs, metrics
from runtime.jobs import Bell
from storage import aggregates, alerts, check_ins, comments, erasures, inbox, mails, outbox


def sweep(house: House, now: datetime) -> tuple[Bell, ...]:
    """The bells to ring for what the tables still owe. Reads only; may run as often as it likes."""
    with house.engine.connect() as connection:
        oldest = outbox.oldest_due(connection)
        unsettled = outbox.unsettled(connection, CAN_BE_ASKED, now - LEFT_SENDING, now - NO_RECEIPT)
        owed = {
            jobs.DELIVER: oldest is not None and oldest <= now,
            jobs.SETTLE: unsettled,
            jobs.CATCH_UP: bool(inbox.senders_waiting(connection, 1)),
            jobs.UNDERSTAND: comments.unread(connection) > 0,
            jobs.ALERT: alerts.owed(connection, now)
            or mails.owed(connection, now, mail.LEFT_SENDING),
            jobs.CHECK_INS: check_ins.any_due(connection, now),
            jobs.AGGREGATE: aggregates.dirty(connection) > 0,
            jobs.ERASE: erasures.owed(connection, now),
        }
    age = max(now - oldest, timedelta(0)) if oldest else timedelta(0)
    metrics.OUTBOX_OLDEST.set(age.total_seconds())
    faults.reached("sweep.looked")
    return tuple(bell for bell, due in owed.items() if due)
