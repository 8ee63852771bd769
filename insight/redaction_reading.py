"""A comment as words, each with how likely it is a person's name in itself.

Refuses to look at what a word's neighbours say of it, but for named things ("Rose ward",
"Parkinson's disease") that are no people.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from insight.redaction_cues import (
    AFTER_A_WARD,
    LEARNED,
    MONTHS_AND_DAYS,
    NEVER_LOWER,
    PLACE_NOUNS,
    RELATIVES,
    SAINTS,
    SHORTENED,
    TITLES,
)
from insight.redaction_kinds import Span
from insight.redaction_lists import Lists, lists

NONE, FAINT, LIKELY, SURE = 0, 1, 2, 3

_WORD = re.compile(r"[^\W\d_]+(?:['’`\-‑][^\W\d_]+)*")
_ENDINGS = frozenset(["s", "re", "ve", "ll", "d", "m"])
_MARKS = str.maketrans("’`‑", "''-")
_SENTENCE_END = re.compile(r"[.!?\n•]")
_SHOUTED_SHARE = 0.6
_LONGEST_ACRONYM = 5


@dataclass(slots=True)
class Word:
    """start, end: its characters, without a possessive ending. low: in lower case.

    gap: what stands between the word before and this one. opens: a sentence begins here, so that
    a capital letter says nothing.
    """

    start: int
    end: int
    low: str
    capital: bool
    upper: bool
    gap: str
    opens: bool


@dataclass(slots=True)
class Reading:
    """words, and for each its likelihood (NONE .. SURE). protected: places that are no person."""

    text: str
    words: list[Word]
    likelihood: list[int]
    protected: set[int]

    def low(self, place: int) -> str:
        """The word at `place` in lower case; "" outside the comment."""
        return self.words[place].low if 0 <= place < len(self.words) else ""

    def gap(self, place: int) -> str:
        """What stands before the word at `place`; a full stop outside the comment."""
        return self.words[place].gap if 0 <= place < len(self.words) else "."

    def likely(self, place: int) -> int:
        """The likelihood of the word at `place`; NONE outside the comment."""
        return self.likelihood[place] if 0 <= place < len(self.words) else NONE

    def capital(self, place: int) -> bool:
        """Whether the word at `place` is there and begins with a capital letter that means it."""
        return 0 <= place < len(self.words) and self.words[place].capital


@lru_cache(maxsize=16)
def staff_words(staff: frozenset[str]) -> frozenset[str]:
    """The parts of staff names, in lower case, that are no ordinary words."""
    parts = " ".join(staff).lower().replace("’", "'").split()
    return frozenset(part for part in parts if len(part) > 1 and not lists().ordinary(part))


def read(text: str, numbers: Sequence[Span], staff: frozenset[str]) -> Reading:
    """`text` as words outside `numbers`, weighed. `staff`: words that are surely names."""
    words = _words(text, numbers)
    if _capitals_say_nothing(words):
        for word in words:
            word.capital = False
    known = lists()
    likelihood = [_likelihood(word, known, staff) for word in words]
    reading = Reading(text, words, likelihood, set())
    _protect_phrases(reading, known)
    _protect_places(reading)
    return reading


def _words(text: str, numbers: Sequence[Span]) -> list[Word]:
    words: list[Word] = []
    last = 0
    held = list(reversed(numbers))
    for match in _WORD.finditer(text):
        start, end = match.span()
        while held and held[-1].end <= start:
            held.pop()
        if held and held[-1].start < end:
            continue
        word = _word(match[0], start, text[last:start], words[-1].low if words else "")
        last = word.end
        words.append(word)
    return words


def _word(written: str, start: int, gap: str, before: str) -> Word:
    low = written.lower()
    if not low.isalpha():
        low = low.translate(_MARKS)
        stem, mark, ending = low.rpartition("'")
        low = stem if mark and ending in _ENDINGS else low
    end = start + min(len(low), len(written))
    upper = written.isupper() and len(written) > 1
    return Word(start, end, low, written[0].isupper(), upper, gap, _opens(gap, before))


def _opens(gap: str, before: str) -> bool:
    """Whether a sentence begins behind `gap`: not so after "Dr." and "J."."""
    if not before:
        return True
    if gap == " ":
        return False
    if gap in (".", ". ") and (len(before) == 1 or before in SHORTENED):
        return False
    return _SENTENCE_END.search(gap) is not None


def _capitals_say_nothing(words: list[Word]) -> bool:
    """SHOUTED TEXT, and Text Where Every Word Has One."""
    inside = [word for word in words if not word.opens and len(word.low) > 1]
    if len(words) < 3 or not inside:
        return False
    share = sum(word.capital for word in inside) / len(inside)
    shouted = sum(word.upper for word in words) / len(words)
    return shouted > _SHOUTED_SHARE or (share > _SHOUTED_SHARE and len(inside) > 4)


def _likelihood(word: Word, known: Lists, staff: frozenset[str]) -> int:
    low = word.low
    if low in known.given or low in staff:
        return LIKELY if word.upper and word.capital and len(low) < _LONGEST_ACRONYM else SURE
    if len(low) < 2 or low in TITLES or low in RELATIVES:
        return NONE
    if low in known.given_words:
        return _of_a_given_word(word)
    if low in known.family:
        return LIKELY
    if low in known.family_words:
        return FAINT if word.capital and not word.opens else NONE
    return _of_another(word, known)


def _of_a_given_word(word: Word) -> int:
    """Names that are words: a capital letter in mid-sentence helps, but not with "in June"."""
    if not word.capital:
        return NONE if word.low in NEVER_LOWER else FAINT
    if word.opens or word.low in MONTHS_AND_DAYS:
        return FAINT
    return LIKELY


def _of_another(word: Word, known: Lists) -> int:
    """Words on no list of names: joined ones, a possessive without its mark, or a rarer name."""
    low = word.low
    if known.ordinary(low) or ("'" in low and low.replace("'", "") not in known.family):
        return NONE
    if "-" in low:
        return _of_a_joined(word, known)
    if low.endswith("s") and low[:-1] in known.given:
        return SURE
    if len(low) < 3 or (word.upper and word.capital and len(low) <= _LONGEST_ACRONYM):
        return NONE
    return LIKELY if word.capital else FAINT


def _of_a_joined(word: Word, known: Lists) -> int:
    parts = [part for part in word.low.split("-") if part]
    if any(part in known.eponyms or _only_ordinary(part, known) for part in parts):
        return NONE
    if any(part in known.given for part in parts):
        return SURE
    return LIKELY if word.capital else FAINT


def _only_ordinary(word: str, known: Lists) -> bool:
    return known.ordinary(word) and not known.named(word)


def _protect_phrases(reading: Reading, known: Lists) -> None:
    """Named things of the list; a single word on it gives way to a name that it is as well."""
    words = reading.words
    for place, word in enumerate(words):
        for phrase in known.phrases.get(word.low, ()):
            if _fits(reading, place, phrase):
                _protect(reading, place, phrase, known)
                break


def _fits(reading: Reading, place: int, phrase: tuple[str, ...]) -> bool:
    return all(reading.low(place + step) == part for step, part in enumerate(phrase))


def _protect(reading: Reading, place: int, phrase: tuple[str, ...], known: Lists) -> None:
    if len(phrase) > 1:
        reading.protected.update(range(place, place + len(phrase)))
    elif known.named(phrase[0]):
        reading.likelihood[place] = min(FAINT, reading.likelihood[place])
    elif reading.low(place - 1) not in TITLES:
        reading.protected.add(place)


def _protect_places(reading: Reading) -> None:
    """The words right before "ward", "hospital", "syndrome", and the word after "St"."""
    for place, word in enumerate(reading.words):
        if word.low in PLACE_NOUNS:
            _protect_before(reading, place)
        if word.low in SAINTS and reading.low(place - 1) not in LEARNED:
            reading.protected.add(place + 1)
        if word.low == "ward" and reading.likely(place + 1) and reading.gap(place + 1) == " ":
            reading.protected.add(place + 1)


def _protect_before(reading: Reading, noun: int) -> None:
    if _speaks_of_a_person(reading, noun):
        return
    for place in range(noun - 1, max(-1, noun - 4), -1):
        joined = reading.gap(place + 1) in (" ", "'s ", "’s ", "' ", "’ ")
        if not joined or not reading.likely(place) or reading.low(place - 1) in TITLES:
            break
        reading.protected.add(place)
        if reading.words[place].opens or not reading.capital(place):
            break


def _speaks_of_a_person(reading: Reading, noun: int) -> bool:
    """ "Sarah ward 7" and "Sarah's house" speak of Sarah; "Rose ward" and "Rose House" do not."""
    behind = reading.text[reading.words[noun].end :][:3].strip()
    if behind[:1].isdigit() or reading.low(noun) in ("house", "home", "team", "garden", "room"):
        owned = reading.gap(noun).startswith(("'s", "’s"))
        return behind[:1].isdigit() or owned or not reading.capital(noun)
    return reading.low(noun + 1) in AFTER_A_WARD and reading.likely(noun - 1) == SURE
