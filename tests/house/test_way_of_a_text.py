"""Every arrow of docs/way-of-a-text.md has a fault point in the code. That a process is killed at each:
tests/faults/test_points.py.
"""

import ast
from collections import Counter

from tests.house.tree import ROOT, modules, named, parsed, rows

PAGE = ROOT / "docs" / "way-of-a-text.md"
HEADING = "## Each arrow and its fault point"


def _arrows() -> list[list[str]]:
    text = PAGE.read_text().split(f"\n{HEADING}\n", 1)[1].split("\n## ", 1)[0]
    return rows(text)


def _reached() -> Counter[str]:
    """The points in the code, each by its literal name."""
    found: Counter[str] = Counter()
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "faults.reached":
                (point,) = node.args
                assert isinstance(point, ast.Constant), f"{named(path)}: a point is named in full"
                found[str(point.value)] += 1
    return found


def test_every_arrow_has_its_point_and_every_point_its_arrow() -> None:
    points = [cells[1] for cells in _arrows()]
    assert len(points) > 20
    assert sorted(points) == sorted(_reached())


def test_no_two_arrows_share_a_point() -> None:
    assert [point for point, times in _reached().items() if times > 1] == []


def test_every_arrow_says_what_a_restart_does() -> None:
    for cells in _arrows():
        assert len(cells) == 3
        assert all(cells), cells
