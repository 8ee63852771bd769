"""The hazard log names tests that exist, and calls nothing controlled that no test holds."""

import ast
from typing import Any

import pytest
import yaml

from tests.house.tree import ROOT

HAZARDS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "docs" / "safety" / "hazards.yaml").read_text()
)["hazards"]
NEEDED = {"id", "hazard", "cause", "effect", "control", "tests", "status"}
STATUSES = {"controlled", "partly", "open"}


def _tests(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_numbers_follow_each_other() -> None:
    assert [each["id"] for each in HAZARDS] == [
        f"H{number:02}" for number in range(1, len(HAZARDS) + 1)
    ]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda each: each["id"])
def test_every_part_is_there(hazard: dict[str, Any]) -> None:
    assert set(hazard) - {"remains"} == NEEDED
    assert hazard["status"] in STATUSES
    assert (hazard["status"] == "controlled") == ("remains" not in hazard)
    assert hazard["tests"] or hazard["status"] != "controlled"


@pytest.mark.parametrize("node", sorted({node for each in HAZARDS for node in each["tests"]}))
def test_the_test_exists(node: str) -> None:
    path, _, name = node.partition("::")
    assert name.startswith("test_")
    assert name in _tests(path)
