"""Finds the names of people: a word and its neighbourhood each bring points, three make a name.

The points of a word in itself come from `redaction_reading`, those of its neighbours from
`redaction_evidence`. Refuses to know where a comment came from.
"""

from collections.abc import Iterator, Sequence

from insight.redaction_cues import (
    BEFORE_A_PARTICLE,
    COURTESY,
    NEVER_EVER_LOWER,
    PARTICLES,
    TITLES,
    TITLES_AND_KIN,
    VERBS,
    WITH_SURNAME,
)
from insight.redaction_evidence import after, before, in_a_list, sure_cue
from insight.redaction_kinds import Kind, Span
from insight.redaction_lists import lists
from insight.redaction_reading import FAINT, LIKELY, NONE, SURE, Reading, read, staff_words

_ENOUGH = 3
_LONGEST_NAME = 4


def find_names(
    text: str, numbers: Sequence[Span], staff: frozenset[str] = frozenset()
) -> tuple[Span, ...]:
    """Spans of the names of people outside `numbers`; `staff` may be full names, in any case."""
    reading = read(text, numbers, staff_words(staff))
    candidates = [place for place in range(len(reading.words)) if _worth_a_look(reading, place)]
    named: set[int] = set()
    for place in (*candidates, *reversed(candidates)):
        if place not in named and _is_name(reading, place, named):
            named.update(_whole_name(reading, place))
    _repeat(reading, candidates, named)
    return tuple(_spans(reading, named))


def _worth_a_look(reading: Reading, place: int) -> bool:
    if place in reading.protected:
        return False
    return reading.likely(place) > NONE or reading.low(place - 1) in TITLES_AND_KIN


def _is_name(reading: Reading, place: int, named: set[int]) -> bool:
    likelihood = _in_company(reading, place)
    if likelihood in (NONE, SURE):
        return likelihood == SURE
    around = before(reading, place) + after(reading, place) + in_a_list(reading, place, named)
    points = likelihood + around
    if around == 0 and likelihood == LIKELY and _rare_name(reading, place):
        points = _ENOUGH
    return points >= _ENOUGH and _bearable(reading, place, points)


def _in_company(reading: Reading, place: int) -> int:
    """The likelihood of a word after a title or a kinsman: "mrs green", "Mr K", "my son will"."""
    likelihood = reading.likely(place)
    if likelihood > NONE:
        return likelihood
    low, title = reading.low(place), reading.low(place - 1)
    known = lists()
    if title in COURTESY and reading.capital(place) and low not in TITLES and low not in VERBS:
        return FAINT
    if title in WITH_SURNAME and _initial(reading, place):
        return FAINT
    if low in NEVER_EVER_LOWER and not reading.capital(place):
        return NONE
    as_family = title in WITH_SURNAME and low in known.family_words
    return FAINT if as_family or low in known.given_words else NONE


def _bearable(reading: Reading, place: int, points: int) -> bool:
    """Whether the word can be a name at all: nothing but "Mrs" makes "Whiteoak" or a slip one."""
    low = reading.low(place)
    if lists().named(low) or _initial(reading, place):
        return True
    if reading.capital(place) and (sure_cue(reading, place) or points > _ENOUGH):
        return True
    return not lists().misspelt(low)


def _rare_name(reading: Reading, place: int) -> bool:
    """A capital in mid-sentence on a word that no list knows, with nothing that speaks against it:
    more often a name than a place or a medicine."""
    word = reading.words[place]
    listed = word.low in lists().given_words or word.low in lists().family_words
    plain = len(word.low) > 3 and word.low.isalpha() and not word.upper
    return word.capital and not word.opens and plain and not listed


def _initial(reading: Reading, place: int) -> bool:
    """A single capital letter that is not the word "I" or "A"."""
    low = reading.low(place)
    return len(low) == 1 and reading.capital(place) and (low not in "ia" or _dotted(reading, place))


def _dotted(reading: Reading, place: int) -> bool:
    return reading.gap(place + 1).startswith(".")


def _whole_name(reading: Reading, place: int) -> Iterator[int]:
    """The places of the name that has its heart at `place`: initials, particles, surnames."""
    start = place
    while start > 0 and place - start < _LONGEST_NAME and _leads(reading, start):
        start -= 1
    end = place + 1
    while end - place < _LONGEST_NAME and _continues(reading, end):
        end += 1
    return iter(range(start, end))


def _leads(reading: Reading, place: int) -> bool:
    """Whether the word before `place` belongs to the same name."""
    first = place - 1
    if reading.gap(place) not in (" ", ". ", ".") or first in reading.protected:
        return False
    if _initial(reading, first):
        return True
    if reading.gap(place) != " " or reading.low(first) in TITLES:
        return False
    if reading.low(first) in PARTICLES:
        return reading.low(first - 1) in BEFORE_A_PARTICLE or reading.likely(first - 1) >= LIKELY
    return reading.capital(first) and reading.likely(first) >= LIKELY


def _continues(reading: Reading, place: int) -> bool:
    """Whether the word at `place` is one more part of the name before it."""
    if place == len(reading.words) or place in reading.protected:
        return False
    if reading.gap(place) not in (" ", ". ", ".", "-"):
        return False
    if _initial(reading, place):
        return reading.gap(place + 1) != " " or bool(reading.likely(place + 1))
    if reading.gap(place) == "." and len(reading.low(place - 1)) > 1:
        return False
    if reading.low(place) in PARTICLES:
        return reading.capital(place + 1) and reading.likely(place + 1) > NONE
    return _surname(reading, place)


def _surname(reading: Reading, place: int) -> bool:
    low, likelihood = reading.low(place), reading.likely(place)
    if low in VERBS or reading.words[place].opens:
        return False
    if likelihood >= LIKELY:
        return lists().named(low) or reading.capital(place)
    if reading.capital(place):
        return likelihood > NONE or low in lists().family_words
    if low in lists().family_words:
        return low not in NEVER_EVER_LOWER
    return likelihood == FAINT and len(low) > 2 and lists().unknown(low)


def _repeat(reading: Reading, candidates: Sequence[int], named: set[int]) -> None:
    """Who has been named once in a comment is named wherever that word stands again."""
    known = {reading.low(place) for place in named if len(reading.low(place)) > 2}
    for place in candidates:
        if reading.low(place) in known and reading.likely(place) > NONE:
            named.add(place)


def _spans(reading: Reading, named: set[int]) -> Iterator[Span]:
    """One span for words of one name that stand together."""
    run: list[int] = []
    for place in sorted(named):
        if run and (place != run[-1] + 1 or not _one_name(reading, place)):
            yield _span(reading, run)
            run = []
        run.append(place)
    if run:
        yield _span(reading, run)


def _one_name(reading: Reading, place: int) -> bool:
    gap = reading.gap(place)
    return gap in (" ", "-") or (gap in (". ", ".") and len(reading.low(place - 1)) == 1)


def _span(reading: Reading, run: Sequence[int]) -> Span:
    return Span(Kind.NAME, reading.words[run[0]].start, reading.words[run[-1]].end)
