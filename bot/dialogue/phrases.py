"""Patterns in plain words, for the tables that people review, and books of them that are quick.

    want (to)? die            a group in brackets, `?` makes it optional
    (kill|hurt) (myself|my self)
    <kin> hits me             any phrase of the list `kin`
    <kin>s bed                any phrase of the list with an s behind it ("mums", of "mum's")
    suicid~                   any word that begins so
    bed <number>              any number
    want <any> die, want <4> die   exactly one word; up to four words, in the same sentence
    years ago <far> thank          up to forty words, across sentences
    ^ stop $                  begin and end of the text; `/` is a break (comma, full stop)

Knows nothing of what a pattern stands for.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, takewhile
from typing import Generic, NamedTuple, TypeVar

from bot.dialogue.words import BREAKS, Candidates, Line

T = TypeVar("T")
Lists = Mapping[str, Iterable[str]]

_PART = re.compile(r"[()|?]|<[a-z_0-9]+>s?|[^\s()|<>?]+")
_SLOTS = {"number": r"\d[^ ]* ", "any": r"[^ .]+ "}
_FAR = "(?:[^ ]+ ){0,40}"
_ENDS = {"^": r"\A", "$": r"\Z"}
_COMMON = frozenset(
    [
        *("a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but"),
        *("by", "can", "care", "could", "did", "do", "for", "from", "get", "good", "had", "have"),
        *("he", "her", "him", "i", "in", "is", "it", "me", "my", "no", "not", "of", "on", "out"),
        *("she", "so", "staff", "that", "the", "they", "this", "time", "to", "up", "very", "was"),
        *("we", "were", "when", "with", "you"),
    ]
)
"""Words that many texts hold: a pattern is looked up by any other word of it, if it has one."""

STEM = 3
"""Letters by which a word that only begins a pattern's word is looked up."""

NUMBER = "<number>"
"""What stands in an index for any number."""

MOST_NEEDS = 3
"""More sets of words than these are not worth checking before a pattern is tried."""


class PhraseError(ValueError):
    """A pattern is malformed; the message quotes it and gives the reason."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of a pattern: its regular expression, and the plain words in it.

    needs: sets of words; a text must hold one word of each for it to match, the rarest set first;
    firsts: words with one of which every match begins (None: with any); bare: it may match
    without any word, so that what follows may be first.
    """

    expression: str
    needs: tuple[frozenset[str], ...] = ()
    firsts: frozenset[str] | None = None
    bare: bool = False
    words: frozenset[str] = frozenset()


class Grammar:
    """The lists and the other spellings (aliases) that patterns may use. What a word or a list comes to
    is worked out once, for thousands of patterns use it."""

    def __init__(
        self, lists: Lists | None = None, aliases: Mapping[str, str] | None = None
    ) -> None:
        self.lists, self._aliases = lists or {}, aliases or {}
        self._words: dict[str, _Piece] = {}
        self._slots: dict[str, _Piece] = {}

    def forget(self) -> None:
        """Give back the memory of what was worked out, once all patterns are read."""
        self._words.clear()
        self._slots.clear()

    def piece(self, pattern: str) -> "_Piece":
        """A whole pattern. Raises PhraseError."""
        return _Reader(pattern, self).whole()

    def word(self, part: str) -> "_Piece":
        """One plain word, end or break."""
        if part not in self._words:
            words = self._aliases.get(part, part).split()
            self._words[part] = _joined([_single(word) for word in words])
        return self._words[part]

    def slot(self, name: str, ending: str) -> "_Piece":
        """Any phrase of a list, with a letter behind it. Raises PhraseError, KeyError where there is none."""
        if name + ending not in self._slots:
            self._slots[name + ending] = _either([self.piece(p + ending) for p in self.lists[name]])
        return self._slots[name + ending]


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str, grammar: Grammar) -> None:
        self.pattern, self.grammar = pattern, grammar
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
            return _Piece(maybe, (), piece.firsts, bare=True, words=piece.words)
        return piece

    def piece(self) -> _Piece:
        part = self.parts[self.at]
        self.at += 1
        if part in ("?", "|", ")"):
            raise self.wrong(f"{part!r} stands at no place for it")
        if part == "(":
            return self.group()
        if part.startswith("<"):
            return self.slot(part[1:].rstrip("s")[:-1], "s" if part.endswith("s") else "")
        return self.grammar.word(part)

    def group(self) -> _Piece:
        choices = [self.sequence()]
        while self.at < len(self.parts) and self.parts[self.at] == "|":
            self.at += 1
            choices.append(self.sequence())
        if self.at >= len(self.parts):
            raise self.wrong("'(' has no end")
        self.at += 1
        return _either(choices)

    def slot(self, name: str, ending: str = "") -> _Piece:
        if name in _SLOTS:
            return _Piece(_SLOTS[name], (frozenset({NUMBER}),) if name == "number" else ())
        if name == "far":
            return _Piece(_FAR, bare=True)
        if name.isdecimal():
            return _Piece(rf"(?:[^ .]+ ){{0,{name}}}", bare=True)
        if name not in self.grammar.lists:
            raise self.wrong(f"there is no list {name!r}")
        return self.grammar.slot(name, ending)

    def wrong(self, reason: str) -> PhraseError:
        return PhraseError(f"pattern {self.pattern!r}: {reason}")


def _single(part: str) -> _Piece:
    if part in _ENDS:
        return _Piece(_ENDS[part], (), frozenset(), bare=True)
    if part == "/":
        return _Piece(r"[.,] ", (), frozenset(BREAKS))
    if part.endswith("~"):
        return _Piece(re.escape(part[:-1]) + "[^ ]* ", (frozenset({_stem(part[:-1])}),))
    word = frozenset({part})
    return _Piece(re.escape(part) + " ", (word,), word, words=word)


def _joined(pieces: list[_Piece]) -> _Piece:
    if len(pieces) == 1:
        return pieces[0]
    needs = {need for piece in pieces for need in piece.needs}
    leading = [*takewhile(lambda piece: piece.bare, pieces)]
    rest = pieces[len(leading) : len(leading) + 1]
    return _Piece(
        "".join(piece.expression for piece in pieces),
        tuple(sorted(needs, key=_commonness)[:MOST_NEEDS]),
        _all(piece.firsts for piece in (*leading, *rest)),
        bare=not rest,
        words=_all(piece.words for piece in pieces) or frozenset(),
    )


def _either(choices: list[_Piece]) -> _Piece:
    longest_first = sorted((piece.expression for piece in choices), key=len, reverse=True)
    need = _all(piece.needs[0] if piece.needs else None for piece in choices)
    return _Piece(
        f"(?:{'|'.join(longest_first)})",
        (need,) if need else (),
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


def _commonness(need: frozenset[str]) -> tuple[int, int, list[str]]:
    return len(need & _COMMON), len(need), sorted(need)


def _stem(word: str) -> str:
    """What stands in an index for all words that begin so."""
    return word[:STEM] + "~"


class Hit(NamedTuple, Generic[T]):
    """A pattern found: what it stands for, and the tokens it covers (half-open)."""

    value: T
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many tokens it covers."""
        return self.end - self.start


_SHIFT = 16
_DIGITS = frozenset("0123456789")


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

    def add(self, code: int, need: Iterable[str]) -> None:
        """Note a pattern under the words of which it needs one (none: it is always tried)."""
        listed = False
        for word in need:
            self._by_word.setdefault(word, []).append(code)
            listed = True
        if not listed:
            self._always.append(code)

    def candidates(self, words: Iterable[str]) -> Candidates:
        """The patterns worth trying in a text with these words."""
        also = {word[:STEM] + "~" for word in words}
        if not _DIGITS.isdisjoint([word[0] for word in words]):
            also.add(NUMBER)
        known = [self._by_word[each] for each in (*words, *also) if each in self._by_word]
        codes = sorted({*self._always, *chain.from_iterable(known)})
        return Candidates(codes, {code >> _SHIFT for code in codes})


_WHOLE_WORD = r"(?<![^ ])"


_compiled = cache(re.compile)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    """A pattern. source: its regular expression, made when it is first tried: there are thousands,
    and few of them are ever needed by one process. firsts: words with one of which every match begins (None: any);
    needs: sets of words, of each of which a text must hold one; ends: it begins the text."""

    source: str
    firsts: frozenset[str] | None
    needs: tuple[frozenset[str], ...]
    opens: bool
    value: T

    def spans(self, line: Line) -> Iterable[tuple[int, int]]:
        """Where it matches, without overlaps; tried only where it can begin."""
        expression = _compiled(self.source)
        if self.firsts is None:
            return [match.span() for match in expression.finditer(line.text)]
        places = line.places(self.firsts)
        if self.opens:
            places = places[:1]
        match, after, found = expression.match, 0, []
        for place in places:
            if place >= after and (hit := match(line.text, place)):
                after = hit.end()
                found.append((place, after))
        return found


class Book(Generic[T]):
    """Many patterns with what each stands for; only those whose words occur are tried."""

    def __init__(
        self,
        entries: Iterable[tuple[str, T]],
        grammar: Grammar | None = None,
        index: Index | None = None,
    ) -> None:
        self._index = index or Index()
        self._number = self._index.new_book()
        self._below = self._number << _SHIFT
        self._entries: list[_Entry[T]] = []
        self._grammar = grammar or Grammar()
        self.words: set[str] = set()
        """Every plain word in the patterns: the spelling must leave these alone."""
        self.add(entries)

    def add(self, entries: Iterable[tuple[str, T]]) -> None:
        """More patterns, which come after those it has. Raises PhraseError."""
        for pattern, value in entries:
            piece = self._grammar.piece(pattern)
            self.words |= piece.words
            self._index.add(self._below + len(self._entries), piece.needs[0] if piece.needs else ())
            self._entries.append(_entry(piece, value))

    def hits(self, line: Line) -> list[Hit[T]]:
        """Everything found, in the order of the patterns."""
        return [*self.found(line)] if self.may_be_in(line) else []

    def found(self, line: Line) -> Iterator[Hit[T]]:
        """The same one by one: looked for no further than it is asked for."""
        for entry in self._worth_trying(line):
            for start, end in entry.spans(line):
                yield Hit(entry.value, line.first_at(start), line.until(end))

    def first(self, line: Line) -> Hit[T] | None:
        """The first pattern, in their order, that is found."""
        return next(self.found(line), None) if self.may_be_in(line) else None

    def may_be_in(self, line: Line) -> bool:
        """Whether the text holds a word that one of the patterns needs: few books pass this."""
        return self._number in line.candidates(self._index).books

    def _worth_trying(self, line: Line) -> Sequence[_Entry[T]]:
        """The patterns of which every need is met by some word of the text."""
        codes = line.candidates(self._index).codes
        words, entries = line.words, []
        first = bisect_left(codes, self._below)
        for code in codes[first : bisect_left(codes, self._below + (1 << _SHIFT), first)]:
            entry = self._entries[code - self._below]
            for need in entry.needs:
                if need.isdisjoint(words):
                    break
            else:
                entries.append(entry)
        return entries

    def longest(self, line: Line) -> list[Hit[T]]:
        """What is found, without what lies within or across a longer find; by place."""
        taken: list[Hit[T]] = []
        for hit in sorted(self.hits(line), key=lambda each: (-each.length, each.start)):
            if all(hit.end <= other.start or hit.start >= other.end for other in taken):
                taken.append(hit)
        return sorted(taken, key=lambda each: each.start)


@cache
def _one(words: frozenset[str]) -> frozenset[str]:
    """The same set, once in memory however many patterns have it."""
    return words


def _entry(piece: _Piece, value: T) -> _Entry[T]:
    firsts = None if piece.bare else piece.firsts
    plain = tuple(need for need in piece.needs if not any(each[-1] in "~>" for each in need))
    if firsts is not None and firsts not in plain:
        plain = (*plain, firsts)
    source = _WHOLE_WORD + piece.expression
    firsts, plain = firsts and _one(firsts), tuple(map(_one, plain))
    return _Entry(source, firsts, plain, piece.expression.startswith(_ENDS["^"]), value)
