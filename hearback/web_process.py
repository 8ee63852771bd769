"""Starts the web server with its shared metrics folder in place before anything counts."""

import os
import shutil

from runtime.settings import Settings


def run(given: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    folder = given.data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # prometheus-client decides when it is first imported whether its counters are shared.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.resolve())
    from hearback import web

    web.serve(given)
