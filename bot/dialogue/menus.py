"""Which of the numbers in a text is the answer to a numbered question, if any is.

Tells an answer from a wait, an age, a ward, a time or a count, by the tables of the vocabulary.
Knows nothing of what the answers mean.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.dialogue.heard import PADDING, Heard, Span
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import BREAKS


@dataclass(frozen=True, slots=True)
class Picked:
    """code: the answer, None when they gave two and did not choose. span: its tokens, with the
    words that only introduce it. corrects: whether it takes back an earlier answer."""

    code: str | None
    span: Span
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number that may be the answer. begins: where the words that introduce it begin;
    placed: it stands where an answer stands (first, after a break, or last)."""

    at: int
    digit: str
    begins: int
    corrects: bool
    placed: bool


class Menus:
    """Reads numbers as answers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.number_words: Mapping[str, str] = vocabulary.raw["number_words"]

    def pick(self, heard: Heard, menu: Mapping[str, str]) -> Picked | None:
        """The answer among the numbers, None when no number is one."""
        found = [each for at in range(len(heard)) if (each := self._read(heard, at, menu))]
        if not found:
            return None
        chosen = self._chosen(heard, found)
        if chosen is None:
            return Picked(None, (found[0].at, found[-1].at + 1))
        return Picked(menu[chosen.digit], (chosen.begins, chosen.at + 1), chosen.corrects)

    def _chosen(self, heard: Heard, found: list[_Candidate]) -> _Candidate | None:
        corrected = [each for each in found if each.corrects]
        if corrected:
            return corrected[-1]
        if self._undecided(heard, found):
            return None
        if len({each.digit for each in found}) == 1:
            return found[0]
        cued = [each for each in found if each.begins < each.at]
        if len({each.digit for each in cued}) == 1:
            return cued[0]
        first, last = found[0], found[-1]
        return first if first.placed and not last.placed else None

    def _undecided(self, heard: Heard, found: list[_Candidate]) -> bool:
        """Two answers with nothing but "or", "to" or a comma between them."""
        between = self.vocabulary.words("ranges") | set(BREAKS)
        return any(
            one.digit != two.digit
            and all(heard.word(at) in between for at in range(one.at + 1, two.at))
            for one, two in pairwise(found)
        )

    def _read(self, heard: Heard, at: int, menu: Mapping[str, str]) -> _Candidate | None:
        word = heard.word(at)
        digit = self.number_words.get(word, word)
        if digit not in menu or self._counts(heard, at, digit):
            return None
        if heard.begins("rejected", at) is not None:
            return None
        corrects = heard.begins("correction_cues", at)
        cue = heard.begins("answer_cues", at)
        placed = self._placed(heard, at, spelled=word != digit)
        if corrects is None and cue is None and not placed:
            return None
        begins = min(start for start in (corrects, cue, at) if start is not None)
        return _Candidate(at, digit, begins, corrects is not None, placed)

    def _counts(self, heard: Heard, at: int, digit: str) -> bool:
        """Whether the number only counts what follows it ("3 hours", "2 kind nurses")."""
        look = self.vocabulary.words
        after = heard.word(at + 1)
        while after in look("counted_unless"):
            at += 1
            after = heard.word(at + 1)
        if digit == "1" and after.endswith("s") and after[:-1] in look("counted"):
            return after[:-1] not in look("people")
        return after in look("counted")

    def _placed(self, heard: Heard, at: int, spelled: bool) -> bool:
        look = self.vocabulary.words
        before, after = heard.word(at - 1), heard.word(at + 1)
        closes = self._is_padding(heard, range(at + 1, len(heard)))
        if spelled and not (closes or after in BREAKS or after in look("starters")):
            return False
        if before in BREAKS or self._is_padding(heard, range(at)):
            return True
        if before in look("places"):
            return False
        return closes or before in look("joins")

    def _is_padding(self, heard: Heard, places: Iterable[int]) -> bool:
        padding = heard.covered(*PADDING)
        return all(number in padding or heard.breaks(number) for number in places)
