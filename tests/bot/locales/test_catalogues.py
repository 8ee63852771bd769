"""Catalogues of translations: who checked them, and how a malformed one is refused."""

from pathlib import Path

import pytest

from bot import library
from bot.locales import catalogues
from bot.locales.catalogues import CatalogueError, parse

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
DRAFT = HEAD + '"X-Status: draft: not yet checked by a native speaker\\n"\n\n'
CHECKED = HEAD + (
    '"X-Checked-By: Ewa Nowak\\n"\n"X-Checked-Role: nurse\\n"\n"X-Checked-On: 2026-01-31\\n"\n\n'
)


def entry(english: str, said: str, key: str = "call", flags: str = "") -> str:
    return f'{flags}msgctxt "{key}"\nmsgid "{english}"\nmsgstr "{said}"\n\n'


@pytest.mark.parametrize("code", [code for code in library.languages() if code != "en"])
def test_every_language_has_one_and_it_is_a_draft(code: str) -> None:
    assert code in catalogues.codes()
    catalogue = catalogues.load(code)
    assert catalogue.header["X-Status"] == catalogues.DRAFT
    assert all(each.stands_for == f"draft:{code}" for each in catalogue.entries)


def test_a_draft_stays_apart_from_what_was_checked() -> None:
    text = entry("Call {pals_number}", "Zadzwoń {pals_number}")
    (drafted,) = parse(DRAFT + text, "pl").entries
    (checked,) = parse(CHECKED + text, "pl").entries
    assert (drafted.stands_for, checked.stands_for) == ("draft:pl", "pl")
    assert (checked.key, checked.english) == ("call", "Call {pals_number}")


def test_a_fuzzy_entry_of_a_checked_catalogue_is_a_draft() -> None:
    (fuzzy,) = parse(CHECKED + entry("Hello", "Cześć", flags="#, fuzzy\n"), "pl").entries
    assert fuzzy.stands_for == "draft:pl"


def test_what_is_not_translated_is_left_out() -> None:
    assert parse(DRAFT + entry("Hello", ""), "pl").entries == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + "\n", "pl.po: the header must have X-Checked-By"),
        (CHECKED.replace('"X-Checked-Role: nurse\\n"\n', ""), "the header must have"),
        (CHECKED.replace("2026-01-31", "soon"), "X-Checked-On must be a day"),
        (DRAFT + 'msgid "x"\nodd\n', r"pl.po:\d+: "),
        (DRAFT + entry("{provider}", "x"), r"pl.po:\d+: call: lacks the places \['provider'\]"),
        (DRAFT + entry("x", "{provider}"), r"has \['provider'\] too many"),
        (DRAFT + entry("a[ {provider}]", "a {provider}"), "its optional parts"),
        (DRAFT + entry("a[ {provider}]", "a[ {provider}"), "its optional parts"),
        (DRAFT + entry("a[ {provider}]", "a] {provider}["), "its optional parts"),
        (DRAFT + entry("a[ {provider}]", "a[[ {provider}]]"), "its optional parts"),
        (DRAFT + 'msgid "x"\nmsgstr "y"\n', "has no msgctxt"),
    ],
)
def test_a_malformed_catalogue_is_refused_with_file_and_reason(text: str, reason: str) -> None:
    with pytest.raises(CatalogueError, match=reason):
        parse(text, "pl")


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "SHELF", tmp_path)
    with pytest.raises(CatalogueError, match=r"pl.po: cannot be read \(FileNotFoundError\)"):
        catalogues.load("pl")
