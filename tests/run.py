"""What `make test` and `make test-long` run, and what they say they have left out.

Tests marked `own_tree` start the whole application as processes of its own, so they go first and
one by one; all others share two pytest processes.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime import clock
from tests.browser import chromium

ROOT = Path(__file__).parents[1]
NO_CHROMIUM = (
    "Left out: the browser tests, as there is no chromium on this machine. "
    "To get it on Debian or Ubuntu: sudo apt-get install chromium"
)
NO_SHARED = (
    "Left out: the tests against published figures and labelled comments, "
    "as there is no folder ../shared beside this clone."
)
NOTHING_COLLECTED = 5
LONG_RESULTS = ROOT / "docs" / "long-tests.md"
LONG_HEAD = """# Results of the long tests

`make test-long` adds a line here. Times are of the machine that ran them.

| Date | Result |
| --- | --- |
"""


@dataclass(frozen=True)
class Part:
    """One run of pytest: the tests that these marks choose, spread over so many processes."""

    marks: str
    processes: int

    def command(self, *more: str) -> list[str]:
        """What to run."""
        spread = ["-n", str(self.processes), "--dist", "loadgroup"] if self.processes else ["-n0"]
        return [sys.executable, "-m", "pytest", *spread, "-m", self.marks, *more]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests; the exit status says whether all of them passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.run")
    parser.add_argument("--long", action="store_true", help="the tests that take longer, alone")
    given = parser.parse_args(arguments)
    browser = chromium.found() is not None
    for line in left_out(browser=browser, shared=(ROOT.parent / "shared").is_dir()):
        print(line, flush=True)
    if given.long:
        return _long()
    return max(_passed(part) for part in parts(browser=browser))


def left_out(*, browser: bool, shared: bool) -> list[str]:
    """One line for each thing that this machine lacks."""
    return [*([] if browser else [NO_CHROMIUM]), *([] if shared else [NO_SHARED])]


def parts(*, browser: bool) -> list[Part]:
    """The runs of pytest, in order."""
    rest = "not long" if browser else "not long and not browser"
    return [Part(f"own_tree and {rest}", 0), Part(f"not own_tree and {rest}", 2)]


def _passed(part: Part) -> int:
    status = subprocess.run(part.command(), cwd=ROOT, check=False).returncode
    return 0 if status == NOTHING_COLLECTED else status


def _long() -> int:
    with subprocess.Popen(
        Part("long", 0).command("--timeout=3600"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        closing = ""
        for line in running.stdout:
            print(line, end="", flush=True)
            closing = line.strip() or closing
    if running.returncode == NOTHING_COLLECTED:
        print("There is no long test yet.")
        return 0
    _keep_long_result(closing)
    return running.returncode


def _keep_long_result(closing: str) -> None:
    page = LONG_RESULTS.read_text() if LONG_RESULTS.exists() else LONG_HEAD
    LONG_RESULTS.write_text(f"{page}| {clock.london_day(clock.now())} | {closing} |\n")


if __name__ == "__main__":
    sys.exit(main())
