"""Wishes that are no answer: no more texts, texts again, deletion, help, a call, a language.

Tells "STOP PLEASE" from "stop shouting at night" by the tables; knows nothing of what follows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialogue.heard import SPARE, Heard, Span
from bot.dialogue.meaning import DIGITS, Intent, Reading
from bot.dialogue.phrases import Book
from bot.dialogue.ratings import Ratings
from bot.dialogue.vocabulary import Vocabulary, VocabularyError

WORDY = 4
"""So many words beside a wish, in its own clause, belong to it: then the whole is a comment."""

SAYING = 2
"""So many words apart from a wish are a comment."""

ROUND = ("curses", "asides")
"""What may stand round a wish and says no more ("third time of asking, stop")."""


@dataclass(frozen=True, slots=True)
class _Command:
    """alone: is the whole text; loose: is the whole text but for fillers and curses; anywhere:
    stands in it, with nothing of `unless` in that sentence; beside_rating: a rating may stand
    beside it; keeps_words: the wish itself is a comment as soon as there is more than it."""

    intent: Intent
    alone: Book[str]
    loose: Book[str]
    anywhere: Book[str]
    unless: Book[str]
    beside_rating: bool
    keeps_words: bool

    def may_be_in(self, heard: Heard) -> bool:
        """Whether the text holds a word of it: most texts give no command."""
        books = (self.alone, self.loose, self.anywhere)
        return any(book.may_be_in(heard.line) for book in books)


class Commands:
    """Reads commands, in the order of the table."""

    def __init__(self, vocabulary: Vocabulary, ratings: Ratings) -> None:
        self.vocabulary, self.ratings = vocabulary, ratings
        self.commands = [self._command(each) for each in vocabulary.raw["commands"]]
        self.languages = self._languages()

    @property
    def words(self) -> set[str]:
        """Every word that the commands look for."""
        books = [self.languages]
        for command in self.commands:
            books += [command.alone, command.loose, command.anywhere, command.unless]
        return {word for book in books for word in book.words}

    def read(self, heard: Heard) -> Reading | None:
        """The first command that the text gives, None when it gives none."""
        given = [command for command in self.commands if command.may_be_in(heard)]
        if not given:
            return self._language(heard)
        wish = heard.without((hit.start, hit.end) for hit in heard.hits("curses"))
        for command in given:
            spans = self._given(command, heard, wish)
            if spans is not None:
                return self._with_words(command, heard, spans)
        return self._language(heard)

    def _language(self, heard: Heard) -> Reading | None:
        """Another language, asked for in words of its own or beside a rating."""
        hit = self.languages.first(heard.trimmed().line) or self.languages.first(heard.bare().line)
        if hit is not None:
            return Reading(Intent.LANGUAGE, language=hit.value)
        if not heard.words & self.languages.words:
            return None
        found = self.ratings.read(heard, DIGITS)
        if found is None or found.code is None or not found.spans:
            return None
        hit = self.languages.first(heard.without(found.spans).bare().line)
        return Reading(Intent.LANGUAGE, {"rating": found.code}, language=hit.value) if hit else None

    def _given(self, command: _Command, heard: Heard, wish: Heard) -> list[Span] | None:
        """Where the command stands: [] where the text is nothing else, None where it does not."""
        if command.alone.first(heard.bare().line):
            return []
        if self._loosely(command, wish):
            return []
        if command.beside_rating and self._beside_rating(command, wish):
            return []
        wish = wish.trimmed()
        spans = self._anywhere(command, wish)
        numbers = {wish.line.tokens[at].number for start, end in spans for at in range(start, end)}
        return [
            (at, at + 1) for at, token in enumerate(heard.line.tokens) if token.number in numbers
        ] or None

    def _loosely(self, command: _Command, wish: Heard) -> bool:
        if wish.words.isdisjoint(command.loose.words):
            return False
        plain = wish.without((at, at + 1) for at in wish.covered(*SPARE, *ROUND))
        return command.loose.first(plain.bare().line) is not None

    def _beside_rating(self, command: _Command, wish: Heard) -> bool:
        if wish.words.isdisjoint(command.alone.words):
            return False
        found = self.ratings.read(wish, DIGITS)
        if found is None or not found.spans:
            return False
        left = wish.without(found.spans)
        return command.alone.first(left.bare().line) is not None or self._loosely(command, left)

    def _anywhere(self, command: _Command, wish: Heard) -> list[Span]:
        """Where it stands in a sentence that does not excuse it."""
        spans = [(hit.start, hit.end) for hit in command.anywhere.hits(wish.line)]
        if not spans:
            return []
        excused = [(hit.start, hit.end) for hit in command.unless.hits(wish.line)]
        return [
            span
            for span in spans
            if not any(_overlap(wish.sentence(*span), each) for each in excused)
        ]

    def _with_words(self, command: _Command, heard: Heard, spans: list[Span]) -> Reading:
        """The command, and what else the text says: a rating in front, words that are more."""
        found = self.ratings.read(heard, DIGITS) if command.beside_rating else None
        values = {"rating": found.code} if found and found.code else {}
        rating = found.spans if found else ()
        return Reading(command.intent, values, self._comment(command, heard, spans, rating))

    def _comment(
        self, command: _Command, heard: Heard, spans: list[Span], rating: Sequence[Span]
    ) -> str | None:
        """The words beside a wish, without the clause that holds it where that says no more."""
        if command.keeps_words:
            more = rating or (spans and heard.rest(spans))
            return heard.rest(rating) if more else None
        if not spans:
            return None
        wish = {at for start, end in spans for at in range(start, end)}
        clauses = {heard.clause(at) for at in wish if not heard.breaks(at)}
        spare = wish | heard.covered(*SPARE, *ROUND) | heard.signs()
        beside = [at for start, end in clauses for at in range(start, end) if at not in spare]
        if len(beside) >= WORDY:
            return heard.rest(rating)
        asides = [(hit.start, hit.end) for hit in heard.hits("asides")]
        more = heard.rest([*rating, *clauses, *spans, *asides])
        return more if more and len(more.split()) >= SAYING else None

    def _command(self, raw: Mapping[str, Any]) -> _Command:
        if raw["intent"] not in set(Intent):
            source = self.vocabulary.source
            raise VocabularyError(f"{source}: commands: there is no intent {raw['intent']!r}")
        return _Command(
            Intent(raw["intent"]),
            self._book(raw, "alone", "^ {} $"),
            self._book(raw, "loose", "^ {} $"),
            self._book(raw, "anywhere", "{}"),
            self._book(raw, "unless", "{}"),
            "beside_rating" in raw,
            "keeps_words" in raw,
        )

    def _book(self, raw: Mapping[str, Any], name: str, frame: str) -> Book[str]:
        entries = [(frame.format(pattern), pattern) for pattern in raw.get(name, ())]
        return self.vocabulary.compile(entries, f"commands, {raw['intent']}")

    def _languages(self) -> Book[str]:
        raw = self.vocabulary.raw
        entries = [
            (frame.replace("<tongue>", f"({'|'.join(names)})"), code)
            for code, names in raw["languages"].items()
            for frame in raw["language_frames"]
        ]
        return self.vocabulary.compile(entries, "languages")


def _overlap(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]
