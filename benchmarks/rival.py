"""RapidSMS 2.2 as well as it can be served: its own environment, its own database on the same server.

On the very web server that Hearback uses, and on gunicorn with threads, which Django's own pages
name. What was tried and was slower on either: psycopg 3, and a commit for each of its statements.
"""

import hashlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import processes
from benchmarks.house import Ground, fresh_database
from benchmarks.load import HOST
from benchmarks.processes import Running
from benchmarks.texts import PUBLIC_URL, TOKEN
from runtime.embedded import postgres

SITE = Path(__file__).parent / "rapidsms_site"
GRANIAN, GUNICORN = "granian", "gunicorn"
_APPLICATION = "site_wsgi:application"


class RivalAway(Exception):
    """RapidSMS cannot be had here (no network for a first run, say); the message says what failed."""


def serve(here: Ground) -> dict[str, Running]:
    """Install it where it is not yet, and serve it by each server. RivalAway where that fails."""
    programs = _installed(here.folder / "rapidsms")
    return {server: _served(here, programs, server) for server in (GRANIAN, GUNICORN)}


def _served(here: Ground, programs: Path, server: str) -> Running:
    database = f"rapidsms_{server}"
    fresh_database(here.servers, database)
    environment = {
        "PYTHONPATH": str(SITE),
        "DJANGO_SETTINGS_MODULE": "site_settings",
        "BENCH_DATABASE": database,
        "BENCH_DATABASE_USER": postgres.NAME,
        "BENCH_DATABASE_HOST": str(here.folder_of_sockets),
        "BENCH_DATABASE_PORT": str(postgres.PORT),
        "BENCH_PUBLIC_URL": PUBLIC_URL,
        "BENCH_TOKEN": TOKEN,
        "PORT": str(processes.free_port()),
    }
    _run([programs / "python", "-m", "django", "migrate", "--verbosity=0"], environment)
    command = [str(programs / server), *_options(server, environment["PORT"]), _APPLICATION]
    return here.start(database, command, environment).await_port()


def _options(server: str, port: str) -> list[str]:
    """Two processes of eight threads, kept-alive connections, no word about a request."""
    if server == GUNICORN:
        options = f"--workers 2 --threads 8 --worker-class gthread --bind {HOST}:{port}"
        return [*options.split(), "--keep-alive", "60", "--log-level", "error"]
    options = f"--interface wsgi --workers 2 --blocking-threads 8 --host {HOST} --port {port}"
    return [*options.split(), "--no-ws", "--log-level", "error"]


def _installed(folder: Path) -> Path:
    """Its virtual environment, made anew when the wanted versions change."""
    wanted = hashlib.sha256((SITE / "requirements.txt").read_bytes()).hexdigest()
    mark = folder / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        _run([sys.executable, "-m", "venv", "--clear", folder], {})
        pip = [str(folder / "bin" / "pip"), "--quiet", "--disable-pip-version-check"]
        _run([*pip, "install", "--requirement", str(SITE / "requirements.txt")], {})
        mark.write_text(wanted)
    return folder / "bin"


def _run(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        env={**processes.bare(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        words = " ".join(map(str, command[1:4]))
        raise RivalAway(f"{words}: {said[:120]}")
