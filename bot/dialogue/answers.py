"""What a person typed -> what it means: the one reader, driven by tables.

Says what the words are (a rating, a comment, a wish for no more texts); it never decides what to
answer and keeps nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from bot.dialogue.commands import Commands
from bot.dialogue.heard import POLITE, Heard, Span
from bot.dialogue.meaning import DIGITS, Intent, Question, Reading
from bot.dialogue.menus import Menus
from bot.dialogue.options import Options
from bot.dialogue.phrases import Book
from bot.dialogue.ratings import Ratings
from bot.dialogue.roles import Roles
from bot.dialogue.slips import Slips
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import BREAKS, Line, read

_ROUND = (*POLITE, "fillers", "keywords")
WORDLESS: Mapping[str, tuple[str, ...]] = {
    "rating": (*_ROUND, "closing", "yes_words"),
    "comment": _ROUND,
    "role": (*_ROUND, "closing"),
    "view": (*_ROUND, "closing"),
    "yes_no": (*_ROUND, "closing"),
    "choice": (*_ROUND, "closing", "yes_words", "no_words"),
    "feeling": (*_ROUND, "closing", "yes_words", "no_words"),
    "words": (*_ROUND, "closing", "yes_words", "no_words", "nothing"),
}
"""What is no comment while that question waits (`words`: while none does)."""


ENOUGH = 240
"""An answer stands within so many words; what follows them is comment (and no text may take long)."""


class Reader:
    """Reads texts with one vocabulary."""

    def __init__(self, raw: Mapping[str, Any], source: str, known: Iterable[str] = ()) -> None:
        self.vocabulary = Vocabulary(raw, source)
        self.menus = Menus(self.vocabulary)
        self.ratings = Ratings(self.vocabulary, self.menus)
        self.commands = Commands(self.vocabulary, self.ratings)
        self.roles = Roles(self.vocabulary, self.menus)
        self.views = self._book("views", raw["views"])
        yes_no = {code: [f"^ {each} $" for each in raw[f"{code}_words"]] for code in ("yes", "no")}
        self.yes_no = self._book("yes_words", yes_no)
        self.openers = self._book("yes_no_openers", raw["yes_no_openers"])
        self.options = Options(self.menus, self.yes_no)
        books: list[Book[Any]] = [self.ratings.scale, self.views, self.yes_no, self.openers]
        tables = {word for book in books for word in book.words}
        self.spelling = self.vocabulary.spelling(
            {*known, *tables, *self.commands.words, *self.roles.words}
        )
        self.vocabulary.settle()

    def line(self, text: str) -> Line:
        """The text as canonical words, for this reader and whatever else listens."""
        return read(text, self.spelling)

    def knows(self, word: str) -> bool:
        """Whether one of the tables holds that word."""
        return word in self.spelling.levelled

    def read(
        self,
        line: Line,
        question: Question | None,
        corrects: Sequence[Question] = (),
        quotes: "Quotes | None" = None,
    ) -> Reading:
        """What a text (`line`) means when `question` waits (None: a first text, as if rating did).

        Where nothing is made of a brief text, slips of the finger are looked for in it.
        corrects: the questions answered before, the last one first: "sorry, meant 5" refers to
        the first that has a 5.
        quotes: our own sentences, which are no comment when they come back.
        """
        asked = question or Question("rating", DIGITS)
        reading = self._read(line, asked, corrects, quotes)
        if reading.intent is Intent.COMMENT and not reading.values:
            mended = self.slips.mended(line)
            again = self._read(mended, asked, corrects, quotes) if mended else reading
            if again.values or again.intent is Intent.OPT_OUT:
                return again
        return reading

    @cached_property
    def slips(self) -> Slips:
        """Made when a text first needs it."""
        return Slips(self.vocabulary.words("short_answers"), self.spelling.levelled.keys())

    def _read(
        self, line: Line, asked: Question, corrects: Sequence[Question], quotes: "Quotes | None"
    ) -> Reading:
        heard = self._spoken(line, quotes)
        if not heard.has_content():
            return Reading(Intent.HELP if "?" in line.original else Intent.EMPTY)
        return (
            self._commanded(heard, asked)
            or self._corrected(heard, asked, corrects)
            or self._answered(heard, asked)
        )

    def _spoken(self, line: Line, quotes: "Quotes | None") -> Heard:
        """Without what the telephone added, and without our own words quoted back."""
        goes_on = len(line.tokens) > ENOUGH
        begins = line.part(line.tokens[:ENOUGH]) if goes_on else line
        heard = Heard(begins, self.vocabulary, goes_on=goes_on)
        spans = [(hit.start, hit.end) for hit in heard.hits("signatures")]
        spans += quotes.found(heard) if quotes else []
        return heard.without(spans) if spans else heard

    def _commanded(self, heard: Heard, question: Question) -> Reading | None:
        """A wish that is no answer; but "I need help" is one where the menu offers it, and "no more"
        is nothing to add where that is asked."""
        reading = self.commands.read(heard)
        if question.reads in ("comment", "yes_no") and heard.is_whole("nothing"):
            return None
        if reading and reading.intent is Intent.HELP and question.spoken:
            return self.options.named(heard, question) or reading
        return reading

    # ------------------------------------------------------------------ corrections

    def _corrected(
        self, heard: Heard, question: Question, corrects: Sequence[Question]
    ) -> Reading | None:
        """An earlier answer taken back while something else is being asked."""
        if question.menu and self._answers(heard, question):
            return None
        for earlier in corrects:
            if earlier.name == question.name:
                continue
            reading = (
                self._rated_again(heard, earlier, question)
                if earlier.reads == "rating"
                else self._picked_again(heard, earlier)
            )
            if reading is not None:
                return reading
        return None

    def _picked_again(self, heard: Heard, earlier: Question) -> Reading | None:
        picked = self.menus.pick(heard, earlier.menu)
        if picked is None or not picked.corrects or picked.code is None:
            return None
        if heard.has("rating_words"):
            return None
        return Reading(Intent.ROLE, {earlier.name: picked.code}, heard.rest(picked.spans))

    def _rated_again(self, heard: Heard, rating: Question, question: Question) -> Reading | None:
        found = self.ratings.read(heard, rating.menu)
        if found is None or found.code is None:
            return None
        digit_alone = heard.bare().line.text.strip() in rating.menu
        if not found.corrects and not (digit_alone and question.reads == "comment"):
            return None
        return Reading(Intent.RATING, {"rating": found.code}, heard.rest(found.spans))

    def closes(self, line: Line) -> bool:
        """Whether a text is but a thank-you, an okay, a goodbye: it opens nothing."""
        return Heard(line, self.vocabulary).is_only(*WORDLESS["words"])

    def _answers(self, heard: Heard, question: Question) -> bool:
        picked = self.menus.pick(heard, question.menu)
        return bool(picked and picked.code and not picked.corrects)

    # ------------------------------------------------------------------ answers

    def _answered(self, heard: Heard, question: Question) -> Reading:
        readers = {
            "rating": self._rating,
            "role": self.roles.read,
            "view": self._view,
            "yes_no": self._yes_or_no,
        }
        if question.reads in ("choice", "feeling"):
            reading = self.options.read(heard, question)
            return reading or self._comment(heard, question)
        if question.reads in readers:
            reading = readers[question.reads](heard, question.menu)
            if reading is not None:
                return reading
        return self._comment(heard, question)

    def _rating(self, heard: Heard, menu: Mapping[str, str]) -> Reading | None:
        if heard.is_whole("refusals"):
            return Reading(Intent.NO, refused=True)
        found = self.ratings.read(heard, menu)
        if found is None:
            return None
        rest = heard.rest(found.spans)
        if found.code is None:
            return Reading(Intent.RATING, comment=rest and heard.rest())
        return Reading(Intent.RATING, {"rating": found.code}, rest)

    def _view(self, heard: Heard, menu: Mapping[str, str]) -> Reading | None:
        picked = self.menus.pick(heard, menu)
        hit = self.views.first(heard.line)
        code = (picked.code if picked else None) or (hit.value if hit else None)
        if code is not None:
            return Reading(Intent.ROLE, {"view": code})
        return Reading(Intent.NO, refused=True) if heard.is_whole("refusals") else None

    def _yes_or_no(self, heard: Heard, menu: Mapping[str, str]) -> Reading | None:
        picked = self.menus.pick(heard, menu)
        if picked and picked.code:
            return _decided(picked.code, heard.rest(picked.spans))
        for whole in (heard.trimmed(), heard.bare()):
            if hit := self.yes_no.first(whole.line):
                return _decided(hit.value, None)
        head = heard.trimmed().head()
        if head and (hit := self.yes_no.first(head.line)):
            said: Span = (0, len(head))
            return _decided(hit.value, heard.trimmed().rest([said]))
        if hit := self.openers.first(heard.trimmed().line):
            return _decided(hit.value, heard.trimmed().rest([(0, 1)]))
        return None

    def _comment(self, heard: Heard, question: Question) -> Reading:
        wordless = heard.is_only(*WORDLESS[question.reads])
        if question.reads == "comment" and (wordless or heard.is_whole("nothing")):
            return Reading(Intent.NO, refused=True)
        own_menu = question.reads in ("choice", "feeling")
        if own_menu and heard.is_whole("refusals", "nothing"):
            return Reading(Intent.NO, refused=True)
        number = heard.bare().line.text.strip().isdecimal()
        if wordless or (number and (own_menu or question.reads == "words")):
            return Reading(Intent.EMPTY)
        words = heard.rest() or heard.line.original.strip()
        return Reading(Intent.COMMENT, comment=words)

    def _book(self, table: str, patterns: Mapping[str, list[str]]) -> Book[str]:
        entries = [(pattern, code) for code, listed in patterns.items() for pattern in listed]
        return self.vocabulary.compile(entries, table)


def _decided(code: str, rest: str | None) -> Reading:
    return Reading(Intent(code), {"yes_no": code}, rest)


class Quotes:
    """Our own sentences, to be recognised when a person's reply quotes them."""

    RUN = 6
    """So many of our words in a row are a quotation; a line of our menu is an answer."""

    def __init__(self, reader: Reader, sentences: Iterable[str]) -> None:
        said = list(sentences)
        answers = [line for each in said for line in each.splitlines() if line[:1].isdecimal()]
        self.runs = self._runs(reader, said) - self._runs(reader, answers)
        self.words = frozenset(word for run in self.runs for word in run)

    def _runs(self, reader: Reader, texts: Iterable[str]) -> set[tuple[str, ...]]:
        runs: set[tuple[str, ...]] = set()
        for text in texts:
            words = [token.word for token in reader.line(text).tokens if token.word not in BREAKS]
            every = [tuple(words[at : at + self.RUN]) for at in range(len(words) - self.RUN + 1)]
            runs |= {run for run in every if not run[-1].isdecimal()}  # that may be their answer
        return runs

    def found(self, heard: Heard) -> list[Span]:
        """The spans of a text that are ours, with our name and its colon before them."""
        if len(heard.words & self.words) < self.RUN - 1:  # a run may say one of its words twice
            return []
        said = [(token.word, at) for at, token in enumerate(heard.line.tokens)]
        said = [each for each in said if each[0] not in BREAKS]
        words = [word for word, _ in said]
        ours = [
            (said[at][1], said[at + self.RUN - 1][1] + 1)
            for at in range(len(words) - self.RUN + 1)
            if tuple(words[at : at + self.RUN]) in self.runs
        ]
        if ours and heard.typed(ours[0][0] - 1) == ":" and ours[0][0] <= self.RUN:
            ours.append((0, ours[0][0]))
        return ours
