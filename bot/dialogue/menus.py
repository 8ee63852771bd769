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

BRIEF = 9
"""In so few words a number that merely comes last is an answer ("nurses lovely 1")."""


@dataclass(frozen=True, slots=True)
class Picked:
    """code: the answer, None when they gave two and did not choose. span: its tokens, with the
    words that only introduce it. corrects: whether it takes back an earlier answer; turned_down:
    the tokens that name the one taken back ("not 1")."""

    code: str | None
    span: Span
    corrects: bool = False
    turned_down: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """All tokens that are number and nothing else."""
        return (self.span, *self.turned_down)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number that may be the answer. begins: where the words that introduce it begin;
    cued: it is introduced, or "overall" follows; corrects: it takes back an earlier one."""

    at: int
    digit: str
    begins: int
    cued: bool
    corrects: bool


class Menus:
    """Reads numbers as answers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.number_words: Mapping[str, str] = vocabulary.raw["number_words"]

    def pick(self, heard: Heard, menu: Mapping[str, str]) -> Picked | None:
        """The answer among the numbers, None when no number is one."""
        spelled = self.number_words.keys() & heard.words
        said = {*(menu.keys() & heard.words), *(w for w in spelled if self.number_words[w] in menu)}
        if not said:
            return None
        numbers = [at for at, token in enumerate(heard.line.tokens) if token.word in said]
        digits = [at for at in numbers if self._offers(heard, at)]
        found = [each for at in digits if (each := self._candidate(heard, at))]
        if not found:
            return None
        places = [each.at for each in found]
        undecided = self._undecided(heard, digits) or self._undecided(heard, places, BREAKS)
        chosen = self._chosen(found, undecided)
        if chosen is None:
            return Picked(None, (digits[0], digits[-1] + 1))
        span = (chosen.begins, chosen.at + 1)
        turned_down = tuple(
            (begins, at + 1)
            for at in numbers
            if (begins := heard.begins("rejected", at)) is not None
        )
        return Picked(menu[chosen.digit], span, chosen.corrects, turned_down)

    def _chosen(self, found: list[_Candidate], undecided: bool) -> _Candidate | None:
        corrected = [each for each in found if each.corrects]
        if corrected:
            return corrected[-1]
        if undecided:
            return None
        if len({each.digit for each in found}) == 1:
            return found[0]
        cued = [each for each in found if each.cued]
        return cued[0] if len({each.digit for each in cued}) == 1 else None

    def _undecided(self, heard: Heard, digits: list[int], also: Iterable[str] = ()) -> bool:
        """Two numbers with nothing but "or", "to" or the like between them."""
        between = self.vocabulary.words("ranges") | set(also)
        return any(
            self._digit(heard, one) != self._digit(heard, two)
            and all(heard.word(at) in between for at in range(one + 1, two))
            for one, two in pairwise(digits)
        )

    def _digit(self, heard: Heard, at: int) -> str:
        word = heard.word(at)
        return self.number_words.get(word, word)

    def _offers(self, heard: Heard, at: int) -> bool:
        """Whether the number there neither counts nor is turned down."""
        digit = self._digit(heard, at)
        if at in heard.covered("no_answers"):
            return False
        if self._counts(heard, at, digit):
            return False
        spelled = digit != heard.word(at)
        if spelled and not self._ends(heard, at + 1):
            return False
        return heard.begins("rejected", at) is None

    def _ends(self, heard: Heard, at: int) -> bool:
        """Whether a number in words is complete there: "one, lovely", not "one nurse"."""
        word = heard.word(at)
        starts_anew = word in BREAKS or word in self.vocabulary.words("spelled_starters")
        return not word or starts_anew or at in heard.covered(*PADDING)

    def _candidate(self, heard: Heard, at: int) -> _Candidate | None:
        corrects = heard.begins("correction_cues", at)
        cue = heard.begins("answer_cues", at)
        tail = any(hit.start == at + 1 for hit in heard.hits("answer_tails"))
        if corrects is None and cue is None and not tail and not self._placed(heard, at):
            return None
        begins = min(start for start in (corrects, cue, at) if start is not None)
        cued = tail or begins < at
        return _Candidate(at, self._digit(heard, at), begins, cued, corrects is not None)

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

    def _placed(self, heard: Heard, at: int) -> bool:
        """First, after a break or a joining word, or last; not after "ward", "waited", "at"."""
        before = heard.word(at - 1)
        if before in BREAKS or self._is_padding(heard, range(at)):
            return True
        if before in self.vocabulary.words("places"):
            return False
        if before in self.vocabulary.words("joins"):
            return True
        brief = len(heard) <= BRIEF and self._digit(heard, at) == heard.word(at)
        return brief and self._is_padding(heard, range(at + 1, len(heard)))

    def _is_padding(self, heard: Heard, places: Iterable[int]) -> bool:
        padding = heard.covered(*PADDING)
        return all(number in padding or heard.breaks(number) for number in places)
