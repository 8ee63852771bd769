"""What a person typed -> what it means: the one reader, driven by tables.

Says what the words are (a rating, a comment, a wish for no more texts); it never decides what to
answer and keeps nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.dialogue.menus import Menus, Span
from bot.dialogue.phrases import Book
from bot.dialogue.ratings import Ratings
from bot.dialogue.vocabulary import Vocabulary, VocabularyError
from bot.dialogue.words import BREAKS, Line, read


class Intent(StrEnum):
    """What a text is for, in the words of the public contract (`hearback explain`)."""

    RATING = "rating"
    COMMENT = "comment"
    ROLE = "role"
    YES = "yes"
    NO = "no"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    LANGUAGE = "language"
    ERASE = "erase"
    CONTACT = "contact"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Question:
    """What is being asked: reads (rating, comment, role, view, yes_no), and its menu."""

    reads: str
    menu: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means. values: what it answers (`{"rating": "good"}`); comment: the words that
    are more than that; refused: they chose not to say; language: the one asked for."""

    intent: Intent
    values: Mapping[str, str] = field(default_factory=dict)
    comment: str | None = None
    refused: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Command:
    intent: Intent
    alone: Book[str]
    anywhere: Book[str]
    unless: Book[str]
    beside_rating: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    role: str
    patterns: Book[str]
    unless: Book[str]


_EDGES = " \t\r\n,;:-–—/|>*=#)]}"
_OPENING = " \t\r\n,;:-–—/|<*=#([{"


class Reader:
    """Reads texts with one vocabulary."""

    def __init__(self, raw: Mapping[str, Any], source: str, known: Iterable[str] = ()) -> None:
        self.vocabulary = Vocabulary(raw, source)
        self.menus = Menus(self.vocabulary)
        self.ratings = Ratings(self.vocabulary, self.menus)
        self.commands = [self._command(each) for each in raw["commands"]]
        self.roles = [self._role(each) for each in raw["roles"]]
        self.views = self._values("views")
        self.yes_no = self.vocabulary.compile(
            [(f"^ {words} $", code) for code in ("yes", "no") for words in raw[f"{code}_words"]],
            "yes_words",
        )
        self.languages = self._languages()
        self.spelling = self.vocabulary.spelling({*known, *self._known()})

    def line(self, text: str) -> Line:
        """The text as canonical words, for whatever else listens to it."""
        return read(text, self.spelling)

    def read(
        self, text: str, question: Question | None, corrects: Question | None = None
    ) -> Reading:
        """What the text means when `question` waits (None: nothing was asked).

        corrects: the question answered last, to which "sorry, meant 5" refers.
        """
        whole = self.line(text)
        line = self._spoken(whole)
        if not self._content(line):
            return self._wordless(line, question)
        return (
            self._commanded(line)
            or self._language(line)
            or self._corrected(line, question, corrects)
            or self._answered(line, question)
        )

    # ------------------------------------------------------------------ what is said at all

    def _spoken(self, line: Line) -> Line:
        """Without what the telephone added."""
        hits = self.vocabulary.book("signatures").hits(line)
        spans = [(hit.start, hit.end) for hit in hits]
        return line.without(spans) if spans else line

    def _content(self, line: Line) -> bool:
        return any(token.word not in BREAKS for token in line.tokens)

    def _wordless(self, line: Line, question: Question | None) -> Reading:
        return Reading(Intent.HELP if "?" in line.original and question else Intent.EMPTY)

    # ------------------------------------------------------------------ commands

    def _commanded(self, line: Line) -> Reading | None:
        bare = self._bare(line)
        for command in self.commands:
            if self._orders(command, line, bare):
                return self._with_words(command, line)
        return None

    def _bare(self, line: Line) -> Line:
        """Without polite noises and breaks: what a command alone would leave."""
        polite = self.vocabulary.covered(line, "courtesy", "greetings")
        return Line.of(
            line.original,
            [
                token
                for at, token in enumerate(line.tokens)
                if at not in polite and token.word not in BREAKS
            ],
        )

    def _orders(self, command: _Command, line: Line, bare: Line) -> bool:
        if command.alone.first(bare):
            return True
        if command.beside_rating and self._beside_rating(command, line):
            return True
        return bool(command.anywhere.first(line)) and not command.unless.first(line)

    def _beside_rating(self, command: _Command, line: Line) -> bool:
        found = self.ratings.read(line, DIGITS)
        if found is None or not found.spans:
            return False
        return command.alone.first(self._bare(line.without(found.spans))) is not None

    def _with_words(self, command: _Command, line: Line) -> Reading:
        """The command, and what else the text says: a rating in front, words that are more."""
        hits = [*command.anywhere.hits(line), *command.alone.hits(line)]
        spans = [(hit.start, hit.end) for hit in hits]
        found = self.ratings.read(line, DIGITS) if command.beside_rating else None
        values = {"rating": found.code} if found and found.code else {}
        rest = self._rest(line, [*spans, *(found.spans if found else ())])
        wordy = rest and hits and len(rest.split()) > 3
        return Reading(command.intent, values, rest if wordy else None)

    def _language(self, line: Line) -> Reading | None:
        hit = self.languages.first(line)
        return Reading(Intent.LANGUAGE, language=hit.value) if hit else None

    # ------------------------------------------------------------------ answers

    def _corrected(
        self, line: Line, question: Question | None, corrects: Question | None
    ) -> Reading | None:
        """An earlier answer taken back while something else is being asked."""
        if corrects is None or (question and question.reads == corrects.reads):
            return None
        if question and question.reads != "comment" and self._answers(line, question):
            return None
        if corrects.reads == "rating":
            return self._rated_again(line, corrects, question)
        picked = self.menus.pick(line, corrects.menu)
        if picked and picked.corrects and picked.code:
            rest = self._rest(line, [picked.span])
            return self._said(Intent.ROLE, {corrects.reads: picked.code}, rest)
        return None

    def _rated_again(
        self, line: Line, rating: Question, question: Question | None
    ) -> Reading | None:
        found = self.ratings.read(line, rating.menu)
        if found is None or found.code is None:
            return None
        bare_digit = self._bare(line).text.strip() in rating.menu
        asked_words = question is not None and question.reads == "comment"
        if not found.corrects and not (bare_digit and asked_words):
            return None
        return self._said(Intent.RATING, {"rating": found.code}, self._rest(line, found.spans))

    def _answers(self, line: Line, question: Question) -> bool:
        picked = self.menus.pick(line, question.menu)
        return bool(picked and picked.code and not picked.corrects)

    def _answered(self, line: Line, question: Question | None) -> Reading:
        reads = question.reads if question else "rating"
        menu = question.menu if question else DIGITS
        readers = {
            "rating": self._rating,
            "role": self._role_said,
            "view": self._view,
            "yes_no": self._yes_or_no,
        }
        if reads in readers and (reading := readers[reads](line, menu)):
            return reading
        return self._comment(line, question)

    def _rating(self, line: Line, menu: Mapping[str, str]) -> Reading | None:
        if self._whole(line, "refusals"):
            return Reading(Intent.NO, refused=True)
        found = self.ratings.read(line, menu)
        if found is None:
            return None
        if found.code is None:
            return self._comment(line, None)
        return self._said(Intent.RATING, {"rating": found.code}, self._rest(line, found.spans))

    def _role_said(self, line: Line, menu: Mapping[str, str]) -> Reading | None:
        code, spans = self._picked(line, menu)
        if code == "not_said" or self._whole(line, "refusals", "role_refusals"):
            return Reading(Intent.NO, refused=True)
        hit_role = self._role_by_words(line)
        code = code or (hit_role[0] if hit_role else None)
        if code is None:
            return None
        spans = [*spans, *(hit_role[1] if hit_role else ())]
        padded = self._padded(line, spans)
        return self._said(Intent.ROLE, {"role": code}, self._wordy(line, padded, spans))

    def _role_by_words(self, line: Line) -> tuple[str, list[Span]] | None:
        for rule in self.roles:
            hits = list(rule.patterns.hits(line))
            if hits and not rule.unless.first(line):
                return rule.role, [(hit.start, hit.end) for hit in hits]
        return None

    def _padded(self, line: Line, spans: list[Span]) -> list[Span]:
        extra = self.vocabulary.covered(line, "role_padding", "frame")
        return [*spans, *((at, at + 1) for at in extra)]

    def _wordy(self, line: Line, padded: list[Span], spans: list[Span]) -> str | None:
        """The whole text as a comment where it says clearly more than who is speaking."""
        left = [t for t in line.without(padded).tokens if t.word not in BREAKS]
        if len(left) < 3:
            return None
        digit = [span for span in spans if line.tokens[span[0]].word.isdecimal()]
        return self._rest(line, digit)

    def _view(self, line: Line, menu: Mapping[str, str]) -> Reading | None:
        code, _ = self._picked(line, menu)
        if code is None and (hit := self.views.first(line)):
            code = hit.value
        if code is None and self._whole(line, "refusals"):
            return Reading(Intent.NO, refused=True)
        return Reading(Intent.ROLE, {"view": code}) if code else None

    def _yes_or_no(self, line: Line, menu: Mapping[str, str]) -> Reading | None:
        code, spans = self._picked(line, menu)
        rest = self._rest(line, spans) if code else None
        if code is None:
            code, rest = self._yes_by_words(line)
        if code is None:
            return None
        return Reading(Intent(code), {"yes_no": code}, rest)

    def _yes_by_words(self, line: Line) -> tuple[str | None, str | None]:
        bare = _trimmed(line)
        if hit := self.yes_no.first(bare) or self.yes_no.first(self._bare(line)):
            return hit.value, None
        head = _head(bare)
        if head and (hit := self.yes_no.first(head)):
            return hit.value, self._rest(line, [(0, len(head.tokens))])
        return None, None

    def _picked(self, line: Line, menu: Mapping[str, str]) -> tuple[str | None, list[Span]]:
        picked = self.menus.pick(line, menu)
        if picked is None or picked.code is None:
            return None, []
        return picked.code, [picked.span]

    def _comment(self, line: Line, question: Question | None) -> Reading:
        if question and question.reads == "comment" and self._whole(line, "nothing"):
            return Reading(Intent.NO, refused=True)
        if self._empty_of_words(line, question):
            return Reading(Intent.EMPTY)
        return Reading(Intent.COMMENT, comment=self._rest(line, []) or line.original.strip())

    def _empty_of_words(self, line: Line, question: Question | None) -> bool:
        names = ["courtesy", "greetings", "fillers", "keywords"]
        if question is None or question.reads != "comment":
            names.append("closing")
        covered = self.vocabulary.covered(line, *names)
        return all(
            at in covered or token.word in BREAKS or _is_sign(token.word)
            for at, token in enumerate(line.tokens)
        )

    # ------------------------------------------------------------------ words left over

    def _said(self, intent: Intent, values: Mapping[str, str], rest: str | None) -> Reading:
        return Reading(intent, values, rest)

    def _whole(self, line: Line, *names: str) -> bool:
        """Whether one phrase of these lists is all that the text says."""
        bare = _trimmed(line)
        return any(
            hit.start == 0 and hit.end == len(each.tokens)
            for each in (bare, self._bare(line))
            if each.tokens
            for name in names
            for hit in self.vocabulary.book(name).hits(each)
        )

    def _rest(self, line: Line, spans: Iterable[Span]) -> str | None:
        """The person's own words outside these spans, as typed; None when they only pad."""
        gone = {at for start, end in spans for at in range(start, end)}
        padding = gone | self.vocabulary.covered(line, "courtesy", "greetings", "fillers")
        pieces, run = [], list[int]()
        for at in (*range(len(line.tokens)), -1):
            if at >= 0 and at not in gone:
                run.append(at)
                continue
            if any(self._says(line, number, padding) for number in run):
                pieces.append(_typed(line, run[0], run[-1]))
            run = []
        return " ".join(pieces) or None

    def _says(self, line: Line, at: int, padding: set[int]) -> bool:
        word = line.tokens[at].word
        return at not in padding and word not in BREAKS and not _is_sign(word)

    # ------------------------------------------------------------------ compiled tables

    def _command(self, raw: Mapping[str, Any]) -> _Command:
        try:
            intent = Intent(raw["intent"])
        except ValueError:
            raise VocabularyError(
                f"{self.vocabulary.source}: commands: no intent {raw['intent']!r}"
            ) from None
        books = {
            name: self.vocabulary.compile([(shape % each, each) for each in raw[name]], intent)
            for name, shape in (("alone", "^ %s $"), ("anywhere", "%s"), ("unless", "%s"))
        }
        return _Command(intent, **books, beside_rating="beside_rating" in raw)

    def _role(self, raw: Mapping[str, Any]) -> _Rule:
        patterns = self.vocabulary.compile([(each, each) for each in raw["patterns"]], "roles")
        unless = self.vocabulary.compile([(each, each) for each in raw["unless"]], "roles")
        return _Rule(raw["role"], patterns, unless)

    def _values(self, table: str) -> Book[str]:
        raw = self.vocabulary.raw[table]
        entries = [(pattern, code) for code, patterns in raw.items() for pattern in patterns]
        return self.vocabulary.compile(entries, table)

    def _languages(self) -> Book[str]:
        raw = self.vocabulary.raw
        entries = [
            (frame.replace("<tongue>", f"({'|'.join(names)})"), code)
            for code, names in raw["languages"].items()
            for frame in raw["language_frames"]
        ]
        return self.vocabulary.compile(entries, "languages")

    def _known(self) -> set[str]:
        books: list[Book[Any]] = [self.ratings.scale, self.views, self.yes_no, self.languages]
        for command in self.commands:
            books += [command.alone, command.anywhere, command.unless]
        for rule in self.roles:
            books += [rule.patterns, rule.unless]
        return {word for book in books for word in book.words}


DIGITS: Mapping[str, str] = {
    "1": "very_good",
    "2": "good",
    "3": "neither",
    "4": "poor",
    "5": "very_poor",
    "6": "dont_know",
}
"""The answers of the Friends and Family Test in their order (NHS England, 2020)."""


def _trimmed(line: Line) -> Line:
    """Without the breaks at both ends."""
    tokens = list(line.tokens)
    while tokens and tokens[-1].word in BREAKS:
        tokens.pop()
    while tokens and tokens[0].word in BREAKS:
        tokens.pop(0)
    return Line.of(line.original, tokens)


def _head(line: Line) -> Line | None:
    """What stands before the first break or joining word."""
    for at, token in enumerate(line.tokens):
        if token.word in BREAKS or token.word in ("but", "because"):
            return Line.of(line.original, line.tokens[:at])
    return None


def _is_sign(word: str) -> bool:
    """Emoji and signs: they colour words but are none."""
    return not re.search(r"\w", word)


def _typed(line: Line, first: int, last: int) -> str:
    """The original from one token to another, with what the person typed between and after."""
    begin = line.tokens[first].start
    following = line.tokens[last + 1].start if last + 1 < len(line.tokens) else len(line.original)
    return line.original[begin:following].strip().lstrip(_EDGES + ".!?").rstrip(_OPENING)
