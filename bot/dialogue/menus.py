"""Which of the numbers in a text is the answer to a numbered question, if any is.

Tells an answer from a wait, an age, a ward, a time or a count, by the tables of the vocabulary.
Knows nothing of what the answers mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import BREAKS, Line

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Picked:
    """code: the answer, None when they gave two and did not choose. span: its tokens, with the
    words that only introduce it. corrects: whether it takes back an earlier answer."""

    code: str | None
    span: Span
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    at: int
    digit: str
    cue: int
    """Where the words that introduce it begin; the place itself when none do."""
    corrects: bool
    placed: bool
    """Stands where an answer stands: first, after a break, or last."""


class Menus:
    """Reads numbers as answers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.number_words: Mapping[str, str] = vocabulary.raw["number_words"]

    def pick(self, line: Line, menu: Mapping[str, str]) -> Picked | None:
        """The answer among the numbers, None when no number is one."""
        found = [each for at in range(len(line.tokens)) if (each := self._read(line, at, menu))]
        if not found:
            return None
        chosen = self._chosen(line, found)
        if chosen is None:
            return Picked(None, (found[0].at, found[-1].at + 1))
        start = chosen.cue
        return Picked(menu[chosen.digit], (start, chosen.at + 1), chosen.corrects)

    def _chosen(self, line: Line, found: list[_Candidate]) -> _Candidate | None:
        corrected = [each for each in found if each.corrects]
        if corrected:
            return corrected[-1]
        if self._undecided(line, found):
            return None
        if len({each.digit for each in found}) == 1:
            return found[0]
        cued = [each for each in found if each.cue < each.at]
        if len({each.digit for each in cued}) == 1:
            return cued[0]
        first, last = found[0], found[-1]
        return first if first.placed and not last.placed else None

    def _undecided(self, line: Line, found: list[_Candidate]) -> bool:
        """Two answers with nothing but "or", "to" or a comma between them."""
        between = self.vocabulary.words("ranges") | set(BREAKS)
        return any(
            one.digit != two.digit
            and all(line.tokens[at].word in between for at in range(one.at + 1, two.at))
            for one, two in pairwise(found)
        )

    def _read(self, line: Line, at: int, menu: Mapping[str, str]) -> _Candidate | None:
        word = line.tokens[at].word
        digit = self.number_words.get(word, word)
        if digit not in menu or self._counts(line, at, digit) or self._ends(line, at, "rejected"):
            return None
        corrects = self._ends(line, at, "correction_cues")
        cue = self._ends(line, at, "answer_cues")
        begins = min(start for start in (corrects, cue, at) if start is not None)
        placed = self._placed(line, at, word != digit)
        if corrects is None and cue is None and not placed:
            return None
        return _Candidate(at, digit, begins, corrects is not None, placed)

    def _ends(self, line: Line, at: int, name: str) -> int | None:
        """Where a phrase of that list begins that ends right before this place."""
        starts = [hit.start for hit in self.vocabulary.book(name).hits(line) if hit.end == at]
        return min(starts) if starts else None

    def _counts(self, line: Line, at: int, digit: str) -> bool:
        """Whether the number only counts what follows it ("3 hours", "2 kind nurses")."""
        after = _word(line, at + 1)
        counted, unless = self.vocabulary.words("counted"), self.vocabulary.words("counted_unless")
        if after in unless:
            return _word(line, at + 2) in counted - unless
        if digit == "1" and after.endswith("s") and after[:-1] in counted:
            return after[:-1] not in self.vocabulary.words("people")
        return after in counted

    def _placed(self, line: Line, at: int, spelled: bool) -> bool:
        before, after = _word(line, at - 1), _word(line, at + 1)
        closes = self._is_end(line, at + 1)
        if spelled and not (
            closes or after in BREAKS or after in self.vocabulary.words("starters")
        ):
            return False
        if self._is_start(line, at) or before in BREAKS:
            return True
        if before in self.vocabulary.words("places"):
            return False
        return closes or before in self.vocabulary.words("joins")

    def _is_start(self, line: Line, at: int) -> bool:
        lead = self.vocabulary.covered(line, "greetings", "fillers", "courtesy")
        return all(number in lead or line.tokens[number].word in BREAKS for number in range(at))

    def _is_end(self, line: Line, at: int) -> bool:
        tail = self.vocabulary.covered(line, "fillers", "courtesy")
        return all(
            number in tail or line.tokens[number].word in BREAKS
            for number in range(at, len(line.tokens))
        )


def _word(line: Line, at: int) -> str:
    return line.tokens[at].word if 0 <= at < len(line.tokens) else ""
