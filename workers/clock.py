"""The clock process: looks at the schedule every second, outlives Redis and PostgreSQL being away.

Two clocks may run: each scheduled moment is claimed by a row, and what is rung is harmless twice.
"""

import signal
import threading

from sqlalchemy.exc import SQLAlchemyError

from flows.house import House
from runtime import clock, jobs, log
from runtime.settings import Settings
from storage import database
from workers.schedule import tick

LOOK_SECONDS = 1.0


def run(settings: Settings, stop: threading.Event | None = None) -> None:
    """Until SIGTERM or SIGINT (or `stop` is set)."""
    log.configure(settings.log_level, "clock")
    stop = stop or _stopped_by_signal()
    house = House(database.connect(settings, 1), demo=settings.demo)
    redis = jobs.connect(settings.redis_url)
    log.get().info("clock_ready")
    while not stop.is_set():
        try:
            tick(house, redis, clock.now())
        except SQLAlchemyError as error:
            log.get().warning("database_away", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001  the outermost door: the clock must go on
            log.get().error("tick_failed", exc_info=error)
        stop.wait(LOOK_SECONDS)
    house.engine.dispose()
    redis.close()


def _stopped_by_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
