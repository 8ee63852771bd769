"""The languages of the bot, and which of them a text is written in.

Judges by script, by letters and by the commonest words of each language, all of them reviewed
data; where that is too little it says nothing, for a name or one word is no language.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ENGLISH = "en"
EASY = "easy"

_SCRIPTS = {
    "bn": re.compile("[\u0980-\u09ff]"),
    "pa": re.compile("[\u0a00-\u0a7f]"),
    "gu": re.compile("[\u0a80-\u0aff]"),
}
"""Scripts in which but one of the languages is written."""

_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_LETTERS = {
    "ur": frozenset("ٹڈڑںےہھچپگکی"),
    "ar": frozenset("ةىيكأإ"),
    "pl": frozenset("ąćęłńśźż"),
    "ro": frozenset("ășțţş"),
    "tr": frozenset("ğış"),
    "pt": frozenset("ãõ"),
    "cy": frozenset("ŵŷ"),
}
"""Letters that tell a language from the others that share its script."""

_OWN_SCRIPT = frozenset(["ur", "pa", "bn", "gu", "ar"])
"""Written in Latin letters they can be read; whether their own script can be is not known."""


@dataclass(frozen=True, slots=True)
class Language:
    """code: ours; name: in English; native: as its speakers write it; direction: ltr or rtl;
    tag: for `lang` on web pages (BCP 47); asked: the names by which people ask for it."""

    code: str
    name: str
    native: str
    direction: str
    tag: str
    asked: tuple[str, ...]


class LanguagesError(ValueError):
    """The table of languages is malformed; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The language of a text. clear: enough to answer in it, not only to read by it."""

    code: str | None = None
    clear: bool = False


def following(held: str, spoken: str | None) -> str:
    """The language of a conversation after a text clearly written in `spoken` (None: not clear)."""
    easy = spoken == ENGLISH and held == EASY
    return held if easy or spoken is None else spoken


def parse(raw: Any, source: str) -> dict[str, Language]:
    """Code -> language, in the order in which they are offered. Raises LanguagesError."""
    if not isinstance(raw, Mapping):
        raise LanguagesError(f"{source}: must be a table")
    return {code: _language(code, each, source) for code, each in raw.items()}


def _language(code: str, raw: Any, source: str) -> Language:
    where = f"{source}:{getattr(raw, 'line', '?')}: language {code!r}"
    wanted = {"name", "native", "direction", "tag", "asked"}
    if not isinstance(raw, Mapping) or set(raw) != wanted:
        raise LanguagesError(f"{where} needs {', '.join(sorted(wanted))}, and no more")
    if raw["direction"] not in ("ltr", "rtl"):
        raise LanguagesError(f"{where} has direction {raw['direction']!r}; known: ltr, rtl")
    return Language(
        code, raw["name"], raw["native"], raw["direction"], raw["tag"], tuple(raw["asked"])
    )


class Detector:
    """Tells the language of texts. common: language -> its commonest words, levelled."""

    def __init__(self, common: Mapping[str, Iterable[str]]) -> None:
        self.common = {code: frozenset(words) for code, words in common.items()}

    def guess(self, text: str, words: Iterable[str], held: str = ENGLISH) -> Guess:
        """The language of a text, given its levelled words too.

        held: the language of the conversation, to which what is undecided between two goes.
        """
        said = frozenset(words)
        if text.isascii():
            return self._latin(text, said, held)
        letters = sum(map(str.isalpha, text))
        if not letters:
            return Guess(None)
        for code, script in _SCRIPTS.items():
            if _mostly(script, text, letters):
                return Guess(code, clear=True)
        if _mostly(_ARABIC, text, letters):
            return self._of_two(text, said, held)
        return self._latin(text, said, held)

    def _of_two(self, text: str, said: frozenset[str], held: str) -> Guess:
        """Urdu or Arabic."""
        scores = {code: self._score(code, text, said) for code in ("ur", "ar")}
        if scores["ur"] == scores["ar"]:
            return Guess(held if held in scores else None)
        best = max(scores, key=lambda code: scores[code])
        return Guess(best, clear=True)

    def _latin(self, text: str, said: frozenset[str], held: str) -> Guess:
        scores = {code: self._score(code, text, said) for code in self.common}
        best = max(scores, key=lambda code: (scores[code], code == held))
        score = scores.pop(best)
        rival = max(scores.values(), default=0)
        alone = score == 1 and best == held != ENGLISH
        if score > rival and (score >= 2 or alone):
            enough = score >= 3 and score >= 2 * rival
            return Guess(best, clear=enough and best not in _OWN_SCRIPT)
        return Guess(best if score == rival and score >= 2 and best == held else None)

    def _score(self, code: str, text: str, said: frozenset[str]) -> int:
        """How many of the text's words are common ones, or written with letters of its own."""
        common = len(said & self.common.get(code, frozenset()))
        letters = _LETTERS.get(code)
        if letters is None or text.isascii():
            return common
        return common + sum(1 for word in set(text.lower().split()) if letters.intersection(word))


def _mostly(script: re.Pattern[str], text: str, letters: int) -> bool:
    return 2 * len(script.findall(text)) > letters
