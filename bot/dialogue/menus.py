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

KINDLY = ("1", "2")
"""With these, "rude nurses" are counted: the answer would speak against the words."""

MONEY = "£$€%"

NAMED = 3
"""So many words name an answer without its number ("the second one")."""


@dataclass(frozen=True, slots=True)
class Picked:
    """code: the answer, None when they gave two and did not choose. span: its tokens, with the
    words that only introduce it. corrects: whether it takes back an earlier answer; beside: the
    tokens that name the one taken back ("not 1"), or say the same number again."""

    code: str | None
    span: Span
    corrects: bool = False
    beside: tuple[Span, ...] = ()

    @property
    def introduced(self) -> bool:
        """Whether words lead up to it ("so my answer is 2")."""
        return self.code is not None and self.span[1] - self.span[0] > 1

    @property
    def spans(self) -> tuple[Span, ...]:
        """All tokens that are number and nothing else."""
        return (self.span, *self.beside)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number that may be the answer. begins: where the words that introduce it begin;
    cued: it is introduced, or "overall" follows; corrects: it takes back an earlier one."""

    at: int
    digit: str
    begins: int
    cued: bool
    corrects: bool

    @property
    def span(self) -> Span:
        """Its tokens."""
        return self.begins, self.at + 1


class Menus:
    """Reads numbers as answers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.number_words: Mapping[str, str] = vocabulary.raw["number_words"]
        self.named = {
            name: digit for digit, names in vocabulary.raw["named"].items() for name in names
        }

    def pick(self, heard: Heard, menu: Mapping[str, str]) -> Picked | None:
        """The answer among the numbers, None when no number is one."""
        spelled = self.number_words.keys() & heard.words
        said = {*(menu.keys() & heard.words), *(w for w in spelled if self.number_words[w] in menu)}
        if not said:
            return self._named(heard, menu)
        numbers = [at for at, token in enumerate(heard.line.tokens) if token.word in said]
        digits = [at for at in numbers if self._offers(heard, at)]
        found = [each for at in digits if (each := self._candidate(heard, at))]
        if not found:
            return self._named(heard, menu)
        rejected = [
            (begins, at + 1)
            for at in numbers
            if (begins := heard.begins("rejected", at)) is not None
        ]
        places = [each.at for each in found]
        undecided = self._undecided(heard, digits) or self._undecided(heard, places, BREAKS)
        chosen = self._chosen(found, undecided)
        if chosen is None:
            return Picked(None, (digits[0], digits[-1] + 1))
        corrects = chosen.corrects or bool(rejected)
        beside = [each.span for each in found if chosen.corrects and each is not chosen]
        again = [(at, at + 1) for at in digits if self._says_again(heard, at, chosen)]
        return Picked(menu[chosen.digit], chosen.span, corrects, (*rejected, *beside, *again))

    def _named(self, heard: Heard, menu: Mapping[str, str]) -> Picked | None:
        """A text that is nothing but another name of a number: "second", "iii", "the last one"."""
        bare = heard.bare()
        if not 0 < len(bare) <= NAMED:
            return None
        typed = " ".join(dict.fromkeys(map(bare.typed, range(len(bare))))).lower()
        digit = self.named.get(typed, "")
        return Picked(menu[digit], (0, len(heard))) if digit in menu else None

    def _says_again(self, heard: Heard, at: int, chosen: _Candidate) -> bool:
        """Whether the number chosen stands there once more, alone."""
        return at != chosen.at and self._digit(heard, at) == chosen.digit and self._alone(heard, at)

    def _alone(self, heard: Heard, at: int) -> bool:
        """Whether a number stands between breaks, padding, other numbers."""
        beside = [each for each in (at - 1, at + 1) if 0 <= each < len(heard)]
        padding = heard.covered(*PADDING) | heard.signs()
        return all(
            each in padding or heard.breaks(each) or heard.word(each).isdecimal() for each in beside
        )

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
        if corrects is None and self._sorry(heard, at):
            corrects = at
        cue = heard.begins("answer_cues", at)
        tail = any(hit.start == at + 1 for hit in heard.hits("answer_tails"))
        if corrects is None and cue is None and not tail and not self._placed(heard, at):
            return None
        begins = min(start for start in (corrects, cue, at) if start is not None)
        cued = tail or begins < at
        return _Candidate(at, self._digit(heard, at), begins, cued, corrects is not None)

    def _sorry(self, heard: Heard, at: int) -> bool:
        """Whether "sorry" or the like follows a number that has another one before it."""
        follows = any(hit.start == at + 1 for hit in heard.hits("correction_tails"))
        return follows and any(heard.word(before).isdecimal() for before in range(at))

    # ------------------------------------------------------------------ numbers that count

    def _counts(self, heard: Heard, at: int, digit: str) -> bool:
        """Whether the number only counts what follows it ("3 hours", "2 rude nurses")."""
        look = self.vocabulary.words
        noun = at + 1
        while heard.word(noun) in look("counted_unless"):
            noun += 1
        word = heard.word(noun)
        if word in look("harsh_words") and digit in KINDLY:
            return heard.word(noun + 1) in look("people")
        if digit == "1" and word.endswith("s") and word[:-1] in look("counted"):
            return word[:-1] not in look("people")
        if word not in look("counted") or self._stands_apart(heard, at, noun):
            return False
        return word not in look("single") or (digit == "1" and not self._praised(heard, at))

    def _stands_apart(self, heard: Heard, at: int, noun: int) -> bool:
        """Whether the noun opens a sentence of its own: "4 nurses rude" (who counts says "4 nurses
        were rude"), "5 Nurses ignored me" by its capital, "5 bed 4 was dirty" as a place's name."""
        look, word, after = self.vocabulary.words, heard.word(noun), heard.word(noun + 1)
        if after in look("kind_words") or after in look("harsh_words"):
            return True
        if noun > at + 1:
            return False
        if heard.typed(noun).istitle() and not heard.line.original.istitle():
            return word not in look("titles") and bool({word, word[:-1]} & look("single"))
        return word in look("places") and after.isdecimal()

    def _praised(self, heard: Heard, at: int) -> bool:
        """Whether the text opens there, praises and does nothing else: "1 nurse was lovely"."""
        if heard.has_word("contrast", "troubles", "strong_blame"):
            return False
        opens = self._is_padding(heard, range(at))
        return opens and (heard.has("praise") or heard.has_word("strong_praise"))

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
        padding = heard.covered(*PADDING) | {
            at for at in heard.signs() if heard.word(at) not in MONEY
        }
        padding |= {at for at in heard.covered("keywords") if not heard.word(at).isalpha()}
        return all(number in padding or heard.breaks(number) for number in places)
