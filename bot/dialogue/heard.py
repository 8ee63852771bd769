"""One text with what its words are found to be, each table looked up at most once.

Also gives back the person's own words once an answer is taken out of them. Decides no meaning.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.dialogue.phrases import Hit
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import BREAKS, PAUSE, STOP, Line, Token

Span = tuple[int, int]
"""From one token up to, but without, another."""

POLITE = ("courtesy", "greetings")
PADDING = (*POLITE, "fillers")
SPARE = (*PADDING, "signoffs")

_NO_SIGNS = (*BREAKS, "<link>")
_LEADING = " \t\r\n,;:-–—/|>*=#)]}.!?&"
_TRAILING = " \t\r\n,;:-–—/|<*=#([{"


class Heard:
    """A line and the vocabulary it is read with; remembers what was looked up."""

    def __init__(
        self,
        line: Line,
        vocabulary: Vocabulary,
        whole: tuple[Token, ...] | None = None,
        goes_on: bool = False,
    ) -> None:
        self.line, self.vocabulary = line, vocabulary
        self.goes_on = goes_on
        """Whether more words follow than are read here: they are comment, whatever they are."""
        self.whole = whole or line.tokens
        """The tokens of the whole text, also where this is but a part of it."""
        self.words = line.words
        self._hits: dict[str, list[Hit[str]]] = {}
        self._covered: dict[str, set[int]] = {}
        self._signs: set[int] | None = None
        self._bare: Heard | None = None
        self._trimmed: Heard | None = None
        self.known: dict[object, Any] = {}
        """What readers made of this text, so that none works it out twice."""

    def __len__(self) -> int:
        return len(self.line.tokens)

    def word(self, at: int) -> str:
        """The word at a place, "" outside the text."""
        tokens = self.line.tokens
        return tokens[at].word if 0 <= at < len(tokens) else ""

    def typed(self, at: int) -> str:
        """What was typed at a place, "" outside the text."""
        if not 0 <= at < len(self):
            return ""
        return self.line.original[self.line.tokens[at].start : self.line.tokens[at].end]

    def breaks(self, at: int) -> bool:
        """Whether a comma, a full stop or the like stands there."""
        return self.line.tokens[at].word in BREAKS

    def hits(self, name: str) -> list[Hit[str]]:
        """Everything found of that list of phrases."""
        if name not in self._hits:
            self._hits[name] = list(self.vocabulary.book(name).hits(self.line))
        return self._hits[name]

    def has(self, *names: str) -> bool:
        """Whether a phrase of one of these lists is found."""
        return any(self.hits(name) for name in names)

    def has_word(self, *names: str) -> bool:
        """Whether a word of one of these lists stands in the text."""
        return any(self.words & self.vocabulary.words(name) for name in names)

    def begins(self, name: str, at: int) -> int | None:
        """Where a phrase of that list begins that ends right before a place."""
        return min((hit.start for hit in self.hits(name) if hit.end == at), default=None)

    def covered(self, *names: str) -> set[int]:
        """The tokens that lie in a phrase of one of these lists."""
        found: set[int] = set()
        for name in names:
            if name not in self._covered:
                self._covered[name] = {
                    at for hit in self.hits(name) for at in range(hit.start, hit.end)
                }
            found |= self._covered[name]
        return found

    def signs(self) -> set[int]:
        """The tokens that are emoji or signs, not words."""
        if self._signs is None:
            self._signs = {
                at
                for at, token in enumerate(self.line.tokens)
                if not token.word[0].isalnum() and token.word not in _NO_SIGNS
            }
        return self._signs

    def clause(self, at: int) -> Span:
        """The stretch between the nearest breaks of any kind."""
        return self._stretch(at, at + 1, BREAKS)

    def sentence(self, start: int, end: int) -> Span:
        """The stretch between the nearest ends of sentences on both sides of a span."""
        while start < end and self.word(start) == STOP:
            start += 1
        while end > start and self.word(end - 1) == STOP:
            end -= 1
        return self._stretch(start, end, (STOP,))

    def _stretch(self, start: int, end: int, bounds: Sequence[str]) -> Span:
        while start > 0 and self.word(start - 1) not in bounds:
            start -= 1
        while end < len(self) and self.word(end) not in bounds:
            end += 1
        return start, end

    # ------------------------------------------------------------------ parts of the text

    def has_content(self) -> bool:
        """Whether there is more than punctuation."""
        return any(token.word not in BREAKS for token in self.line.tokens)

    def without(self, spans: Iterable[Span]) -> "Heard":
        """The text with these spans taken out."""
        return self._part(self.line.without(spans).tokens)

    def _part(self, tokens: Sequence[Token]) -> "Heard":
        if len(tokens) == len(self):
            return self
        return Heard(self.line.part(tokens), self.vocabulary, self.whole, self.goes_on)

    def bare(self) -> "Heard":
        """Without polite noises, punctuation and emoji: what a command alone would leave."""
        if self._bare is None:
            polite = self.covered(*POLITE) | self.signs()
            kept = [
                token
                for at, token in enumerate(self.line.tokens)
                if at not in polite and token.word not in BREAKS
            ]
            self._bare = self._part(kept)
        return self._bare

    def trimmed(self) -> "Heard":
        """Without the punctuation at both ends."""
        if self._trimmed is None:
            first, last = 0, len(self)
            while last > 0 and self.breaks(last - 1):
                last -= 1
            while first < last and self.breaks(first):
                first += 1
            self._trimmed = self._part(self.line.tokens[first:last])
        return self._trimmed

    def head(self) -> "Heard | None":
        """What stands before the first break or joining word, None where there is neither."""
        joins = self.vocabulary.words("joins")
        for at, token in enumerate(self.line.tokens):
            if token.word in BREAKS or token.word in joins:
                return self._part(self.line.tokens[:at])
        return None

    def is_whole(self, *names: str) -> bool:
        """Whether one phrase of these lists is all that the text says."""
        return any(
            hit.start == 0 and hit.end == len(each)
            for each in (self.trimmed(), self.bare())
            if len(each)
            for name in names
            for hit in each.hits(name)
        )

    def is_only(self, *names: str) -> bool:
        """Whether the text is made of nothing but phrases of these lists, breaks and emoji."""
        if self.goes_on:
            return False
        known = self.covered(*names) | self.signs()
        return all(at in known or token.word in BREAKS for at, token in enumerate(self.line.tokens))

    # ------------------------------------------------------------------ words left over

    def rest(self, spans: Iterable[Span] = ()) -> str | None:
        """The person's own words outside these spans, as typed; None when they only pad."""
        gone = {at for start, end in spans for at in range(start, end)}
        gone -= {len(self) - 1} if self.goes_on else set()
        padding = gone | self.covered(*SPARE, "keywords") | self.signs()
        pieces = [
            self._typed(run)
            for run in self._runs(gone)
            if any(self._says(at, padding) for at in run)
        ]
        return " ".join(pieces) or None

    def _runs(self, gone: set[int]) -> Iterable[list[int]]:
        """The stretches of text between what is gone, without a "but" that leads nowhere."""
        runs: list[list[int]] = [[]]
        for at, token in enumerate(self.line.tokens):
            if at in gone:
                runs.append([])
                continue
            if runs[-1] and token.number > self.line.tokens[at - 1].number + 1:
                runs.append([])
            runs[-1].append(at)
        for run in runs:
            while run and run[-1] + 1 in gone and self._leads_on(run[-1]):
                run.pop()
        return runs

    def _leads_on(self, at: int) -> bool:
        return self.word(at) == PAUSE or self.word(at) in self.vocabulary.words("joins")

    def _says(self, at: int, padding: set[int]) -> bool:
        word = self.word(at)
        spare = word in BREAKS or word in self.vocabulary.words("joins")
        further = self.goes_on and at == len(self) - 1
        return further or (at not in padding and not spare)

    def _typed(self, run: list[int]) -> str:
        """The original from one token to another, with all that was typed between and after."""
        tokens, original = self.line.tokens, self.line.original
        last = tokens[run[-1]].number + 1
        ends = self.whole[last].start if last < len(self.whole) else len(original)
        return original[tokens[run[0]].start : ends].lstrip(_LEADING).rstrip(_TRAILING)
