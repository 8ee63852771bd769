"""Wishes that are no answer: no more texts, texts again, deletion, help, a call, a language.

Tells "STOP PLEASE" from "stop shouting at night" by the tables; knows nothing of what follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.heard import Heard
from bot.dialogue.meaning import DIGITS, Intent, Reading
from bot.dialogue.phrases import Book
from bot.dialogue.ratings import Ratings
from bot.dialogue.vocabulary import Vocabulary, VocabularyError

WORDY = 4
"""So many words beside a command are kept as a comment."""


@dataclass(frozen=True, slots=True)
class _Command:
    """alone: is the whole text; anywhere: stands in it, with nothing of `unless`;
    beside_rating: a rating may stand beside it."""

    intent: Intent
    alone: Book[str]
    anywhere: Book[str]
    unless: Book[str]
    beside_rating: bool


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
            books += [command.alone, command.anywhere, command.unless]
        return {word for book in books for word in book.words}

    def read(self, heard: Heard) -> Reading | None:
        """The first command that the text gives, None when it gives none."""
        for command in self.commands:
            if self._given(command, heard):
                return self._with_words(command, heard)
        hit = self.languages.first(heard.trimmed().line) or self.languages.first(heard.bare().line)
        return Reading(Intent.LANGUAGE, language=hit.value) if hit else None

    def _given(self, command: _Command, heard: Heard) -> bool:
        if command.alone.first(heard.bare().line):
            return True
        if command.beside_rating and self._beside_rating(command, heard):
            return True
        return bool(command.anywhere.first(heard.line)) and not command.unless.first(heard.line)

    def _beside_rating(self, command: _Command, heard: Heard) -> bool:
        if not heard.words & command.alone.words:
            return False
        found = self.ratings.read(heard, DIGITS)
        if found is None or not found.spans:
            return False
        return command.alone.first(heard.without(found.spans).bare().line) is not None

    def _with_words(self, command: _Command, heard: Heard) -> Reading:
        """The command, and what else the text says: a rating in front, words that are more."""
        spans = [(hit.start, hit.end) for hit in command.anywhere.hits(heard.line)]
        found = self.ratings.read(heard, DIGITS) if command.beside_rating else None
        values = {"rating": found.code} if found and found.code else {}
        rating = found.spans if found else ()
        more = heard.rest([*spans, *rating]) if spans else None
        wordy = more is not None and len(more.split()) >= WORDY
        return Reading(command.intent, values, heard.rest(rating) if wordy else None)

    def _command(self, raw: Mapping[str, Any]) -> _Command:
        if raw["intent"] not in set(Intent):
            source = self.vocabulary.source
            raise VocabularyError(f"{source}: commands: there is no intent {raw['intent']!r}")
        return _Command(
            Intent(raw["intent"]),
            self._book(raw, "alone", "^ {} $"),
            self._book(raw, "anywhere", "{}"),
            self._book(raw, "unless", "{}"),
            "beside_rating" in raw,
        )

    def _book(self, raw: Mapping[str, Any], name: str, frame: str) -> Book[str]:
        entries = [(frame.format(pattern), pattern) for pattern in raw[name]]
        return self.vocabulary.compile(entries, f"commands, {raw['intent']}")

    def _languages(self) -> Book[str]:
        raw = self.vocabulary.raw
        entries = [
            (frame.replace("<tongue>", f"({'|'.join(names)})"), code)
            for code, names in raw["languages"].items()
            for frame in raw["language_frames"]
        ]
        return self.vocabulary.compile(entries, "languages")
