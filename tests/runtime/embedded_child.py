"""A process of its own that runs the embedded servers, for tests that end it in every way.

`python -m tests.runtime.embedded_child DATA_DIR [main|thread]` prints one JSON line when the
servers answer, and then waits to be ended. `thread` starts them where Linux cannot tie their life
to ours.
"""

import json
import os
import sys
import threading
from pathlib import Path

import psycopg

from runtime import embedded, log


def _serve(data_dir: Path) -> None:
    with embedded.running(data_dir) as servers, psycopg.connect(servers.postgres.dsn) as link:
        link.execute("CREATE TABLE IF NOT EXISTS kept (number integer)")
        link.execute("INSERT INTO kept VALUES (7)")
        link.commit()
        there = link.execute("SELECT count(*), current_setting('data_directory') FROM kept")
        count, data_directory = there.fetchone() or (0, "")
        said = {
            "uid": os.geteuid(),
            "pids": [servers.postgres.pid, servers.valkey.pid],
            "count": count,
            "data_directory": data_directory,
        }
        print(json.dumps(said), flush=True)
        sys.stdin.read()


def _main(data_dir: str, where: str = "main") -> None:
    log.configure("WARNING", "test")
    if where == "main":
        _serve(Path(data_dir))
        return
    thread = threading.Thread(target=_serve, args=(Path(data_dir),))
    thread.start()
    thread.join()


if __name__ == "__main__":
    _main(*sys.argv[1:])
