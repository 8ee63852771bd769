"""A text as canonical words, each with its place in the original.

Levels capitals, accents, digits of other scripts, apostrophes, drawn-out letters and known
misspellings, so that the tables of meaning stay short. Knows nothing of meanings.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple, Protocol

STOP = "."
PAUSE = ","
BREAKS = (STOP, PAUSE)

_DROPPED = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\ufe0e\ufe0f\u20e3"
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

FLOOD = 12
"""So many emoji in a row say all that more of them could: the rest of the run is left out."""

_EMOJI = r"[^\w\s\u0000-\u00ff\u2000-\u206f،؛٪]"
_LINK = r"(?P<link>https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]+) |"
_NO_LINK = rf"""
        (?P<compound>\d+(?:[.,:/\-–]\d+)+)
      | (?P<number>\d+)(?P<unit>[^\W\d_]{_LETTER}*)?
      | (?P<letters>(?:[^\W\d_]\.){{1,8}}[^\W\d_]{{1,32}}(?![^\W_])(?:\.(?!\w))?)
      | (?P<word>[^\W\d_]{_LETTER}*(?:['’‘`´][^\W\d_]+)*)
      | (?P<stop>[.!?\n\r…।॥؟۔]+)
      | (?P<sign>[%£#*+=&$€])
      | (?P<flood>(?<={_EMOJI}{{{FLOOD}}}){_EMOJI}+)
      | (?P<emoji>{_EMOJI})
      | (?P<pause>[^\w\s]+|_+)
    """
_TOKEN = re.compile(_NO_LINK, re.VERBOSE)
_TOKEN_OR_LINK = re.compile(_LINK + _NO_LINK, re.VERBOSE)
_MAY_LINK = re.compile(r"@|www\.|https?:")
_APOSTROPHES = re.compile(r"['’‘`´.]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_SPELT = ("word", "letters")
_LEVELLED: Mapping[str | None, tuple[str, ...]] = {
    "stop": (STOP,),
    "pause": (PAUSE,),
    "link": ("<link>",),
}
_LAUGH = re.compile(r"(?:ha){2,}h?|(?:he){2,}|lo+l")


class Token(NamedTuple):
    """One canonical word (or break, sign, emoji), the span of the original it stands for, and its
    number in the whole text, so that gaps show once others are taken out."""

    word: str
    start: int
    end: int
    number: int = 0


class Candidates(NamedTuple):
    """The patterns worth trying in a text: their codes in order, and the books they stand in."""

    codes: list[int]
    books: set[int]


class Needs(Protocol):
    """Tells from a text's words which patterns are worth trying (`phrases.Index`)."""

    def candidates(self, words: Iterable[str]) -> Candidates:
        """Those patterns."""


class Line:
    """A read text, or a part of one. `text` is every canonical word followed by one space."""

    __slots__ = ("_offsets", "_places", "_tried", "original", "text", "tokens", "words")

    def __init__(
        self,
        original: str,
        tokens: Iterable[Token],
        tried: dict[Needs, Candidates] | None = None,
    ) -> None:
        self.original, self.tokens = original, tuple(tokens)
        each = [token.word for token in self.tokens]
        self.words = frozenset(each)
        self.text = " ".join(each) + " " if each else ""
        self._tried = {} if tried is None else tried
        self._offsets: list[int] | None = None
        self._places: dict[str, list[int]] | None = None

    @property
    def offsets(self) -> list[int]:
        """Where in `text` each word begins."""
        if self._offsets is None:
            lengths = [len(token.word) + 1 for token in self.tokens[:-1]]
            self._offsets = [*accumulate(lengths, initial=0)] if self.tokens else []
        return self._offsets

    def places(self, words: frozenset[str]) -> Sequence[int]:
        """The places in `text` where one of these words begins."""
        here = words & self.words
        if not here:
            return ()
        if self._places is None:
            self._places = {}
            for token, offset in zip(self.tokens, self.offsets, strict=True):
                self._places.setdefault(token.word, []).append(offset)
        if len(here) == 1:
            (word,) = here
            return self._places[word]
        return sorted(chain.from_iterable([self._places[word] for word in here]))

    def candidates(self, needs: Needs) -> Candidates:
        """What of an index is worth trying here; a part of a text goes by the whole's words."""
        known = self._tried.get(needs)
        if known is None:
            known = self._tried[needs] = needs.candidates(self.words)
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
        if not gone:
            return self
        return self.part([t for number, t in enumerate(self.tokens) if number not in gone])


SHORTEST_DRAWN_OUT = 3
SHORTEST, LONGEST = 5, 20
"""Letters of a word in which a slip is looked for: shorter ones are too alike, longer ones none."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How words are levelled. aliases: as typed -> canonical (one or more words);
    targets: words worth finding behind one slip of the finger; levelled: what known words and
    aliases become at once; units: letters that may be glued to a number (2hrs, 3pm); glued: words
    that may be glued before one (no2); abbreviations: words whose full stop ends no sentence."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    slips: Mapping[str, str] = field(default_factory=dict)
    levelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    glued: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()

    @classmethod
    def of(  # noqa: PLR0917 - the tables in their order
        cls,
        aliases: Mapping[str, str],
        targets: Iterable[str],
        known: Iterable[str],
        units: Iterable[str],
        glued: Iterable[str] = (),
        abbreviations: Iterable[str] = (),
    ) -> "Spelling":
        """The spelling with its indexes built: known words, and every target less one letter."""
        wanted = frozenset(targets)
        slips = {less: word for word in sorted(wanted) for less in _shortened(word)}
        levelled: dict[str, tuple[str, ...]] = {word: (word,) for word in (*known, *wanted)}
        levelled.update((typed, tuple(meant.split())) for typed, meant in aliases.items())
        sets = frozenset(units), slips, levelled, frozenset(glued), frozenset(abbreviations)
        return cls(dict(aliases), wanted, *sets)

    def canonical(self, word: str) -> tuple[str, ...]:
        """A lower-case word as canonical ones: known, an alias, less drawn out, or one slip off."""
        if (meant := self.levelled.get(word)) is not None:
            return meant
        if len(word) < SHORTEST_DRAWN_OUT:
            return (word,)
        if word[-1].isdecimal() and (name := word.rstrip("0123456789")) in self.glued:
            return (*self.canonical(name), word[len(name) :])
        return () if _LAUGH.fullmatch(word) else self._mended(word)

    def _mended(self, word: str) -> tuple[str, ...]:
        """An unknown word, less drawn out, or without its slip."""
        short = _DRAWN_OUT.sub(r"\1\1", word)
        if short == word:
            return (self._slip(word),)
        for less in (short, _DRAWN_OUT.sub(r"\1", word)):
            if (meant := self.levelled.get(less)) is not None:
                return meant
        return (self._slip(short),)

    def _slip(self, word: str) -> str:
        """The target that the word misses by one letter too many, too few, swapped, or a vowel."""
        if not self.targets or not SHORTEST <= len(word) <= LONGEST:
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
    new = tuple.__new__  # a text has many tokens, and this is twice as quick as `Token(...)`
    found = enumerate(_tokens(folded, places, spelling))
    return Line(text, [new(Token, (word, start, end, at)) for at, (word, start, end) in found])


def plain(text: str) -> list[str]:
    """The text's words and signs as typed, levelled in nothing but capitals, accents and digits."""
    found = _TOKEN.finditer(fold(text)[0])
    return [_APOSTROPHES.sub("", each[0]) for each in found if each.lastgroup not in _LEVELLED]


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Lower case, plain digits, no accents: the folded text, and for each of its characters (and
    its end) the place in the original."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    plain = [*map({char: _folded(char) for char in set(text)}.__getitem__, text)]
    joined = "".join(plain)
    if len(joined) == len(text) and all(plain):
        return joined, [*range(len(text) + 1)]
    places = [place for place, chars in enumerate(plain) for _ in chars]
    places.append(len(text))
    return joined, places


LONGEST_FOLD = 4
"""A character that stands for more letters than these is a word of its own, and is left alone."""


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if char.isascii():
        return char.lower()
    if char.isnumeric():
        return str(unicodedata.digit(char, char))
    plain = unicodedata.normalize("NFKD", char).casefold().translate(_PLAIN)
    return _DROPPED.sub("", plain) if len(plain) <= LONGEST_FOLD else char


_Place = tuple[str, int, int]


def _tokens(folded: str, places: Sequence[int], spelling: Spelling) -> Iterator[_Place]:
    tokens = _TOKEN_OR_LINK if _MAY_LINK.search(folded) else _TOKEN
    shortened = -1
    for match in tokens.finditer(folded):
        kind = match.lastgroup
        if kind == "stop" and match[0] == "." and match.start() == shortened:
            continue
        if kind == "unit":
            yield from _counted(match, places, spelling)
            continue
        if kind == "flood":
            continue
        start, end = match.span()
        start, end = places[start], places[end]
        typed = match[0]
        if kind in _SPELT:
            word = typed if typed.isalpha() else _APOSTROPHES.sub("", typed)
            if word in spelling.abbreviations:
                shortened = match.end()
            words = spelling.levelled.get(word) or spelling.canonical(word)
        else:
            words = spelling.levelled.get(typed) or _LEVELLED.get(kind) or (typed,)
        for word in words:
            yield word, start, end


def _counted(match: re.Match[str], places: Sequence[int], spelling: Spelling) -> Iterator[_Place]:
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
