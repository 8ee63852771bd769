"""Documents cannot drift: settings, metrics, decisions, changes and the README are read against the code."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase
from pydantic_core import PydanticUndefined

from hearback.cli import main
from runtime import metrics
from runtime.settings import Settings
from tests.house.tree import ROOMS, ROOT, files, first_cells, modules, named, rows

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text()
SETTINGS = DOCS / "settings.md"
NOT_SETTINGS = "## Not settings"
_VARIABLE = re.compile(r"\b(?:HEARBACK|TWILIO|TELEGRAM|SMTP|PROMETHEUS)_[A-Z][A-Z_]*[A-Z]\b")


def _documented() -> dict[str, str]:
    """Setting -> its default as the page gives it."""
    text = SETTINGS.read_text().split(f"\n{NOT_SETTINGS}\n", 1)[0]
    return {cells[0]: cells[1] for cells in rows(text)}


def test_every_setting_is_documented_with_its_true_default() -> None:
    assert _documented() == {
        str(field.alias): _default(field.default) for field in Settings.model_fields.values()
    }


def _default(default: object) -> str:
    if default is PydanticUndefined:
        return "required"
    return "none" if default is None else str(default)


def test_every_variable_that_the_code_speaks_of_is_documented() -> None:
    class_of_smtplib = "SMTP_SSL"
    known = {*_documented(), *first_cells(SETTINGS, NOT_SETTINGS), class_of_smtplib}
    spoken = {
        (name, named(path)) for path in modules() for name in _VARIABLE.findall(path.read_text())
    }
    assert {each for each in spoken if each[0] not in known} == set()


def _public(name: str, metric: MetricWrapperBase) -> dict[str, str]:
    kind = type(metric).__name__.lower()
    suffix = "_total" if isinstance(metric, Counter) else ""
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)
    return {"name": metric._name + suffix, "kind": kind, "labels": labels.strip("`")}


def test_every_metric_is_documented_with_kind_and_labels() -> None:
    ours = {
        name: metric
        for name, metric in vars(metrics).items()
        if isinstance(metric, MetricWrapperBase)
    }
    expected = [_public(name, metric) for name, metric in ours.items()]
    written = [
        {"name": cells[0], "kind": cells[1], "labels": cells[2]}
        for cells in rows((DOCS / "metrics.md").read_text())
    ]
    assert sorted(written, key=str) == sorted(expected, key=str)
    assert all(metric["name"].startswith("hearback_") for metric in expected)


def test_the_decisions_are_numbered_and_listed() -> None:
    pages = sorted((DOCS / "adr").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    index = (DOCS / "adr" / "README.md").read_text()
    listed = re.findall(r"- \[(.+)\]\((.+)\)", index)
    assert listed == [(_title(page), page.name) for page in pages]


def _title(page: Path) -> str:
    first, *_ = page.read_text().splitlines()
    assert first.startswith(f"# {int(page.name[:4])}. "), page.name
    return first.removeprefix("# ")


def test_each_decision_says_when_why_what_and_what_follows() -> None:
    for page in (DOCS / "adr").glob("[0-9]*.md"):
        text = page.read_text()
        for part in ("Accepted, ", "**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text, f"{page.name} lacks {part}"


def test_the_version_has_an_entry_among_the_changes() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text(), re.M)


def _targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text()
    return set(re.findall(r"^([a-z-]+):", makefile, re.M))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_commands_that_pages_name_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    said = " ".join(_code(text))
    for target in re.findall(r"\bmake ([a-z-]+)", said):
        assert target in _targets(), f"make {target}"
    for command in re.findall(r"\bhearback ([a-z]+)", said):
        assert command in main.commands, f"hearback {command}"


def _code(text: str) -> list[str]:
    blocks = re.findall(r"```.*?\n(.*?)```", text, re.S)
    return [*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))]


def test_the_readme_opens_with_the_two_commands_and_two_pictures() -> None:
    first_screen = "\n".join(README.splitlines()[:40])
    for said in (
        "make demo",
        "make test",
        "docs/pictures/phone.png",
        "docs/pictures/dashboard.png",
    ):
        assert said in first_screen
    assert "not an NHS product" in first_screen


@pytest.mark.parametrize("page", [path for path in files() if path.suffix == ".md"], ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    for target in re.findall(r"(?:\]\(|src=\")([^)#\"]+)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert os.path.exists(page.parent / target), f"{named(page)} links to {target}"


def test_pages_that_the_code_speaks_of_are_there() -> None:
    spoken = {
        page
        for path in modules(*ROOMS, "tests")
        for page in re.findall(r"\bdocs/[a-z/-]+\.(?:md|yaml)\b", path.read_text())
    }
    assert {page for page in spoken - {"docs/long-tests.md"} if not (ROOT / page).exists()} == set()


def test_make_targets_are_phony_or_files() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split())  # type: ignore[index]
    assert phony == _targets()


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_no_page_claims_what_only_a_provider_can_sign(page: str) -> None:
    assert "complian" not in (ROOT / page).read_text().lower()
