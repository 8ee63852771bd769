"""Ruff bans the clock and chance outside `runtime/`, broad excepts, and public names without a word."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

BANNED = {
    "from datetime import UTC, datetime\n\nx = datetime.now(UTC)\n": "TID251",
    "import datetime as dt\n\nx = dt.date.today()\n": "TID251",
    "import datetime as dt\n\nx = dt.datetime.utcnow()\n": "TID251",
    "import time\n\nx = time.time()\n": "TID251",
    "from time import time\n\nx = time()\n": "TID251",
    "from uuid import uuid4\n\nx = uuid4()\n": "TID251",
    "import random\n\nx = random.random()\n": "TID251",
    "from random import choice\n\nx = choice([1])\n": "TID251",
    "try:\n    x = 1\nexcept Exception:\n    x = 2\n": "BLE001",
    "def shown() -> None:\n    return\n": "D103",
}
ROOMS_WITHOUT_CLOCK = ("flows/x.py", "bot/dialogue/x.py", "hearback/x.py", "rules/x.py")


def _ruff(source: str, name: str) -> str:
    program = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [
            program,
            "check",
            "--no-cache",
            "--output-format=concise",
            f"--stdin-filename={name}",
            "-",
        ],
        cwd=ROOT,
        input='"""A module."""\n\n' + source,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.parametrize(("source", "rule"), BANNED.items())
def test_the_ban_bites(source: str, rule: str) -> None:
    assert rule in _ruff(source, "flows/x.py")


@pytest.mark.parametrize("name", ROOMS_WITHOUT_CLOCK)
def test_the_clock_is_banned_in_every_room(name: str) -> None:
    assert "TID251" in _ruff(next(iter(BANNED)), name)


def test_the_clock_itself_may_read_the_time() -> None:
    assert "TID251" not in _ruff(next(iter(BANNED)), "runtime/clock.py")
