"""`hearback bench`: measures everything within one run and prints one table, plain and Markdown at once."""

import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NoReturn

from tqdm import tqdm

from benchmarks import house, inside, load, processes, rival, rounds, steps, twilio_api
from benchmarks.house import Ground
from benchmarks.inside import Books
from benchmarks.load import HOST, LoadFailed
from benchmarks.processes import Running
from benchmarks.rounds import Measured, Ratio, Step
from benchmarks.texts import Crowd
from runtime import clock
from runtime.embedded import EmbeddedError

ROUNDS = 7
ROUNDS_AT_WORK = 3
FIGURES = 7
OWED = 300
_PATIENCE_SECONDS = 40.0

HEAD = ("what", "measured", "wanted", "kept")
Row = tuple[str, str, str, str]


@dataclass
class Bench:
    """What the bench has running, and what it has found so far."""

    here: Ground
    values: dict[str, str]
    books: Books
    floor: Measured
    hearback: Measured
    rivals: dict[str, Measured]
    rival_away: str = ""


def run() -> None:
    """Measure and print; exit 0 when all was measured, whatever the figures. Under five minutes."""
    signal.signal(signal.SIGTERM, _as_exit)
    folder = Path(os.environ.get("HEARBACK_DATA_DIR") or "var").resolve() / "bench"
    steps = 5 + (ROUNDS + 1) * 4 + (ROUNDS_AT_WORK + 1) * 2
    started = time.monotonic()
    try:
        with ExitStack() as undo, tqdm(total=steps, disable=None, leave=False) as bar:
            rows = _rows(folder, undo, _stepper(bar))
    except (EmbeddedError, LoadFailed) as error:
        sys.exit(f"hearback bench: {error}")
    sys.stdout.write(f"{_where(time.monotonic() - started)}\n\n{lines(rows)}\n")


def _as_exit(*_: object) -> NoReturn:
    sys.exit(143)


def _stepper(bar: "tqdm[NoReturn]") -> Step:
    def step(name: str) -> None:
        bar.set_description(name)
        bar.update()

    return step


def _rows(folder: Path, undo: ExitStack, step: Step) -> list[Row]:
    bench = _prepared(folder, undo, step)
    counted = _statements(bench)
    measured = {"the floor": bench.floor, "Hearback": bench.hearback, **bench.rivals}
    rounds.interleaved(measured, ROUNDS, step)
    rows = [_floor_row(bench), _hearback_row(bench), *_rival_rows(bench), counted, _step_row()]
    step("workers and clock")
    worker = house.work(bench.here, bench.values)
    _settled(bench)
    rows.insert(2, _at_work_row(bench, step))
    step("text to figure")
    _settled(bench)
    rows.append(_figure_row(bench))
    step("memory")
    return [*rows, *_memory_rows(bench, worker)]


def _prepared(folder: Path, undo: ExitStack, step: Step) -> Bench:
    step("servers")
    here = house.ground(folder, undo)
    values = house.environment(here, undo.enter_context(twilio_api.running()))
    books = Books.open(house.migrated(values))
    undo.callback(books.engine.dispose)
    floor = Measured(house.floor(here, values), Crowd(HOST), again=True)
    hearback = Measured(house.web(here, values), Crowd(HOST))
    step("RapidSMS")
    try:
        served = rival.serve(here)
    except rival.RivalAway as error:
        return Bench(here, values, books, floor, hearback, {}, str(error))
    rivals = {f"RapidSMS 2.2.0 on {name}": Measured(it, Crowd(HOST)) for name, it in served.items()}
    return Bench(here, values, books, floor, hearback, rivals)


def _statements(bench: Bench) -> Row:
    crowd = bench.hearback.crowd
    crowd.prepare(20)
    talks = [crowd.conversations.popleft() for _ in range(5)]
    each = inside.count(bench.books.engine, talks)[1:]  # the first also looks up the place
    statements = sorted({one.statements for one in each})
    commits = sorted({one.commits for one in each})
    said = f"{_either(statements)} and {_either(commits)}"
    kept = len(statements) == 1 and statements[0] <= 9 and commits == [1]
    return ("Statements and commits of an ordinary text", said, "the same, <= 9 and 1", _kept(kept))


def _step_row() -> Row:
    took = steps.slowest_hundredth()
    what = f"One step, p99 of {steps.TEXTS} texts, all rules on"
    return (what, f"{took:.2f} ms of processor time", "< 1 ms", _kept(took < 1))


def _either(numbers: list[int]) -> str:
    return " or ".join(map(str, numbers))


def _floor_row(bench: Bench) -> Row:
    said = f"1.00 of the floor; {_speed(bench.floor)}"
    return ("Floor: the same server, constant TwiML", said, "", "")


def _hearback_row(bench: Bench) -> Row:
    found = rounds.ratio(bench.hearback, bench.floor)
    return (
        "Hearback: signed SMS stored, stepped, answered",
        f"{_span(found, 3)} of the floor; {_speed(bench.hearback)}",
        ">= 0.08, aim 0.12",
        _kept(found.middle >= 0.08),
    )


def _at_work_row(bench: Bench, step: Step) -> Row:
    """Workers and clock take their share of the same cores."""
    floor = Measured(bench.floor.running, bench.floor.crowd, again=True)
    hearback = Measured(bench.hearback.running, bench.hearback.crowd)
    rounds.interleaved({"the floor": floor, "Hearback at work": hearback}, ROUNDS_AT_WORK, step)
    found = rounds.ratio(hearback, floor)
    said = f"{_span(found, 3)} of the floor; {_speed(hearback)}"
    return ("The same while both workers redact and count", said, "", "")


def _rival_rows(bench: Bench) -> list[Row]:
    if not bench.rivals:
        return [("RapidSMS 2.2.0", f"not measured: {bench.rival_away}", "", "")]
    rows: list[Row] = []
    for name, one in bench.rivals.items():
        said = f"{_span(rounds.ratio(one, bench.floor), 3)} of the floor; {_speed(one)}"
        rows.append((f"{name}: checked, stored, answered", said, "", ""))
    for name, one in bench.rivals.items():
        ours = rounds.ratio(bench.hearback, one)
        said = f"{_span(ours, 1)} times"
        rows.append((f"Hearback against {name}", said, ">= 2, aim 4", _kept(ours.middle >= 2)))
    return rows


def _settled(bench: Bench) -> None:
    if not _await(bench.books.idle, _PATIENCE_SECONDS):
        raise LoadFailed(f"the workers did not finish, see {bench.here.folder / 'worker.log'}")


def _await(done: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not (finished := done()) and time.monotonic() < until:
        time.sleep(0.01)
    return finished


def _figure_row(bench: Bench) -> Row:
    took = [_figure(bench) for _ in range(FIGURES)]
    said = f"{median(took):.2f} s, slowest of {FIGURES} {max(took):.2f} s"
    return ("From text to dashboard figure, idle queue", said, "< 5 s", _kept(max(took) < 5))


def _figure(bench: Bench) -> float:
    """Seconds from sending a rating until the daily figures count it."""
    before = bench.books.answers()
    text = bench.hearback.crowd.stranger("2 kind staff")
    started = time.perf_counter()
    load.ask(bench.hearback.running.port, text)
    if not _await(lambda: bench.books.answers() > before, _PATIENCE_SECONDS):
        raise LoadFailed("a text did not reach the daily figures")
    return time.perf_counter() - started


def _memory_rows(bench: Bench, worker: Running) -> list[Row]:
    """Of the largest web process, and of the worker `now` once it has sent what it was owed."""
    crowd = bench.hearback.crowd
    bench.books.owe([crowd.number() for _ in range(OWED)])
    if not _await(lambda: bench.books.sent() >= OWED, _PATIENCE_SECONDS):
        raise LoadFailed(f"the worker did not send, see {bench.here.folder / 'worker.log'}")
    web = processes.children(bench.hearback.running.process.pid)
    now = [
        pid
        for pid in processes.children(worker.process.pid)
        if "workers.process now" in processes.command_line(pid)
    ]
    return [_memory_row("Web process", web), _memory_row("Worker of the queue `now`", now)]


def _memory_row(name: str, pids: list[int]) -> Row:
    what = f"{name}, resident after load"
    if not pids:
        return (what, "not measured: no /proc here", "< 150 MB", "")
    most = max(map(processes.resident_megabytes, pids))
    return (what, f"{most:.0f} MB", "< 150 MB", _kept(most < 150))


def _speed(measured: Measured) -> str:
    rate, middle = (
        measured.middle(lambda shot: shot.rate),
        measured.middle(lambda shot: shot.middle),
    )
    slow = measured.middle(lambda shot: shot.slow)
    return f"{rate:.0f} texts/s, median {middle:.1f} ms, p99 {slow:.0f} ms"


def _span(found: Ratio, digits: int) -> str:
    return f"{found.middle:.{digits}f} ({found.least:.{digits}f} to {found.most:.{digits}f})"


def _kept(kept: bool) -> str:
    return "yes" if kept else "NO"


def _where(seconds: float) -> str:
    now = clock.now()
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    return (
        f"`hearback bench`, {now:%d %B %Y}, {platform.system()} {platform.machine()}, {cores} cores "
        f"(load {busy:.1f} at the end), Python {platform.python_version()}, PostgreSQL with fsync, "
        f"{load.CONNECTIONS} connections, 2 web processes of 8 threads, {ROUNDS} rounds of "
        f"{rounds.SECONDS} s each, interleaved; {seconds:.0f} s in all. Ratios are medians of the "
        "rounds' own (least to most); compare ratios only."
    )


def lines(rows: list[Row]) -> str:
    """A Markdown table whose columns line up, so that it reads as plain text too."""
    table = [HEAD, *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(HEAD))]
    ruled = [HEAD, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in ruled
    )
