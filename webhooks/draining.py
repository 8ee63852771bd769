"""Brings spooled texts into the database: at the start of a web process, and every 30 seconds."""

import threading

from sqlalchemy.exc import SQLAlchemyError

from flows import letters
from flows.accept import accept
from flows.house import Door
from runtime import faults, log, metrics
from storage import database
from storage.crypto import SealBroken

EVERY_SECONDS = 30.0


def start(door: Door) -> threading.Event:
    """Drain in a thread of this process until the returned event is set."""
    stop = threading.Event()
    threading.Thread(target=_keep_draining, args=(door, stop), name="spool", daemon=True).start()
    return stop


def _keep_draining(door: Door, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            drain(door)
        except (OSError, SQLAlchemyError) as error:
            log.get().error("spool_not_drained", error=type(error).__name__)
        stop.wait(EVERY_SECONDS)


def drain(door: Door) -> int:
    """Take in what waits on disk, oldest first; returns how many texts. Replies leave by API.

    One drainer a folder (flock). Stops when the database is away; a text that it refuses for a
    reason of its own stays on disk and does not hold back those behind it.
    """
    taken = 0
    with door.spool.drained_alone() as mine:
        for path in door.spool.waiting() if mine else ():
            try:
                received_at, letter = door.spool.read(path)
            except SealBroken:
                log.get().error("spool_damaged")
                door.spool.set_aside(path)
                continue
            try:
                accepted = accept(door.house, letters.to_text(letter), received_at, ride=False)
            except SQLAlchemyError as error:
                if database.away(error):
                    break
                log.get().error("spooled_text_refused", error=type(error).__name__)
                continue
            faults.reached("spool.accepted")
            door.spool.done(path)
            door.ring(*accepted.bells)
            taken += 1
    metrics.SPOOL_LINES.set(len(door.spool.waiting()))
    return taken
