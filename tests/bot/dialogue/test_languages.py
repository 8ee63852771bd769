"""Which language a text is in, and the table of languages."""

from typing import Any

import pytest

from bot import library
from bot.dialogue.languages import Detector, Guess, LanguagesError, following, parse

COMMON = {
    "en": ["the", "was", "and", "very", "nurse"],
    "pl": ["nie", "jest", "bardzo", "dziekuje", "byla"],
    "ro": ["nu", "este", "foarte", "multumesc", "a"],
    "ur": ["بهت", "هي", "bohat", "hai", "nahi"],
    "ar": ["في", "كان", "جدا"],
}
DETECTOR = Detector(COMMON)


def guess(text: str, held: str = "en") -> Guess:
    return DETECTOR.guess(text, text.lower().split(), held)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the nurse was kind", Guess("en", clear=True)),
        ("very kind", Guess()),
        ("was very kind", Guess("en")),
        ("bardzo dziekuje nie jest zle", Guess("pl", clear=True)),
        ("nie jest", Guess("pl")),
        ("nie", Guess()),
        ("dziękuję był łóżko", Guess("pl", clear=True)),
        ("nie jest nu este", Guess()),
        ("ভালো", Guess("bn", clear=True)),
        ("ਚੰਗਾ", Guess("pa", clear=True)),
        ("સારું", Guess("gu", clear=True)),
        ("شکریہ ڈاکٹر", Guess("ur", clear=True)),
        ("كانت الخدمة ممتازة", Guess("ar", clear=True)),
        ("دواء", Guess()),
        ("bohat hai nahi", Guess("ur")),
        ("1 👍", Guess()),
        ("", Guess()),
    ],
)
def test_the_language_of_a_text(text: str, expected: Guess) -> None:
    assert guess(text) == expected


def test_what_is_undecided_goes_to_the_language_of_the_conversation() -> None:
    assert guess("nie", held="pl") == Guess("pl")
    assert guess("دواء", held="ar") == Guess("ar")
    assert guess("nie jest nu este", held="ro") == Guess("ro")


def test_easy_words_are_english() -> None:
    assert following("easy", "en") == "easy"
    assert following("easy", "pl") == "pl"
    assert following("pl", None) == "pl"


def test_the_languages_of_the_bot() -> None:
    languages = library.languages()
    assert next(iter(languages)) == "en"
    assert len(languages) == 13
    assert {code for code, each in languages.items() if each.direction == "rtl"} == {"ur", "ar"}
    assert languages["cy"].native == "Cymraeg"
    assert languages["easy"].tag == "en-x-easy"


FIELDS = {"name": "X", "native": "X", "direction": "ltr", "tag": "x", "asked": ["x"]}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([], "x.yaml: must be a table"),
        ({"xx": []}, "language 'xx' needs"),
        ({"xx": {**FIELDS, "mood": 1}}, "language 'xx' needs"),
        ({"xx": {**FIELDS, "direction": "up"}}, "has direction 'up'"),
    ],
)
def test_a_malformed_table_is_refused(raw: Any, reason: str) -> None:
    with pytest.raises(LanguagesError, match=reason):
        parse(raw, "x.yaml")
