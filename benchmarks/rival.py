"""RapidSMS 2.2 as well as it can be served: its own environment, its own database on the same server.

What was tried and was slower: gunicorn with threads, psycopg 3, a commit for each of its statements.
"""

import hashlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import processes
from benchmarks.house import Ground, fresh_database
from benchmarks.processes import Running
from runtime.embedded import postgres

SITE = Path(__file__).parent / "rapidsms_site"
DATABASE = "rapidsms"


class RivalAway(Exception):
    """RapidSMS cannot be had here (no network for a first run, say); the message says what failed."""


def serve(here: Ground) -> Running:
    """Install it where it is not yet, migrate, and serve. RivalAway where that does not work."""
    programs = _installed(here.folder / "rapidsms")
    fresh_database(here.servers, DATABASE)
    environment = {
        "PYTHONPATH": str(SITE),
        "DJANGO_SETTINGS_MODULE": "site_settings",
        "BENCH_DATABASE": DATABASE,
        "BENCH_DATABASE_USER": postgres.NAME,
        "BENCH_DATABASE_HOST": str(here.folder_of_sockets),
        "BENCH_DATABASE_PORT": str(postgres.PORT),
    }
    _run([programs / "python", "-m", "django", "migrate", "--verbosity=0"], environment)
    port = str(processes.free_port())
    command = [str(programs / "granian"), "--interface", "wsgi", "--workers", "2"]
    command += ["--blocking-threads", "8", "--no-ws", "--log-level", "error", "--port", port]
    command += ["site_wsgi:application"]
    return here.start("rapidsms", command, {**environment, "PORT": port}).await_port()


def _installed(folder: Path) -> Path:
    """Its virtual environment, made anew when the wanted versions change."""
    wanted = hashlib.sha256((SITE / "requirements.txt").read_bytes()).hexdigest()
    mark = folder / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        _run([sys.executable, "-m", "venv", "--clear", folder], {})
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
        ]
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
