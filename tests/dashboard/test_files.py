"""Style, script and sign: cached for ever under hashed names, light, and without NHS lettering."""

import gzip
import re
from pathlib import Path

import pytest

from dashboard import assets
from dashboard.files import STATIC
from tests.dashboard.browser import Browser
from tests.dashboard.lint import NHS_OWN
from tests.places import Seeded

BUDGET = 150 * 1024


def _linked(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', html)


def test_served_for_a_year_under_a_hash(browser: Browser) -> None:
    linked = _linked(browser.get("/").text)
    assert len(linked) == 3
    for path in linked:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_squeezed_for_those_who_take_it(browser: Browser) -> None:
    path = next(each for each in _linked(browser.get("/").text) if each.endswith(".css"))
    plain = browser.get(path)
    squeezed = browser.get(path, headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.data) == plain.data
    assert len(squeezed.data) < len(plain.data) / 4


@pytest.mark.parametrize("name", ["hearback.css", "hearback.000000000000.css", "..%2Ffiles.py"])
def test_no_other_name_is_served(browser: Browser, name: str) -> None:
    assert browser.get(f"/static/{name}").status_code == 404


def test_a_first_visit_is_light(demo: Browser, mine: Seeded) -> None:
    """The page and all it needs, even where nothing is squeezed on the way."""
    page = demo.get("/phone")
    assert page.status_code == 200
    assert len(page.data) + sum(len(demo.get(path).data) for path in _linked(page.text)) < BUDGET


def test_no_nhs_lettering_and_nothing_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text()
        assert not NHS_OWN.search(text), path.name
        assert not re.search("@font-face|@import", text), path.name
        assert set(re.findall(r"url\([\"']?(.{5})", text)) <= {"data:"}, path.name


@pytest.mark.slow
def test_what_is_committed_is_what_is_built(tmp_path: Path) -> None:
    scratch, target = tmp_path / "scratch", tmp_path / "static"
    scratch.mkdir()
    assets.build(scratch, target)
    built = {path.name: path.read_bytes() for path in target.iterdir()}
    assert built == {path.name: path.read_bytes() for path in STATIC.iterdir()}
