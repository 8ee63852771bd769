"""The word lists of redaction: names, ordinary words, and named things that are no people.

Read from the files beside this module on first use. Refuses to know how a name is found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_TYPO = 5
_LONGEST_TYPO = 16
# Endings of medicines (WHO stems, roughly): a capital letter does not make them people.
_MEDICINE = (
    "azole cillin mycin statin sartan olol prazole pril parin oxetine azepam zolam mab tidine dipine "
    "triptan setron profen caine barbital amide idone apine tinib vir xaban formin gliptin "
    "asone solone cycline floxacin flozin semide lukast tropium vudine dopa parib statins oxin azine"
)
# Endings of nouns and adverbs that no dictionary has in full, and that names do not have.
_LEARNED = "tion tions ments ness ology ologist ologists ists ability ously fully itis ectomy"
_ENDINGS = tuple(f"{_MEDICINE} {_LEARNED}".split())


@dataclass(frozen=True)
class Lists:
    """given, family: names and nothing else. given_words, family_words: ordinary words too.

    phrases: first word -> named things that are no people, as tuples of words; eponyms: their words.
    """

    given: frozenset[str]
    given_words: frozenset[str]
    family: frozenset[str]
    family_words: frozenset[str]
    words: frozenset[str]
    places: frozenset[str]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    eponyms: frozenset[str]

    def ordinary(self, word: str) -> bool:
        """Whether `word` (lower case) is an English word, a word of care, or a place."""
        if word in self.words or word in self.places:
            return True
        return self._stem_known(word) or word.endswith(_ENDINGS)

    def named(self, word: str) -> bool:
        """Whether some person bears `word` (lower case) as a name."""
        return (
            word in self.given
            or word in self.given_words
            or word in self.family
            or word in self.family_words
        )

    def unknown(self, word: str) -> bool:
        """Neither a name nor an ordinary word, nor a slip of the finger for one."""
        return not self.named(word) and not self.ordinary(word) and not self.misspelt(word)

    def misspelt(self, word: str) -> bool:
        """Whether one slip (a letter lost, doubled, changed or swapped) makes `word` ordinary."""
        if not _SHORTEST_TYPO <= len(word) <= _LONGEST_TYPO or not word.isascii():
            return False
        return self._run_together(word) or not self.words.isdisjoint(_slips(word))

    def _run_together(self, word: str) -> bool:
        """ "thenurse": two words without their space."""
        cuts = range(2, len(word) - 2)
        return any(word[:cut] in self.words and word[cut:] in self.words for cut in cuts)

    def _stem_known(self, word: str) -> bool:
        if word.endswith("s") and word[:-1] in self.words:
            return True
        return word.endswith("ly") and word[:-2] in self.words


@cache
def lists() -> Lists:
    """The lists of this installation, read once a process (about 0.1 s, 12 MB)."""
    names = _sections("redaction_names.txt")
    others = _sections("redaction_not_people.txt")
    ordinary = _sections("redaction_words.txt")
    phrases = [tuple(phrase.split()) for phrase in _phrases(others["phrases"])]
    places = [tuple(phrase.split()) for phrase in _phrases(others["places"])]
    people = {word for lines in names.values() for line in lines for word in line.split()}
    return Lists(
        given=frozenset(" ".join(names["given"]).split()),
        given_words=frozenset(" ".join(names["given, also words"]).split()),
        family=frozenset(" ".join(names["family"]).split()),
        family_words=frozenset(" ".join(names["family, also words"]).split()),
        words=frozenset(" ".join(ordinary["words"] + others["words"]).split()),
        places=frozenset(place[0] for place in places if len(place) == 1),
        phrases=_by_first_word(phrases + places),
        eponyms=frozenset(word for phrase in phrases for word in phrase) - people,
    )


def _sections(name: str) -> dict[str, list[str]]:
    """`[section]` -> its lines, without comments."""
    found: dict[str, list[str]] = {}
    for line in files("insight").joinpath(name).read_text("utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = lines = []
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def _phrases(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield from (phrase.strip() for phrase in line.split("|"))


def _by_first_word(phrases: list[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Longest first, so that the first that fits is the right one."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


def _slips(word: str) -> list[str]:
    """Every spelling that is one slip away from `word`."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    lost = [head + tail[1:] for head, tail in cuts if tail]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1]
    changed = [head + letter + tail[1:] for head, tail in cuts if tail for letter in _LETTERS]
    added = [head + letter + tail for head, tail in cuts for letter in _LETTERS]
    return lost + swapped + changed + added
