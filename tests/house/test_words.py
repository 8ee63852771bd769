"""Who may read a person's own words: redaction, and that person's own page. Nobody else imports them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, modules, named, parsed

TEMPLATES = sorted((ROOT / "dashboard" / "templates").glob("*.jinja"))
FOR_PAGES = {
    "accounts",
    "audit",
    "crypto",
    "database",
    "figures",
    "services",
    "sessions",
    "staff_voice",
    "stories",
}
"""The parts of storage that pages may use: none of them opens a text, a number or original words."""
READERS = {
    "storage.alerts": {
        "flows/alert.py",
        "flows/sweep.py",
        "flows/telling.py",
        "webhooks/health.py",
    },
    "storage.triage": {"flows/cases.py", "flows/triage.py"},
    "flows.triage": {"dashboard/cases.py", "dashboard/triage.py", "flows/cases.py"},
    "flows.cases": {"dashboard/cases.py"},
    "storage.comments": {"flows/sweep.py", "flows/understand.py"},
    "flows.threads": {"dashboard/phone.py", "dashboard/talk.py"},
    "storage.threads": {"flows/threads.py"},
}


def _imports(path: Path) -> Iterator[str]:
    """Every module that `path` imports, `from a import b` as both a and a.b."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("module", "readers"), READERS.items())
def test_only_these_import_what_reads_original_words(module: str, readers: set[str]) -> None:
    found = {named(path) for path in modules() if module in set(_imports(path))}
    assert found == readers


def test_only_redaction_selects_the_column() -> None:
    selecting = {named(path) for path in modules() if "Comment.words" in path.read_text()}
    assert selecting == {"storage/comments.py"}


def test_pages_use_only_the_parts_of_storage_without_words() -> None:
    used = {
        name.split(".")[1]
        for path in modules("dashboard")
        for name in _imports(path)
        if name.startswith("storage.") and (ROOT / "storage" / f"{name.split('.')[1]}.py").exists()
    }
    assert used <= FOR_PAGES


def test_there_are_pages_to_look_at() -> None:
    assert len(TEMPLATES) > 5


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_page_trusts_what_people_typed(template: Path) -> None:
    text = template.read_text()
    for loophole in ("|safe", "| safe", "autoescape", "Markup", "onclick=", "javascript:"):
        assert loophole not in text


def test_no_code_declares_text_to_be_safe() -> None:
    """Charts are made of numbers and escaped names; pages and all other rooms leave it to Jinja."""
    marked = {named(path) for path in modules() if "markupsafe" in set(_imports(path))}
    assert marked <= {"insight/charts.py"}
