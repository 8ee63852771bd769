"""Keeping catalogues in step with the English sentences."""

from pathlib import Path

import pytest

from bot.locales import catalogues, translating
from bot.locales.translating import Sentence

ONE, TWO = Sentence("one", "One.", "x.yaml"), Sentence("two", "Two {provider}.", "x.yaml")


def entries(text: str) -> dict[str, str]:
    return {each.english: each.text for each in catalogues.parse(text, "pl").entries}


def translated() -> str:
    text = translating.updated(translating.begun("pl"), [ONE, TWO])
    text = text.replace('msgid "One."\nmsgstr ""', 'msgid "One."\nmsgstr "Jeden."')
    return text.replace(
        'msgid "Two {provider}."\nmsgstr ""', 'msgid "Two {provider}."\nmsgstr "Dwa {provider}."'
    )


def test_what_is_still_said_keeps_its_translation() -> None:
    text = translating.updated(translated(), [TWO, ONE])
    assert entries(text) == {"One.": "Jeden.", "Two {provider}.": "Dwa {provider}."}
    assert translating.updated(text, [TWO, ONE]) == text


def test_an_edited_sentence_voids_its_translation() -> None:
    text = translating.updated(translated(), [Sentence("one", "The one.", "x.yaml"), TWO])
    assert entries(text) == {"Two {provider}.": "Dwa {provider}."}
    assert '#~ msgstr "Jeden."' in text


def test_a_sentence_that_comes_back_finds_its_translation_among_the_obsolete_ones() -> None:
    without = translating.updated(translated(), [TWO])
    assert entries(translating.updated(without, [ONE, TWO]))["One."] == "Jeden."


def test_the_same_words_under_another_key_are_another_sentence() -> None:
    text = translating.updated(translated(), [Sentence("other", "One.", "x.yaml")])
    assert entries(text) == {}


def test_who_checked_it_and_what_is_fuzzy_stays() -> None:
    checked = translated().replace(
        '"X-Status: draft: not yet checked by a native speaker\\n"',
        '"X-Checked-By: Ewa Nowak\\n"\n"X-Checked-Role: nurse\\n"\n"X-Checked-On: 2026-01-31\\n"',
    ).replace('msgctxt "one"', '#, fuzzy\nmsgctxt "one"')  # fmt: skip
    kept = catalogues.parse(translating.updated(checked, [ONE, TWO]), "pl")
    assert kept.header["X-Checked-By"] == "Ewa Nowak"
    assert [each.stands_for for each in kept.entries] == ["draft:pl", "pl"]


def test_the_command_writes_every_file_and_lists_what_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "SHELF", tmp_path / "locales")
    lines: list[str] = []
    translating.update(lines.append)
    assert "pl: stop: 'OK, no more texts" in "\n".join(lines)
    assert (tmp_path / "locales" / "tr" / catalogues.FILE).exists()
    template = (tmp_path / "locales" / translating.TEMPLATE).read_text()
    assert 'msgctxt "stop"' in template
    again: list[str] = []
    translating.update(again.append)
    assert again == lines
