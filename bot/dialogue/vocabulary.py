"""The tables of one or more languages, checked and compiled: spelling, word lists, phrase books.

Turns reviewed plain data into what the readers look things up in; it decides no meaning itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from bot.dialogue.phrases import Book, Grammar, Index, Lists, PhraseError
from bot.dialogue.words import Spelling

T = TypeVar("T")

WORD_LISTS = frozenset(
    [
        "common",
        "counted",
        "counted_unless",
        "places",
        "starters",
        "unsure_starters",
        "contrast",
        "joins",
        "amplifiers",
        "softeners",
        "negators",
        "between",
        "not_negating",
        "care",
        "people",
        "strong_praise",
        "strong_blame",
        "ranges",
        "spelled_starters",
        "troubles",
        "single",
        "titles",
        "kind_words",
        "harsh_words",
        "glued",
        "abbreviations",
        "short_answers",
        "whole",
        "plain",
    ]
)
PHRASE_LISTS = frozenset(
    [
        "courtesy",
        "greetings",
        "closing",
        "fillers",
        "answer_cues",
        "correction_cues",
        "rejected",
        "mask",
        "frame",
        "whole_cues",
        "sarcasm",
        "complaint",
        "eased",
        "stars",
        "refusals",
        "nothing",
        "yes_words",
        "no_words",
        "role_refusals",
        "role_padding",
        "signatures",
        "keywords",
        "language_frames",
        "no_answers",
        "new_clauses",
        "answer_tails",
        "negating",
        "rating_words",
        "praise",
        "signoffs",
        "curses",
        "asides",
        "correction_tails",
        "whole_unless",
    ]
)
TABLES = frozenset(
    [
        "language",
        "aliases",
        "fuzzy",
        "known",
        "units",
        "lists",
        "number_words",
        "named",
        "scale",
        "labels",
        "amplified",
        "negated",
        "roles",
        "views",
        "yes_no_openers",
        "commands",
        "languages",
    ]
)


class VocabularyError(ValueError):
    """A reading table is malformed; the message names the file, the table and the reason."""


class Vocabulary:
    """The compiled tables. `words(name)` is a set, `book(name)` finds the phrases of a list."""

    def __init__(self, raw: Mapping[str, Any], source: str) -> None:
        self.source = source
        self.index = Index()
        self.raw = raw
        self._shape(raw)
        self.aliases: Mapping[str, str] = raw["aliases"]
        self.lists = self._lists(raw)
        self._grammar = Grammar(self.lists, self.aliases)
        self._books = {name: self._whole_book(name) for name in PHRASE_LISTS}
        self._sets = {name: frozenset(raw[name]) for name in WORD_LISTS}

    def words(self, name: str) -> frozenset[str]:
        """The single words of a list."""
        return self._sets[name]

    def book(self, name: str) -> Book[str]:
        """The phrases of a list, to be found anywhere."""
        return self._books[name]

    def compile(self, entries: Iterable[tuple[str, T]], table: str) -> Book[T]:
        """A book of patterns with what each stands for. Raises VocabularyError."""
        try:
            return Book(entries, self._grammar, self.index)
        except PhraseError as error:
            raise VocabularyError(f"{self.source}: {table}: {error}") from None

    def settle(self) -> None:
        """No more patterns come: give back what reading them took."""
        self._grammar.forget()

    def spelling(self, more_known: Iterable[str] = ()) -> Spelling:
        """The spelling that leaves every word of these tables (and `more_known`) alone."""
        known = set(self.raw["known"]) | set(more_known) | set(self.aliases)
        for name in WORD_LISTS:
            known |= self._sets[name]
        for book in self._books.values():
            known |= book.words
        for phrases in self.lists.values():
            known |= {word for phrase in phrases for word in phrase.split()}
        raw = self.raw
        return Spelling.of(
            self.aliases, raw["fuzzy"], known, raw["units"], raw["glued"], raw["abbreviations"]
        )

    def _whole_book(self, name: str) -> Book[str]:
        return self.compile([(pattern, name) for pattern in self.raw[name]], name)

    def _lists(self, raw: Mapping[str, Any]) -> Lists:
        tongues = [name for names in raw["languages"].values() for name in names]
        numbers = {"number_word": tuple(raw["number_words"]), "tongue": tuple(tongues)}
        return {**raw["lists"], **numbers}

    def _shape(self, raw: Mapping[str, Any]) -> None:
        wanted = {*WORD_LISTS, *PHRASE_LISTS, *TABLES}
        if not isinstance(raw, Mapping):
            raise VocabularyError(f"{self.source}: must be a table")
        if missing := sorted(wanted - set(raw)):
            raise VocabularyError(f"{self.source}: lacks {', '.join(missing)}")
        if unknown := sorted(set(raw) - wanted):
            raise VocabularyError(f"{self.source}: has unknown {', '.join(unknown)}")
