"""The floors hold: imports go down only, and the check itself would notice one that does not."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT

FLOORS = [
    "hearback",
    "webhooks | dashboard | workers",
    "flows",
    "storage | bot.channels | bot.library | intake",
    "bot.dialogue | insight | rules | runtime",
]
ILLEGAL = {
    "runtime/up.py": "import storage",
    "flows/up.py": "import webhooks",
    "bot/dialogue/sideways.py": "import runtime",
    "webhooks/sideways.py": "import workers",
    "storage/sideways.py": "import bot.channels",
}


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _project() -> dict[str, list[str]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text())
    linter = read["tool"]["importlinter"]
    (contract,) = linter["contracts"]
    return {
        "floors": contract["layers"],
        "ignored": contract.get("ignore_imports", []),
        "rooms": sorted(linter["root_packages"]),
        "mypy": sorted(read["tool"]["mypy"]["packages"]),
    }


@pytest.mark.slow
def test_imports_go_down_only() -> None:
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_check_notices_each_import_that_goes_up_or_sideways(tmp_path: Path) -> None:
    for package in [*ROOMS, "bot/channels", "bot/dialogue", "bot/library"]:
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    for name, line in ILLEGAL.items():
        (tmp_path / name).write_text(line + "\n")
    done = _lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout
    for name in ILLEGAL:
        assert name.removesuffix(".py").replace("/", ".") in done.stdout


def test_the_floors_are_those_of_the_plan_without_exceptions() -> None:
    assert _project()["floors"] == FLOORS
    assert _project()["ignored"] == []


def test_every_folder_with_code_is_a_room_on_a_floor() -> None:
    packages = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    assert [name for name in packages if name not in {"tests", "benchmarks"}] == list(ROOMS)
    assert _project()["rooms"] == list(ROOMS)
    assert set(ROOMS) <= set(_project()["mypy"])


def test_no_module_stands_between_the_rooms_of_the_bot() -> None:
    inside = {
        path.stem for path in (ROOT / "bot").glob("*") if path.suffix == ".py" or path.is_dir()
    }
    assert inside - {"__init__", "__pycache__"} <= {
        "channels", "dialogue", "library", "scripts", "locales",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["utils", "common", "core", "helpers", "misc"])
def test_nothing_is_named_after_nothing(name: str) -> None:
    found = [
        path
        for room in ROOMS
        for path in (ROOT / room).rglob(f"{name}*")
        if path.name in {name, f"{name}.py"}
    ]
    assert found == []
