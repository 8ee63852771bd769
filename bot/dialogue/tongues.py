"""Reads texts in every language of the bot, whichever the conversation is in.

Finds out by which language's tables a text is to be read, and reads it by them; what those say is
`answers`' business. English comes first and last: most texts are in it, and its tables are the largest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.answers import Quotes, Reader
from bot.dialogue.languages import ENGLISH, Detector, Guess, Language
from bot.dialogue.meaning import Intent, Question, Reading
from bot.dialogue.words import Line, Spelling, plain


class Tongues:
    """The readers of all languages. readers: code -> reader, the English one among them."""

    def __init__(self, readers: Mapping[str, Reader], languages: Mapping[str, Language]) -> None:
        self.readers, self.languages = readers, languages
        self.first = readers[ENGLISH]
        self.detector = Detector(
            {code: reader.vocabulary.words("common") for code, reader in readers.items()}
        )

    @property
    def spelling(self) -> Spelling:
        """The first language's."""
        return self.first.spelling

    def line(self, text: str) -> Line:
        """The text as the first language's words, for it and whatever else listens."""
        return self.first.line(text)

    def closes(self, line: Line, language: str = ENGLISH) -> bool:
        """Whether a text is but a thank-you, an okay, a goodbye, in any language."""
        text = line.original
        return self.first.closes(line) or any(
            self.readers[code].closes(self.readers[code].line(text))
            for code in self._others(plain(text), language)
        )

    def read(
        self,
        line: Line,
        question: Question | None,
        corrects: Sequence[Question] = (),
        quotes: Mapping[str, Quotes] | None = None,
        language: str = ENGLISH,
    ) -> Reading:
        """What a text (`line`) means when `question` waits, in a conversation in `language`.

        The language it is clearly written in decides by which tables; else the conversation's,
        English, and those that know its every word, as far as they make something of it.
        """
        words = plain(line.original)
        guess = self.detector.guess(line.original, words, language)
        for code in self._order(guess, words, language):
            reader = self.readers[code]
            its_line = line if reader is self.first else reader.line(line.original)
            reading = reader.read(its_line, question, corrects, (quotes or {}).get(code))
            if _tells(reading):
                break
        return replace(reading, spoken=guess.code if guess.clear else None)

    def _order(self, guess: Guess, words: Sequence[str], language: str) -> list[str]:
        """By which languages' tables to read: the first that makes something of it, or the last."""
        if guess.code not in (None, *self.readers):
            return [ENGLISH]
        if guess.clear or guess.code == ENGLISH:
            return [guess.code or ENGLISH]
        held = language if language in self.readers else ENGLISH
        if guess.code:
            english = [ENGLISH] if self.detector.common[ENGLISH].intersection(words) else []
            return [guess.code, *english]
        if held == ENGLISH:
            return [*self._others(words, held), ENGLISH]
        return [held, ENGLISH, *self._others(words, held), held]

    def _others(self, words: Iterable[str], held: str) -> list[str]:
        """The languages that know every word of the text, unless English knows them all too."""
        said = {word for word in words if word[0].isalpha()}
        if not said or (held == ENGLISH and all(map(self.first.knows, said))):
            return []
        return [
            code
            for code, reader in self.readers.items()
            if code not in (held, ENGLISH) and all(map(reader.knows, said))
        ]


def _tells(reading: Reading) -> bool:
    """Whether something was made of a text, beyond keeping its words."""
    return reading.intent is not Intent.COMMENT or bool(reading.values)
