"""The catalogues: in step with the English sentences, and each sentence within its SMS budget."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import library
from bot.dialogue.wording import segments, sentence
from bot.locales import catalogues, translating
from bot.locales.catalogues import Entry
from hearback.talk import EXAMPLE

CODES = [code for code in library.languages() if code != "en"]
DEAR = replace(
    EXAMPLE,
    provider="Riverside and Hillside Trust",
    access_link="riverside.example/access",
    replies_free=False,
)
"""A provider whose details take room."""
MOST = {"GSM-7": 2, "UCS-2": 3}
"""Parts of an SMS in each alphabet (issue: 2 in GSM-7 languages, 3 in others)."""
NO_SMS = (".buttons", "choice.", "page.", "lead_in")
"""Wording keys, by their beginning or end, of what never goes out as SMS."""
TOLD = {
    "languages": ", ".join(each.native for each in library.languages().values()),
    "tongue": "Portuguese",
}


def text_messages(code: str) -> Iterator[tuple[Entry, str]]:
    """Each translation that may go out as SMS, filled."""
    entries = catalogues.load(code).entries
    table = {entry.key: {"en": entry.english, code: entry.text} for entry in entries}
    for entry in entries:
        if not entry.key.startswith(NO_SMS) and not entry.key.endswith(NO_SMS):
            own = {**table, entry.key: {"en": entry.english, code: entry.text}}
            yield entry, sentence(own, entry.key, code, DEAR, TOLD)


@pytest.mark.parametrize("code", CODES)
def test_no_catalogue_is_stale(code: str) -> None:
    """Mended by `python -m bot.locales`."""
    text = (catalogues.SHELF / code / catalogues.FILE).read_text(encoding="utf-8")
    assert translating.updated(text, translating.sentences()) == text


def test_the_template_is_not_stale() -> None:
    text = (catalogues.SHELF / translating.TEMPLATE).read_text(encoding="utf-8")
    assert translating.template(translating.sentences()) == text


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_exists_in_every_language(code: str) -> None:
    """`python -m bot.locales` lists what lacks. Without a translation the English goes out."""
    lacks = translating.missing(code, translating.sentences())
    assert [each.key for each in lacks] == []


@pytest.mark.parametrize("code", CODES)
def test_every_text_message_is_within_its_budget(code: str) -> None:
    long = {}
    for entry, said in text_messages(code):
        encoding, units, parts = segments(said)
        if parts > MOST[encoding]:
            long[f"{code}.po:{entry.line} {entry.key}"] = (encoding, units, parts)
    assert long == {}


@pytest.mark.parametrize("code", CODES)
def test_the_numbers_to_call_are_those_of_the_english(code: str) -> None:
    """Digits in a row and words in capitals: numbers, STOP, START, DELETE, SHOUT."""
    signs = {
        f"{entry.line} {entry.key}": entry.text
        for entry in catalogues.load(code).entries
        for word in entry.english.replace(".", " ").replace(",", " ").split()
        if word in {"999", "111", "116", "123", "85258", "0800", "1111", "STOP", "START",
                    "DELETE", "SHOUT", "ENGLISH", "55", "0"}
        and word not in entry.text
    }  # fmt: skip
    assert signs == {}
