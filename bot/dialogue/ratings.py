"""The rating in a text: by number, by words, or none, told from everything that only looks so.

Knows the six answers and their order; all words come from the vocabulary's tables.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from bot.dialogue.heard import POLITE, Heard, Span
from bot.dialogue.menus import Menus, Picked
from bot.dialogue.phrases import Hit
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import STOP

ORDER = ("very_good", "good", "neither", "poor", "very_poor")
"""From best to worst; `dont_know` stands outside."""

LONG = 35
"""In a text of more words and breaks only a rating that opens it, or "overall", is one."""

MOST = 40
"""Rating words that are judged in one text, the first and the last: each is held against all."""

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
    turned: bool = False
    """It is said not to be so: "not very poor"."""
    beside: tuple[Span, ...] = ()
    """What is said not to be so, before this, and says nothing else."""


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
        self.labels: Mapping[str, list[str]] = vocabulary.raw["labels"]
        self.amplified: Mapping[str, str] = vocabulary.raw["amplified"]
        self.negated: Mapping[str, str] = vocabulary.raw["negated"]

    def read(self, heard: Heard, menu: Mapping[str, str]) -> Found | None:
        """The rating that the text gives, None when it gives none."""
        key = tuple(menu.items())
        if key not in heard.known:
            heard.known[key] = self._read(heard, menu)
        found: Found | None = heard.known[key]
        return found

    def _read(self, heard: Heard, menu: Mapping[str, str]) -> Found | None:
        number = self.menus.pick(heard, menu)
        said = self._said(heard, number)
        if heard.has("stars") and not (number and number.introduced):
            stars = tuple((hit.start, hit.end) for hit in heard.hits("stars"))
            return self._by_words(heard, said) or Found(None, stars)
        if number is None or (said is not None and said.corrects and not number.corrects):
            return self._by_words(heard, said)
        return self._by_number(heard, number, said)

    def _by_number(self, heard: Heard, number: Picked, said: _Said | None) -> Found:
        if number.code is None or self._clash(heard, number, said):
            words = ((said.start, said.end),) if said and said.apart else ()
            return Found(None, (*number.spans, *words))
        spans = (*number.spans, *self._label(heard, number, said))
        return Found(number.code, spans, number.corrects)

    def _label(self, heard: Heard, number: Picked, said: _Said | None) -> Iterable[Span]:
        """The answer's own label, where it stands right beside its number ("1 very good")."""
        if said is None or said.code != number.code:
            return ()
        spare = {*range(*number.span), *heard.signs(), *heard.covered("fillers")}
        typed = [heard.word(at) for at in range(said.start, said.end) if at not in spare]
        words = " ".join(word for word, _ in groupby(typed)).removeprefix("for ")
        between = range(min(number.span[1], said.end), max(number.span[0], said.start))
        beside = all(heard.breaks(at) or at in spare for at in between)
        beside = beside and words in self.labels[said.code]
        return ((said.start, said.end),) if beside else ()

    def _by_words(self, heard: Heard, said: _Said | None) -> Found | None:
        if said is None or (said.code in POSITIVE and _bitter(heard)):
            return None
        spans = ((said.start, said.end),) if said.apart else ()
        return Found(said.code, (*spans, *said.beside), said.corrects)

    def _clash(self, heard: Heard, number: Picked, said: _Said | None) -> bool:
        """Whether number and words contradict, as when the scale was taken upside down."""
        code = number.code
        if code is not None and said is not None and said.start <= number.span[1] + 2:
            return _far_apart(code, said.code)
        if said is not None and said.clear and {code, said.code} == {ORDER[0], ORDER[-1]}:
            return True
        return code in NEGATIVE and self._glowing(heard)

    def _glowing(self, heard: Heard) -> bool:
        """Nothing but strong praise: no "not", no "but", no trouble."""
        if not heard.has_word("strong_praise") or heard.has_word("contrast", "strong_blame"):
            return False
        praise = [hit for hit in self.scale.longest(heard.line) if hit.value[0] in POSITIVE]
        left = heard.without((hit.start, hit.end) for hit in praise)
        return not (left.has_word("negators") or heard.has("complaint", "sarcasm"))

    def _said(self, heard: Heard, number: Picked | None) -> _Said | None:
        """The words that rate the whole; None when there are none, or they contradict."""
        every = [each for each in self._every(heard, number) if each.whole or each.corrects]
        for wanted in ("corrects", "cued"):
            if marked := [each for each in every if getattr(each, wanted)]:
                return marked[-1]
        turned = tuple((each.start, each.end) for each in every if each.turned and each.apart)
        if plain := [each for each in every if not each.turned]:
            every = [replace(each, beside=turned) for each in plain]
        codes = {each.code for each in every}
        if not every or (codes & POSITIVE and codes & NEGATIVE):
            return None
        return next((each for each in every if each.clear), every[0])

    def _every(self, heard: Heard, number: Picked | None) -> Iterator[_Said]:
        hits = self.scale.longest(heard.line)
        if not hits:
            return
        if (
            len(hits) > MOST
        ):  # each is judged against all: a text of "good" alone must not take long
            hits = [*hits[: MOST // 2], *hits[-MOST // 2 :]]
        masks = [hit for name in ("mask", *POLITE) for hit in heard.hits(name)]
        said = [
            self._extended(heard, hit)
            for hit in hits
            if not any(_within(hit, mask) for mask in masks)
        ]
        surroundings = _Surroundings(heard, said, number)
        yield from map(surroundings.judged, said)

    def _extended(self, heard: Heard, hit: Hit[tuple[str, bool]]) -> _Said:
        """The rating with the words before it that turn it or strengthen it."""
        look = self.vocabulary.words
        code, clear = hit.value
        if code == "dont_know":
            return _Said(code, hit.start, hit.end, clear)
        start, strong, soft = hit.start, False, heard.word(hit.start) in look("softeners")
        for at in range(hit.start - 1, -1, -1):
            word = heard.word(at)
            if word in look("negators") and heard.word(at + 1) not in look("not_negating"):
                return _Said(self.negated.get(code, code), at, hit.end, clear, turned=True)
            if (turns := heard.begins("negating", at + 1)) is not None:
                return _Said(self.negated.get(code, code), turns, hit.end, clear, turned=True)
            if word in look("amplifiers"):
                strong, start = True, at
            elif word in look("softeners"):
                soft, start = True, at
            elif word not in look("between"):
                break
        if strong and not soft and heard.word(hit.start) not in look("negators"):
            code, clear = self.amplified.get(code, code), True
        return _Said(code, start, hit.end, clear)


class _Surroundings:
    """What stands round the ratings of one text: whether they speak of the whole experience."""

    def __init__(self, heard: Heard, every: list[_Said], number: Picked | None) -> None:
        self.heard, self.every = heard, every
        self.polite = heard.covered(*POLITE)
        self.frame = heard.covered(*POLITE, "fillers", "frame") | heard.signs()
        if number is not None:
            self.frame |= set(range(*number.span))
        self.look = heard.vocabulary.words

    def judged(self, said: _Said) -> _Said:
        """The same rating, with what its surroundings say of it."""
        left, right = self._clause(said)
        round_it = (*range(left, said.start), *range(said.end, right))
        taken_back = self._taken_back(said)
        known = self.frame | taken_back | self._alike(said)
        leftover = [at for at in round_it if at not in known]
        named = [at for at in leftover if self.heard.word(at) not in self.look("plain")]
        whole = self._speaks_of_all(said, named) and self._may_stand(said, left, leftover)
        cued = self.heard.begins("whole_cues", said.start) is not None
        if said.code == "dont_know" and not self._unsure(said):
            whole = cued = False
        judged = replace(said, whole=whole or cued, cued=cued)
        if leftover:
            return judged
        echoes = not any(self.heard.word(at) in self.look("care") for at in range(left, right))
        left = min([left, *taken_back])
        return replace(judged, start=left, end=right, corrects=bool(taken_back), apart=echoes)

    def _alike(self, said: _Said) -> set[int]:
        """The words of ratings that say the same, or that they say it is not."""
        same = [each for each in self.every if each.turned or each.code == said.code]
        return {at for each in same for at in range(each.start, each.end)}

    def _taken_back(self, said: _Said) -> set[int]:
        """The words by which it takes back an earlier answer ("sorry, I meant it was")."""
        return {
            at
            for hit in self.heard.hits("correction_cues")
            if hit.end <= said.start and self.frame.issuperset(range(hit.end, said.start))
            for at in range(hit.start, hit.end)
        }

    def _clause(self, said: _Said) -> Span:
        """The bounds of the clause: the nearest break or joining word on each side."""
        left, right = said.start, said.end
        while left > 0 and not self._bounds(left - 1):
            left -= 1
        while right < len(self.heard) and not self._bounds(right):
            right += 1
        return left, right

    def _bounds(self, at: int) -> bool:
        return self.heard.breaks(at) or self.heard.word(at) in self.look("joins")

    def _speaks_of_all(self, said: _Said, leftover: list[int]) -> bool:
        """Nothing else in its clause, or only the care itself, or clear praise of its people."""
        words = {self.heard.word(at) for at in leftover}
        if self._leads(said):
            return True
        if len(self.heard) > LONG:
            return False
        return self._of_care(said, words) or self._of_people(said, words)

    def _of_care(self, said: _Said, words: set[str]) -> bool:
        """ "The care was excellent", where no other words say the opposite."""
        mixed = bool(words) and self._contradicted(said)
        return words <= self.look("care") and not mixed

    def _contradicted(self, said: _Said) -> bool:
        """Whether the opposite is said of something else."""
        against = NEGATIVE if said.code in POSITIVE else POSITIVE
        return any(each.code in against for each in self.every)

    def _of_people(self, said: _Said, words: set[str]) -> bool:
        """ "Staff were excellent": clear, extreme, and no "but" anywhere."""
        extreme = said.code in (ORDER[0], ORDER[-1])
        known = words <= self.look("people") | self.look("care")
        mixed = self.heard.has_word("contrast") or self._troubled(said) or self._contradicted(said)
        return said.clear and extreme and known and not mixed

    def _troubled(self, said: _Said) -> bool:
        """Whether praise stands beside trouble."""
        beside = {
            self.heard.word(at) for at in range(len(self.heard)) if not said.start <= at < said.end
        }
        return said.code in POSITIVE and not beside.isdisjoint(self.look("troubles"))

    def _leads(self, said: _Said) -> bool:
        """It opens the text and a new clause follows: "very good the nurses were lovely"."""
        if not self._opens(said.start):
            return False
        after = said.end
        while self.heard.word(after) in self.look("care") or after in self.polite:
            after += 1
        if after == len(self.heard) or self._names_all(said.end):
            return True
        begins = said.start == 0 or self.heard.breaks(said.start - 1)
        if begins and any(hit.start == after for hit in self.heard.hits("new_clauses")):
            return True
        return self.heard.breaks(after) or self.heard.word(after) in self.look("starters")

    def _names_all(self, after: int) -> bool:
        """Whether it is right before the whole ("awful experience", "terrible service 6 hours")."""
        if self.heard.word(after) not in self.look("whole"):
            return False
        return all(hit.start != after + 1 for hit in self.heard.hits("whole_unless"))

    def _opens(self, until: int) -> bool:
        """Whether nothing of weight stands before a place."""
        return all(at in self.frame or self.heard.breaks(at) for at in range(until))

    def _leads_up(self, until: int) -> bool:
        """Whether nothing that could be rated stands before a place ("hate to say it, but ...")."""
        plain = self.look("plain") | self.look("joins")
        return all(
            at in self.frame or self.heard.breaks(at) or self.heard.word(at) in plain
            for at in range(until)
        )

    def _may_stand(self, said: _Said, left: int, leftover: list[int]) -> bool:
        """A clause that neither opens the text nor names what it rates must be clear to count."""
        if self._leads_up(left) or self.heard.word(left - 1) == STOP:
            return True
        named = leftover or any(at in self.frame for at in range(left, said.start))
        return bool(named) or (said.clear and said.code not in (ORDER[1], ORDER[3]))

    def _unsure(self, said: _Said) -> bool:
        """ "Don't know" is an answer where nothing hangs on it ("don't know why he left")."""
        after = said.end
        ends = after >= len(self.heard) or after in self.polite | self.heard.signs()
        if ends and self._bounds(said.start - 1):
            return True
        return self._opens(said.start) and (
            ends
            or self.heard.breaks(after)
            or self.heard.word(after) in self.look("unsure_starters")
        )


def _bitter(heard: Heard) -> bool:
    """Whether kind words are not to be taken at their face."""
    if heard.has("sarcasm"):
        return True
    return not (heard.has_word("contrast") or heard.has("eased")) and heard.has("complaint")


def _within(hit: Hit[tuple[str, bool]], mask: Hit[str]) -> bool:
    return mask.start <= hit.start and hit.end <= mask.end


def _far_apart(one: str, two: str) -> bool:
    if one not in ORDER or two not in ORDER:
        return one != two
    return abs(ORDER.index(one) - ORDER.index(two)) >= 2
