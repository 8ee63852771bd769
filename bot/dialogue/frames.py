"""Frames: ideas that stand close together in one sentence, in any order and whatever is between.

An idea is a list of phrases of a rules file; a frame names two ideas or more (`strike worker
frail`), the rarest first. Knows nothing of what a frame stands for.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from bot.dialogue.phrases import Book, Grammar, Hit, Index, PhraseError
from bot.dialogue.words import STOP, Line

T = TypeVar("T")
Span = tuple[int, int]

REACH = 14
"""So many words before the first idea, or behind it, the others may stand."""


class Frames(Generic[T]):
    """Many frames with what each stands for; other ideas are looked for only where a first one is."""

    def __init__(self, grammar: Grammar, index: Index) -> None:
        self._grammar, self._index = grammar, index
        self._firsts: Book[str] = Book((), grammar, index)
        self._ideas: dict[str, Book[str]] = {}
        self._frames: dict[str, list[tuple[list[str], T]]] = {}

    @property
    def words(self) -> set[str]:
        """Every plain word in the ideas: the spelling must leave these alone."""
        books = (self._firsts, *self._ideas.values())
        return {word for book in books for word in book.words}

    def add(self, entries: Iterable[tuple[str, T]]) -> None:
        """More frames, which come after those it has. Raises PhraseError."""
        for frame, value in entries:
            self._learn(frame, value)

    def _learn(self, frame: str, value: T) -> None:
        first, *others = frame.split()
        if not others:
            raise PhraseError(f"frame {frame!r}: one idea alone is a pattern")
        if first not in self._frames:
            self._firsts.add(self._phrases(first))
        for name in others:
            if name not in self._ideas:
                self._ideas[name] = Book(self._phrases(name), self._grammar, self._index)
        self._frames.setdefault(first, []).append((others, value))

    def may_be_in(self, line: Line) -> bool:
        """Whether the text holds a word that some first idea needs."""
        return self._firsts.may_be_in(line)

    def found(self, line: Line) -> Iterator[Hit[T]]:
        """What is found, one by one, each from the first word of its ideas to the last."""
        known: dict[str, list[Span]] = {}
        for first in self._firsts.hits(line):
            low, high = sentence(line, first.start, first.end, REACH)
            for others, value in self._frames[first.value]:
                choices = (self._within(line, known, name, low, high) for name in others)
                if spans := _apart(((first.start, first.end),), [*choices]):
                    yield Hit(value, min(spans)[0], max(end for _, end in spans))

    def _phrases(self, name: str) -> list[tuple[str, str]]:
        if name not in self._grammar.lists:
            raise PhraseError(f"there is no list {name!r} for a frame")
        return [(phrase, name) for phrase in self._grammar.lists[name]]

    def _within(
        self, line: Line, known: dict[str, list[Span]], name: str, low: int, high: int
    ) -> list[Span]:
        """Where an idea stands between two tokens."""
        if name not in known:
            known[name] = sorted((hit.start, hit.end) for hit in self._ideas[name].hits(line))
        spans = known[name]
        begins, ends = bisect_left(spans, (low, 0)), bisect_left(spans, (high, 0))
        return [span for span in spans[begins:ends] if span[1] <= high]


def _apart(taken: tuple[Span, ...], choices: Sequence[list[Span]]) -> tuple[Span, ...]:
    """One place for each idea so that no two share a word; empty where there is no such choice."""
    if not choices:
        return taken
    for start, end in choices[0]:
        if all(end <= other[0] or start >= other[1] for other in taken):
            spans = _apart((*taken, (start, end)), choices[1:])
            if spans:
                return spans
    return ()


def sentence(line: Line, start: int, end: int, reach: int, turns: Iterable[str] = ()) -> Span:
    """The tokens around some that belong to one sentence with them, at most `reach` on each side.

    turns: words that end it as a full stop does ("but").
    """
    ends = {STOP, *turns}
    low, high = start, end
    while low > max(0, start - reach) and line.tokens[low - 1].word not in ends:
        low -= 1
    while high < min(len(line.tokens), end + reach) and line.tokens[high].word not in ends:
        high += 1
    return low, high
