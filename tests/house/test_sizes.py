"""Small enough to read: modules, functions, conftest files."""

import statistics
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT, functions, modules, named

FUNCTION_MEDIAN = 10
FUNCTION_MOST = 25
FUNCTION_LONGEST = 50
MODULE_LONGEST = 400
CONFTEST_LONGEST = 150


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_modules_are_short() -> None:
    long = {
        named(path): _lines(path)
        for path in modules(*ROOMS, "tests", "benchmarks")
        if _lines(path) >= MODULE_LONGEST
    }
    assert long == {}


def test_conftests_are_short() -> None:
    found = list((ROOT / "tests").rglob("conftest.py"))
    assert found
    assert {named(path) for path in found if _lines(path) >= CONFTEST_LONGEST} == set()


def test_functions_are_short() -> None:
    """Counted whole, from `def` to the last line, docstring included."""
    lengths = sorted(function.lines for path in modules() for function in functions(path))
    assert statistics.median(lengths) < FUNCTION_MEDIAN
    assert lengths[int(len(lengths) * 0.9)] < FUNCTION_MOST


@pytest.mark.parametrize("folder", [*ROOMS, "tests", "benchmarks"])
def test_no_function_is_long(folder: str) -> None:
    found = [function for path in modules(folder) for function in functions(path)]
    long = {each.where: each.lines for each in found if each.lines > FUNCTION_LONGEST}
    assert long == {}
