"""The repository as the house tests read it: its rooms, modules, functions and documents."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "bot", "dashboard", "flows", "hearback", "insight", "intake", "rules", "runtime", "storage",
    "webhooks", "workers",
)  # fmt: skip


@dataclass(frozen=True)
class Function:
    """A function or method, from its `def` to its last line, docstring and all."""

    where: str
    lines: int
    node: ast.FunctionDef | ast.AsyncFunctionDef


def files() -> Iterator[Path]:
    """Every file of the repository that .gitignore does not leave out."""
    ignored = [line.strip().strip("/") for line in (ROOT / ".gitignore").read_text().split()]
    yield from _below(ROOT, (*ignored, ".git"))


def _below(folder: Path, ignored: tuple[str, ...]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from _below(path, ignored)
        else:
            yield path


def named(path: Path) -> str:
    """Its path from the repository's root."""
    return path.relative_to(ROOT).as_posix()


def modules(*folders: str) -> Iterator[Path]:
    """Python modules below these folders (default: the rooms), migrations left out."""
    for folder in folders or ROOMS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


@cache
def parsed(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[Function]:
    """Every function of a module, nested ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield Function(f"{named(path)}:{node.name}", node.end_lineno - node.lineno + 1, node)


def first_cells(document: Path, heading: str | None = None) -> list[str]:
    """The first cell of each table row of a Markdown page, backticks off; below `heading` only."""
    text = document.read_text()
    if heading is not None:
        text = text.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    return [row[0] for row in rows(text)]


def rows(text: str) -> list[list[str]]:
    """The cells of each table row of a Markdown text, backticks off, heads and rules left out."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        head = number + 1 < len(lines) and lines[number + 1].startswith("| ---")
        if line.startswith("| ") and not line.startswith("| ---") and not head:
            found.append([cell.strip().strip("`") for cell in line.split("|")[1:-1]])
    return found
