"""Starts the web server: what must be in place before it counts or serves, then granian.

Imports nothing of the application itself, so that the parent of the web processes stays small.
"""

import os
import shutil

from granian import Granian
from granian.constants import Interfaces

from runtime.settings import Settings
from storage.spool import Spool


def run(given: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises SpoolRefused where texts could not be kept safely."""
    Spool(given.data_dir / "spool").check()
    folder = given.data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # prometheus-client decides when it is first imported whether its counters are shared: this
    # process has not imported it, and the web processes inherit the setting.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.resolve())
    serve(given)


def serve(given: Settings, application: str = "hearback.web:from_environment") -> None:
    """Serve `application`. The bench serves its floor in the very same way."""
    Granian(
        application,
        factory=True,
        interface=Interfaces.WSGI,
        address=given.host,
        port=given.port,
        workers=given.web_processes,
        blocking_threads=given.web_threads,
        log_access=False,
        log_enabled=given.log_level == "DEBUG",
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()
