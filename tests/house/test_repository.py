"""What may not stand anywhere in the repository: hosts of registries, a machine's paths, real numbers."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, named

REGISTRIES = [
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("npm", "js.com"),
        ("deb.", "debian.org"),
        ("docker", ".io"),
        ("ghcr", ".io"),
        ("proxy.", "golang.org"),
    )
]
TYPEFACE = "regiturf"[::-1]
"""The typeface of NHS bodies; this is not one."""
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w")
NUMBER = re.compile(r"(?<![\w+.])(?:\+44[ ()0-9-]{9,14}|0[ 0-9()-]{9,13})\d(?!\w)")
DRAMA = re.compile(r"1632960\d{3}|7700900\d{3}")
"""Ofcom's numbers for films and books, without their first 0."""
HELPLINES = {"8001111", "8082000247"}
"""Childline, National Domestic Abuse Helpline (facts of the crisis texts)."""
BUILT = {".css", ".js", ".json", ".svg"}


def _texts() -> list[tuple[Path, str]]:
    found = []
    for path in files():
        try:
            found.append((path, path.read_text()))
        except UnicodeDecodeError:
            assert path.suffix in {".png", ".ico", ".ttf"}, (
                f"{named(path)} is neither text nor a picture"
            )
    return found


TEXTS = _texts()


@pytest.mark.parametrize("word", [*REGISTRIES, TYPEFACE], ids=lambda word: word[::-1])
def test_no_file_names_it(word: str) -> None:
    assert [named(path) for path, text in TEXTS if word in text.lower()] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    here = str(ROOT) + "/"
    found = [named(path) for path, text in TEXTS if MACHINE.search(text) or here in text]
    assert found == []


def test_every_telephone_number_is_invented_or_a_helpline() -> None:
    real = [
        (named(path), number)
        for path, text in TEXTS
        if path.suffix not in BUILT
        for number in NUMBER.findall(text)
        if not _nobodys(number)
    ]
    assert real == []


def _nobodys(number: str) -> bool:
    digits = re.sub(r"\D", "", number).removeprefix("44").removeprefix("0")
    return bool(DRAMA.fullmatch(digits)) or digits in HELPLINES


def test_the_check_of_numbers_would_notice_a_real_one() -> None:
    real = "4321 6497 020"[::-1]
    assert NUMBER.findall(f"ring {real} now") == [real]
    assert not _nobodys(real)
    assert not _nobodys(f"+44{real[1:]}")
    assert _nobodys("07700 900123")


def test_no_secret_file_is_in_the_tree() -> None:
    found = [
        named(path) for path in files() if path.suffix in {".pem", ".key"} or path.name == ".env"
    ]
    assert found == []
