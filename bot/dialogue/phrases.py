"""Patterns in plain words, for the tables that people review, and books of them that are quick.

    want (to)? die            a group in brackets, `?` makes it optional
    (kill|hurt) (myself|my self)
    <kin> hits me             any phrase of the list `kin`
    suicid~                   any word that begins so
    bed <number>              any number
    want <any> die, want <4> die   exactly one word; up to four words, in the same sentence
    ^ stop $                  begin and end of the text; `/` is a break (comma, full stop)

Knows nothing of what a pattern stands for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Generic, TypeVar

from bot.dialogue.words import BREAKS, Line

T = TypeVar("T")
Lists = Mapping[str, Iterable[str]]

_PART = re.compile(r"[()|?]|<[a-z_0-9]+>|[^\s()|<>?]+")
_SLOTS = {"number": r"\d[^ ]* ", "any": r"[^ .]+ "}
_ENDS = {"^": r"\A", "$": r"\Z"}
_COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "me",
        "my",
        "it",
        "is",
        "was",
        "to",
        "of",
        "and",
        "in",
        "on",
        "at",
        "you",
        "we",
        "he",
        "she",
        "they",
        "not",
    ]
)


class PhraseError(ValueError):
    """A pattern is malformed; the message quotes it and gives the reason."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of a pattern: its regular expression, and the plain words in it.

    anchors: words of which a text must hold one for it to match (None: it needs none);
    firsts: words with one of which every match begins (None: with any); bare: it may match
    without any word, so that what follows may be first.
    """

    expression: str
    anchors: frozenset[str] | None
    firsts: frozenset[str] | None = None
    bare: bool = False
    words: frozenset[str] = frozenset()


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str, lists: Lists, aliases: Mapping[str, str]) -> None:
        self.pattern, self.lists, self.aliases = pattern, lists, aliases
        self.parts = _PART.findall(pattern)
        self.at = 0

    def whole(self) -> _Piece:
        piece = self.sequence()
        if self.at < len(self.parts):
            raise self.wrong(f"{self.parts[self.at]!r} has no beginning")
        if not piece.expression:
            raise self.wrong("is empty")
        return piece

    def sequence(self) -> _Piece:
        pieces = []
        while self.at < len(self.parts) and self.parts[self.at] not in (")", "|"):
            pieces.append(self.optional(self.piece()))
        return _joined(pieces)

    def optional(self, piece: _Piece) -> _Piece:
        if self.at < len(self.parts) and self.parts[self.at] == "?":
            if not piece.expression.endswith((" ", ")", "?")):
                raise self.wrong("an end of the text cannot be optional")
            self.at += 1
            maybe = f"(?:{piece.expression})?"
            return _Piece(maybe, None, piece.firsts, bare=True, words=piece.words)
        return piece

    def piece(self) -> _Piece:
        part = self.parts[self.at]
        self.at += 1
        if part in ("?", "|", ")"):
            raise self.wrong(f"{part!r} stands at no place for it")
        if part == "(":
            return self.group()
        if part.startswith("<"):
            return self.slot(part[1:-1])
        return _joined([_single(word) for word in self.aliases.get(part, part).split()])

    def group(self) -> _Piece:
        choices = [self.sequence()]
        while self.at < len(self.parts) and self.parts[self.at] == "|":
            self.at += 1
            choices.append(self.sequence())
        if self.at >= len(self.parts):
            raise self.wrong("'(' has no end")
        self.at += 1
        return _either(choices)

    def slot(self, name: str) -> _Piece:
        if name in _SLOTS:
            return _Piece(_SLOTS[name], None)
        if name.isdecimal():
            return _Piece(rf"(?:[^ .]+ ){{0,{name}}}", None, bare=True)
        if name not in self.lists:
            raise self.wrong(f"there is no list {name!r}")
        phrases = [_Reader(phrase, self.lists, self.aliases) for phrase in self.lists[name]]
        return _either([phrase.whole() for phrase in phrases])

    def wrong(self, reason: str) -> PhraseError:
        return PhraseError(f"pattern {self.pattern!r}: {reason}")


def _single(part: str) -> _Piece:
    if part in _ENDS:
        return _Piece(_ENDS[part], None, frozenset(), bare=True)
    if part == "/":
        return _Piece(r"[.,] ", None, frozenset(BREAKS))
    if part.endswith("~"):
        return _Piece(re.escape(part[:-1]) + "[^ ]* ", None)
    word = frozenset({part})
    return _Piece(re.escape(part) + " ", word, word, words=word)


def _joined(pieces: list[_Piece]) -> _Piece:
    anchors = [piece.anchors for piece in pieces if piece.anchors is not None]
    leading = [*takewhile(lambda piece: piece.bare, pieces)]
    rest = pieces[len(leading) : len(leading) + 1]
    return _Piece(
        "".join(piece.expression for piece in pieces),
        min(anchors, key=_commonness) if anchors else None,
        _all(piece.firsts for piece in (*leading, *rest)),
        bare=not rest,
        words=_all(piece.words for piece in pieces) or frozenset(),
    )


def _either(choices: list[_Piece]) -> _Piece:
    longest_first = sorted((piece.expression for piece in choices), key=len, reverse=True)
    return _Piece(
        f"(?:{'|'.join(longest_first)})",
        _all(piece.anchors for piece in choices),
        _all(piece.firsts for piece in choices),
        bare=any(piece.bare for piece in choices),
        words=_all(piece.words for piece in choices) or frozenset(),
    )


def _all(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """The union, None as soon as one is not known."""
    union: frozenset[str] = frozenset()
    for each in sets:
        if each is None:
            return None
        union |= each
    return union


def _commonness(anchors: frozenset[str]) -> tuple[int, int]:
    return len(anchors & _COMMON), len(anchors)


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A pattern found: what it stands for, and the tokens it covers (half-open)."""

    value: T
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many tokens it covers."""
        return self.end - self.start


class Index:
    """Which patterns of which books can occur in a text at all, by the words they need."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        self._books = 0

    def new_book(self) -> int:
        """A number for one more book."""
        self._books += 1
        return self._books

    def add(self, book: int, number: int, anchors: Iterable[str] | None) -> None:
        """Note a book's pattern under the words of which it needs one (None: it needs none)."""
        code = book << _SHIFT | number
        if anchors is None:
            self._always.append(code)
        for word in anchors or ():
            self._by_word.setdefault(word, []).append(code)

    def candidates(self, words: Iterable[str]) -> dict[int, list[int]]:
        """Book -> its patterns worth trying in a text with these words, in order."""
        codes = set(self._always)
        for word in words:
            codes.update(self._by_word.get(word, ()))
        found: dict[int, list[int]] = {}
        for code in sorted(codes):
            found.setdefault(code >> _SHIFT, []).append(code & _LOW)
        return found


_WHOLE_WORD = r"(?<![^ ])"
_AT_FIRST = _WHOLE_WORD + _ENDS["^"]
_SHIFT = 16
_LOW = (1 << _SHIFT) - 1


class Book(Generic[T]):
    """Many patterns with what each stands for; only those whose words occur are tried."""

    def __init__(
        self,
        entries: Iterable[tuple[str, T]],
        lists: Lists | None = None,
        aliases: Mapping[str, str] | None = None,
        index: Index | None = None,
    ) -> None:
        self._index = index or Index()
        self._number = self._index.new_book()
        self._entries: list[tuple[re.Pattern[str], frozenset[str] | None, T]] = []
        words: set[str] = set()
        for pattern, value in entries:
            piece = _Reader(pattern, lists or {}, aliases or {}).whole()
            words |= piece.words
            self._index.add(self._number, len(self._entries), piece.anchors)
            expression = re.compile(_WHOLE_WORD + piece.expression)
            self._entries.append((expression, None if piece.bare else piece.firsts, value))
        self.words = frozenset(words)
        """Every plain word in the patterns: the spelling must leave these alone."""

    def hits(self, line: Line) -> Iterator[Hit[T]]:
        """Everything found, in the order of the patterns."""
        for number in line.candidates(self._index).get(self._number, ()):
            expression, firsts, value = self._entries[number]
            for start, end in _found(expression, firsts, line):
                yield Hit(value, line.first_at(start), line.until(end))

    def first(self, line: Line) -> Hit[T] | None:
        """The first pattern, in their order, that is found."""
        return next(self.hits(line), None)

    def longest(self, line: Line) -> list[Hit[T]]:
        """What is found, without what lies within or across a longer find; by place."""
        taken: list[Hit[T]] = []
        for hit in sorted(self.hits(line), key=lambda each: (-each.length, each.start)):
            if all(hit.end <= other.start or hit.start >= other.end for other in taken):
                taken.append(hit)
        return sorted(taken, key=lambda each: each.start)


def _found(
    expression: re.Pattern[str], firsts: frozenset[str] | None, line: Line
) -> Iterator[tuple[int, int]]:
    """Where the expression matches, without overlaps; tried only where it can begin."""
    if firsts is None:
        yield from (match.span() for match in expression.finditer(line.text))
        return
    after = 0
    for place in line.places(firsts):
        if place >= after and (match := expression.match(line.text, place)):
            after = match.end()
            yield match.span()
        elif expression.pattern.startswith(_AT_FIRST):
            return
