"""Slips of the finger in a short answer: what an unknown word was meant for ("vety goid", "srop").

Knows the keyboard and a few answer words; whether an answer comes of it is the reader's to say.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.dialogue.words import BREAKS, Line

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""The letters of a British keyboard, each row half a key to the right of the one above."""

BRIEF = 6
"""Slips are looked for in texts of so many words; in longer ones an unknown word is a comment's."""

SHORTEST = 3
"""Letters of a word in which one is looked for."""


def _neighbours() -> Mapping[str, str]:
    """Each letter's neighbours: beside it, and the two of the next row that touch it."""
    touching: dict[str, set[str]] = {letter: set() for row in ROWS for letter in row}
    for above, row in enumerate(ROWS):
        below = ROWS[above + 1] if above + 1 < len(ROWS) else ""
        for at, letter in enumerate(row):
            for near in (*row[at + 1 : at + 2], *below[max(at - 1, 0) : at + 1]):
                touching[letter].add(near)
                touching[near].add(letter)
    return {letter: "".join(sorted(near)) for letter, near in touching.items()}


NEIGHBOURS = _neighbours()


def missed(word: str) -> Iterator[str]:
    """What a finger makes of a word with one slip: a key beside the right one or touched as well,
    two letters swapped, one typed twice or not at all."""
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        for near in NEIGHBOURS.get(letter, ""):
            yield before + near + after
            yield before + near + letter + after
            yield before + letter + near + after
            if after[:1] == letter:
                yield before + near * 2 + after[1:]
        yield before + letter * 2 + after
        yield before + after
        yield before + after[:1] + letter + after[1:]


class Slips:
    """The words that short answers are made of, by what a finger makes of them."""

    def __init__(self, words: Iterable[str], known: Collection[str]) -> None:
        meant: dict[str, set[str]] = {}
        for word in words:
            for typed in missed(word):
                if len(typed) >= SHORTEST and typed not in known:
                    meant.setdefault(typed, set()).add(word)
        self._meant = {typed: words.pop() for typed, words in meant.items() if len(words) == 1}

    def mended(self, line: Line) -> Line | None:
        """A brief text with its slips put right, None where there is nothing to put right."""
        said = [token.word for token in line.tokens if token.word not in BREAKS]
        if not 0 < len(said) <= BRIEF or self._meant.keys().isdisjoint(said):
            return None
        tokens = [
            token._replace(word=self._meant.get(token.word, token.word)) for token in line.tokens
        ]
        return Line(line.original, tokens)
