"""The rating in a text: by number, by words, or none, told from everything that only looks so.

Knows the six answers and their order; all words come from the vocabulary's tables.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.dialogue.menus import Menus, Picked, Span
from bot.dialogue.phrases import Hit
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import BREAKS, Line

ORDER = ("very_good", "good", "neither", "poor", "very_poor")
"""From best to worst; `dont_know` stands outside."""

POSITIVE = frozenset(ORDER[:2])
NEGATIVE = frozenset(ORDER[3:])


@dataclass(frozen=True, slots=True)
class Found:
    """A rating and the tokens that only say it, so that the rest is the comment.

    code is None where they gave a rating that cannot be trusted: ask again.
    corrects: whether it takes back an earlier answer.
    """

    code: str | None
    spans: tuple[Span, ...] = ()
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """Rating words: whole: they speak of the whole experience; cued: "overall", "I'd say"."""

    code: str
    start: int
    end: int
    clear: bool
    whole: bool = False
    cued: bool = False
    corrects: bool = False
    apart: bool = False
    """Nothing but the rating itself stands in its clause, so it is no part of the comment."""


class Ratings:
    """Reads ratings."""

    def __init__(self, vocabulary: Vocabulary, menus: Menus) -> None:
        self.vocabulary, self.menus = vocabulary, menus
        scale: Mapping[str, Mapping[str, list[str]]] = vocabulary.raw["scale"]
        entries = [
            (phrase, (code, strength == "clear"))
            for code, strengths in scale.items()
            for strength, phrases in strengths.items()
            for phrase in phrases
        ]
        self.scale = vocabulary.compile(entries, "scale")
        self.amplified: Mapping[str, str] = vocabulary.raw["amplified"]
        self.negated: Mapping[str, str] = vocabulary.raw["negated"]

    def read(self, line: Line, menu: Mapping[str, str]) -> Found | None:
        """The rating that the text gives, None when it gives none."""
        said = self._said(line)
        number = self.menus.pick(line, menu)
        if self.vocabulary.book("stars").first(line):
            number = None
            if said is None:
                return Found(None)
        if number is None:
            return self._by_words(line, said)
        if said is not None and said.corrects and not number.corrects:
            return self._by_words(line, said)
        return self._by_number(line, number, said)

    def _by_number(self, line: Line, number: Picked, said: _Said | None) -> Found:
        if number.code is None or self._clash(line, number, said):
            return Found(None)
        spans = (number.span, *_beside(line, number.span, said))
        return Found(number.code, spans, number.corrects)

    def _by_words(self, line: Line, said: _Said | None) -> Found | None:
        if said is None:
            return None
        if said.code in POSITIVE and self._bitter(line):
            return None
        spans = ((said.start, said.end),) if said.apart else ()
        return Found(said.code, spans, said.corrects)

    def _clash(self, line: Line, number: Picked, said: _Said | None) -> bool:
        """Whether number and words contradict each other, as when the scale was taken upside down."""
        code = number.code
        if said is not None and said.start <= number.span[1] + 2 and said.code != code:
            return code not in ORDER or said.code not in ORDER or _apart(code, said.code) >= 2
        return code in NEGATIVE and self._glowing(line)

    def _glowing(self, line: Line) -> bool:
        """Nothing but strong praise: no "not", no "but", no trouble."""
        words = {token.word for token in line.tokens}
        look = self.vocabulary.words
        return bool(
            words & look("strong_praise")
            and not words & (look("contrast") | look("negators") | look("strong_blame"))
            and not self.vocabulary.book("complaint").first(line)
            and not self.vocabulary.book("sarcasm").first(line)
        )

    def _bitter(self, line: Line) -> bool:
        """Whether kind words are not to be taken at their face."""
        if self.vocabulary.book("sarcasm").first(line):
            return True
        if {token.word for token in line.tokens} & self.vocabulary.words("contrast"):
            return False
        if self.vocabulary.book("eased").first(line):
            return False
        return self.vocabulary.book("complaint").first(line) is not None

    def _said(self, line: Line) -> _Said | None:
        """The words that rate the whole; None when there are none, or they contradict."""
        every = [each for each in self._every(line) if each.whole or each.corrects]
        if not every:
            return None
        for wanted in ("corrects", "cued"):
            marked = [each for each in every if getattr(each, wanted)]
            if marked:
                return marked[-1]
        codes = {each.code for each in every}
        if codes & POSITIVE and codes & NEGATIVE:
            return None
        return every[0]

    def _every(self, line: Line) -> Iterator[_Said]:
        hits = self.scale.longest(line)
        if not hits:
            return
        masks = list(self.vocabulary.book("mask").hits(line))
        round_it = _Round(line, self.vocabulary)
        for hit in hits:
            if not any(_within(hit, mask) for mask in masks):
                yield round_it.judged(self._extended(line, hit))

    def _extended(self, line: Line, hit: Hit[tuple[str, bool]]) -> _Said:
        """The rating with the words before it that turn it or strengthen it."""
        look = self.vocabulary.words
        code, clear = hit.value
        at, start, strong, soft = hit.start - 1, hit.start, False, False
        while at >= 0:
            word = line.tokens[at].word
            if word in look("negators") and not self._only(line, at):
                turned = self.negated.get(code, code)
                return _Said(turned, at, hit.end, clear)
            if word in look("amplifiers"):
                strong, start = True, at
            elif word in look("softeners"):
                soft, start = True, at
            elif word not in look("between"):
                break
            at -= 1
        if strong and not soft:
            code, clear = self.amplified.get(code, code), True
        return _Said(code, start, hit.end, clear)

    def _only(self, line: Line, at: int) -> bool:
        return line.tokens[at + 1].word in self.vocabulary.words("not_negating")


class _Round:
    """What stands round a rating in one text: whether it speaks of the whole experience."""

    def __init__(self, line: Line, vocabulary: Vocabulary) -> None:
        self.line, self.vocabulary = line, vocabulary
        self.polite = vocabulary.covered(line, "greetings", "courtesy")
        self.frame = self.polite | vocabulary.covered(line, "fillers", "frame")
        self.cues = [hit.end for hit in vocabulary.book("whole_cues").hits(line)]
        self.corrections = [hit.end for hit in vocabulary.book("correction_cues").hits(line)]
        self.people = vocabulary.words("people")
        self.care = vocabulary.words("care")

    def judged(self, said: _Said) -> _Said:
        """The same rating, with what its surroundings say of it."""
        left, right = self._clause(said)
        leftover = [
            at for at in (*range(left, said.start), *range(said.end, right))
            if at not in self.frame
        ]  # fmt: skip
        alone = not leftover
        whole = (
            alone or self._of_care(leftover) or self._leads(said) or self._of_people(said, leftover)
        )
        if whole and not self._may_stand(said, left, right, leftover):
            whole = False
        cued = said.start in self.cues
        corrects = said.start in self.corrections and alone
        if said.code == "dont_know" and not self._unsure(said):
            whole = cued = False
        return _Said(
            said.code, left if alone else said.start, right if alone else said.end, said.clear,
            whole or cued, cued, corrects, alone and self._echoes(left, right, said),
        )  # fmt: skip

    def _echoes(self, left: int, right: int, said: _Said) -> bool:
        return not any(self.line.tokens[at].word in self.care for at in range(left, right))

    def _clause(self, said: _Said) -> Span:
        """The bounds of the clause: the nearest break or joining word on each side."""
        joins = self.vocabulary.words("joins")
        left, right = said.start, said.end
        while left > 0 and not self._bounds(left - 1, joins):
            left -= 1
        while right < len(self.line.tokens) and not self._bounds(right, joins):
            right += 1
        return left, right

    def _bounds(self, at: int, joins: frozenset[str]) -> bool:
        word = self.line.tokens[at].word
        return word in BREAKS or word in joins

    def _of_care(self, leftover: list[int]) -> bool:
        return all(self.line.tokens[at].word in self.care for at in leftover)

    def _of_people(self, said: _Said, leftover: list[int]) -> bool:
        """ "Staff were excellent": clear, strong, and no "but" anywhere."""
        words = {self.line.tokens[at].word for at in leftover}
        mixed = {token.word for token in self.line.tokens} & self.vocabulary.words("contrast")
        extreme = said.code in (ORDER[0], ORDER[-1])
        return said.clear and extreme and not mixed and words <= self.people | self.care

    def _leads(self, said: _Said) -> bool:
        """It opens the text and a new clause follows: "very good the nurses were lovely"."""
        if any(self._strange(at) for at in range(said.start)):
            return False
        after = said.end
        while after < len(self.line.tokens) and self.line.tokens[after].word in self.care:
            after += 1
        if after == len(self.line.tokens):
            return True
        word = self.line.tokens[after].word
        return word in BREAKS or word in self.vocabulary.words("starters")

    def _strange(self, at: int) -> bool:
        return at not in self.frame and self.line.tokens[at].word not in BREAKS

    def _may_stand(self, said: _Said, left: int, right: int, leftover: list[int]) -> bool:
        """A clause that neither opens the text nor names what it rates must be clear to count."""
        if not any(self._strange(at) for at in range(left)):
            return True
        if self.line.tokens[left - 1].word == ".":
            return True
        named = leftover or any(at in self.frame for at in range(left, said.start))
        return bool(named) or (said.clear and right >= len(self.line.tokens))

    def _unsure(self, said: _Said) -> bool:
        if any(self._strange(at) for at in range(said.start)):
            return False
        if said.end >= len(self.line.tokens):
            return True
        word = self.line.tokens[said.end].word
        return (
            word in BREAKS
            or said.end in self.polite
            or word in self.vocabulary.words("unsure_starters")
        )


def _within(hit: Hit[tuple[str, bool]], mask: Hit[str]) -> bool:
    return mask.start <= hit.start and hit.end <= mask.end


def _apart(one: str, two: str) -> int:
    return abs(ORDER.index(one) - ORDER.index(two))


def _beside(line: Line, number: Span, said: _Said | None) -> Iterable[Span]:
    """The rating's own words, where they stand right beside its number ("1 very good")."""
    if said is None or not said.apart:
        return ()
    between = range(min(number[1], said.end), max(number[0], said.start))
    near = all(line.tokens[at].word in BREAKS for at in between)
    return ((said.start, said.end),) if near else ()
