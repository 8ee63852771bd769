"""A text as canonical words, each with its place in the original.

Levels capitals, accents, digits of other scripts, apostrophes, drawn-out letters and known
misspellings, so that the tables of meaning stay short. Knows nothing of meanings.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Protocol

STOP = "."
PAUSE = ","
BREAKS = (STOP, PAUSE)

_DROPPED = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\ufe0e\ufe0f\u20e3"
    "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\U0001f3fb-\U0001f3ff]"
)
"""Accents on their own (of Arabic script too, and its stretched line), emoji variants and skin
tones, the keycap frame, invisible joiners and marks of direction."""

_PLAIN: dict[int, str] = {
    ord("ł"): "l",
    ord("ı"): "i",
    **dict.fromkeys([0x0671], "\u0627"),
    **dict.fromkeys([0x0649, 0x06CC, 0x06D0, 0x06D2], "\u064a"),
    **dict.fromkeys([0x06A9], "\u0643"),
    **dict.fromkeys([0x0629, 0x06BE, 0x06C1, 0x06C3], "\u0647"),
}
"""Letters that Unicode takes for whole, and those that keyboards of Arabic and Urdu tell apart."""

_LETTER = (
    r"(?:[^\W_]|"
    r"[\u0900-\u0963\u0966-\u0dff\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06ff])"
)
"""A letter or digit, or a vowel sign of the scripts that write them apart (without their stops)."""

_TOKEN = re.compile(
    r"""(?P<link>https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]+)
      | (?P<compound>\d+(?:[.,:/\-–]\d+)+)
      | (?P<number>\d+)(?P<unit>[^\W\d_]{letter}*)?
      | (?P<letters>(?:[^\W\d_]\.){1,8}[^\W\d_]{1,32}(?![^\W_])(?:\.(?!\w))?)
      | (?P<word>[^\W\d_]{letter}*(?:['’‘`´][^\W\d_]+)*)
      | (?P<stop>[.!?\n\r…।॥؟۔]+)
      | (?P<sign>[%£#*+=&$€])
      | (?P<emoji>[^\w\s\u0000-\u00ff\u2000-\u206f،؛٪])
      | (?P<pause>[^\w\s]+|_+)
    """.replace("{letter}", _LETTER),
    re.VERBOSE,
)
_APOSTROPHES = re.compile(r"['’‘`´.]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_LEVELLED = {"stop": STOP, "pause": PAUSE, "link": "<link>"}
_LAUGH = re.compile(r"(?:ha){2,}h?|(?:he){2,}|lo+l")


class Token(NamedTuple):
    """One canonical word (or break, sign, emoji), the span of the original it stands for, and its
    number in the whole text, so that gaps show once others are taken out."""

    word: str
    start: int
    end: int
    number: int = 0


class Needs(Protocol):
    """Tells from a text's words which patterns are worth trying (`phrases.Index`)."""

    def candidates(self, words: Iterable[str]) -> dict[int, list[int]]:
        """Book -> its patterns, in order."""


class Line:
    """A read text, or a part of one. `text` is every canonical word followed by one space."""

    __slots__ = ("_places", "_tried", "_words", "offsets", "original", "text", "tokens")

    def __init__(
        self,
        original: str,
        tokens: Iterable[Token],
        tried: dict[int, dict[int, list[int]]] | None = None,
    ) -> None:
        self.original, self.tokens = original, tuple(tokens)
        self.offsets: list[int] = []
        at = 0
        for token in self.tokens:
            self.offsets.append(at)
            at += len(token.word) + 1
        self.text = "".join([f"{token.word} " for token in self.tokens])
        self._tried = {} if tried is None else tried
        self._places: dict[str, list[int]] | None = None
        self._words: frozenset[str] = frozenset()

    def places(self, words: frozenset[str]) -> Sequence[int]:
        """The places in `text` where one of these words begins."""
        if self._places is None:
            self._places = {}
            for token, offset in zip(self.tokens, self.offsets, strict=True):
                self._places.setdefault(token.word, []).append(offset)
            self._words = frozenset(self._places)
        found = [self._places[word] for word in words & self._words]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))

    def candidates(self, needs: Needs) -> dict[int, list[int]]:
        """What of an index is worth trying here; a part of a text goes by the whole's words."""
        known = self._tried.get(id(needs))
        if known is None:
            known = needs.candidates({token.word for token in self.tokens})
            self._tried[id(needs)] = known
        return known

    def first_at(self, offset: int) -> int:
        """The number of the token that begins at or after a place in `text`."""
        return bisect_left(self.offsets, offset)

    def until(self, offset: int) -> int:
        """The number of the first token that begins after what ends at a place in `text`."""
        return bisect_right(self.offsets, offset - 1)

    def part(self, tokens: Iterable[Token]) -> "Line":
        """Some of the tokens, as a line of the same text."""
        return Line(self.original, tokens, self._tried)

    def without(self, spans: Iterable[tuple[int, int]]) -> "Line":
        """The line with these spans of tokens taken out (half-open)."""
        gone = {number for start, end in spans for number in range(start, end)}
        return self.part(t for number, t in enumerate(self.tokens) if number not in gone)


SHORTEST, LONGEST = 5, 20
"""Letters of a word in which a slip is looked for: shorter ones are too alike, longer ones none."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How words are levelled. aliases: as typed -> canonical (one or more words);
    targets: words worth finding behind one slip of the finger; levelled: what known words and
    aliases become at once; units: letters that may be glued to a number (2hrs, 3pm)."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    slips: Mapping[str, str] = field(default_factory=dict)
    levelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        aliases: Mapping[str, str],
        targets: Iterable[str],
        known: Iterable[str],
        units: Iterable[str],
    ) -> "Spelling":
        """The spelling with its indexes built: known words, and every target less one letter."""
        wanted = frozenset(targets)
        slips = {less: word for word in sorted(wanted) for less in _shortened(word)}
        levelled: dict[str, tuple[str, ...]] = {word: (word,) for word in (*known, *wanted)}
        levelled.update((typed, tuple(meant.split())) for typed, meant in aliases.items())
        return cls(dict(aliases), wanted, frozenset(units), slips, levelled)

    def canonical(self, word: str) -> tuple[str, ...]:
        """A lower-case word as canonical ones: known, an alias, less drawn out, or one slip off."""
        if (meant := self.levelled.get(word)) is not None:
            return meant
        if _LAUGH.fullmatch(word):
            return ()
        short = _DRAWN_OUT.sub(r"\1\1", word)
        for less in (short, _DRAWN_OUT.sub(r"\1", word)):
            if less != word and (meant := self.levelled.get(less)) is not None:
                return meant
        return (self._slip(short),)

    def _slip(self, word: str) -> str:
        """The target that the word misses by one letter too many, too few, swapped, or a vowel."""
        if not SHORTEST <= len(word) <= LONGEST:
            return word
        if (meant := self.slips.get(word)) is not None:
            return meant
        for less in _shortened(word):
            if less in self.targets:
                return less
            if (meant := self.slips.get(less)) and _alike(word, meant):
                return meant
        return word


def _alike(word: str, meant: str) -> bool:
    """Whether two words of one length differ by a swap, or by a vowel for a vowel."""
    if sorted(word) == sorted(meant):
        return word[0] == meant[0]
    differ = [pair for pair in zip(word, meant, strict=True) if pair[0] != pair[1]]
    return len(differ) == 1 and all(letter in "aeiouy" for letter in differ[0])


def _shortened(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def read(text: str, spelling: Spelling) -> Line:
    """The text as a line of canonical words."""
    folded, places = fold(text)
    tokens = _tokens(folded, places, spelling)
    return Line(text, [Token(word, start, end, at) for at, (word, start, end) in enumerate(tokens)])


def fold(text: str) -> tuple[str, list[int]]:
    """Lower case, plain digits, no accents: the folded text, and for each of its characters (and
    its end) the place in the original."""
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _folded(char):
            chars.append(plain)
            places.append(place)
    places.append(len(text))
    return "".join(chars), places


def _folded(char: str) -> str:
    if char.isascii():
        return char.lower()
    if char.isnumeric():
        return str(unicodedata.digit(char, char))
    plain = unicodedata.normalize("NFKD", char).casefold().translate(_PLAIN)
    return _DROPPED.sub("", plain)


_Place = tuple[str, int, int]


def _tokens(folded: str, places: list[int], spelling: Spelling) -> Iterator[_Place]:
    for match in _TOKEN.finditer(folded):
        if match["unit"]:
            yield from _counted(match, places, spelling)
            continue
        start, end = places[match.start()], places[match.end()]
        for word in _words(match.lastgroup, match[0], spelling):
            yield word, start, end


def _words(kind: str | None, found: str, spelling: Spelling) -> Iterable[str]:
    if kind in ("word", "letters"):
        return spelling.canonical(_APOSTROPHES.sub("", found))
    return spelling.aliases.get(found, _LEVELLED.get(kind or "", found)).split()


def _counted(match: re.Match[str], places: list[int], spelling: Spelling) -> Iterator[_Place]:
    """A number with letters glued to it: an alias (2moro), a measure (3pm), or two words (2cos)."""
    start, middle, end = (places[at] for at in (match.start(), match.start("unit"), match.end()))
    whole, unit = match[0], match["unit"]
    if whole in spelling.aliases:
        yield from ((word, start, end) for word in spelling.aliases[whole].split())
    elif unit in spelling.units:
        yield whole, start, end
    else:
        yield match["number"], start, middle
        yield from ((word, middle, end) for word in spelling.canonical(unit))
