"""Answers to a menu of a script's own: by number, by the label's words, or by words for it.

Which words stand for which code is the script's data, in every language that it has; what is
said beside them is comment. Knows nothing of what a code leads to.
"""

import re
import unicodedata
from collections.abc import Mapping
from itertools import takewhile

from bot.dialogue.heard import Heard
from bot.dialogue.meaning import Intent, Question, Reading
from bot.dialogue.menus import Menus
from bot.dialogue.phrases import Book
from bot.dialogue.roles import REFUSED
from bot.dialogue.words import fold

NEAR = 3
"""So many words before a feeling a "not" or a "never" turns it down."""

_APOSTROPHES = re.compile(r"['’‘`´]")
_BREAK = re.compile(r"[,.;:!?\n\u060c\u061f\u06d4\u0964]")


def plain(text: str) -> str:
    """Words with one space between: no capitals, accents, apostrophes or punctuation."""
    joined = fold(_APOSTROPHES.sub("", text))[0]
    return " ".join("".join(char if _is_letter(char) else " " for char in joined).split())


def _is_letter(char: str) -> bool:
    """Letters, digits, and the marks that some scripts write their vowels with."""
    return char.isalnum() or unicodedata.category(char).startswith("M")


class Options:
    """Reads answers to menus of a script's own."""

    def __init__(self, menus: Menus, yes_no: Book[str]) -> None:
        self.menus, self.yes_no = menus, yes_no

    def read(self, heard: Heard, question: Question) -> Reading | None:
        """The answer that the text gives, None when it gives none."""
        if question.reads == "feeling":
            return self._feelings(heard, question)
        return self.named(heard, question) or self._numbered(heard, question)

    def named(self, heard: Heard, question: Question) -> Reading | None:
        """The answer whose words are all that the text says, or all before its first break."""
        words = _typed(heard)
        bare = _typed(heard.bare())
        for said in (words, bare):
            if code := question.spoken.get(plain(said)):
                return _given(question, code, None)
        head, _, rest = _halves(words)
        if rest and (code := question.spoken.get(plain(head))):
            return _given(question, code, heard.line.original.strip())
        return self._yes_or_no(heard, question)

    def _yes_or_no(self, heard: Heard, question: Question) -> Reading | None:
        for part in (heard.trimmed(), heard.bare(), heard.trimmed().head()):
            if part is None or not (hit := self.yes_no.first(part.line)):
                continue
            if hit.value in question.menu.values():
                whole = len(part) >= len(heard.bare())
                return _given(question, hit.value, None if whole else heard.line.original.strip())
        return None

    def _numbered(self, heard: Heard, question: Question) -> Reading | None:
        picked = self.menus.pick(heard, question.menu)
        if picked is None or picked.code is None:
            return None
        return _given(question, picked.code, heard.rest(picked.spans))

    def _feelings(self, heard: Heard, question: Question) -> Reading | None:
        """One feeling or several: numbers at the head, or words among others."""
        said = plain(heard.line.original)
        numbers, rest = self._leading(plain(_typed(heard.bare())), question.menu)
        clauses = _BREAK.split(heard.line.original)
        named = [code for clause in clauses for code in self._felt(plain(clause), question.spoken)]
        picked = self.menus.pick(heard, question.menu)
        if len(numbers) > 1 or not rest or (picked and picked.code):
            named = [*(question.menu[each] for each in numbers), *named]
        if not named:
            return self._numbered(heard, question)
        whole = not rest or said in question.spoken
        felt = " ".join(dict.fromkeys(named))
        return _given(question, felt, None if whole else heard.line.original.strip())

    def _leading(self, said: str, menu: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """The numbers of the menu that the text begins with, and the words after them."""
        spare = self.menus.vocabulary.words("joins") | {"and"}
        words = said.split()
        head = list(takewhile(lambda word: word in menu or word in spare, words))
        return [word for word in head if word in menu], words[len(head) :]

    def _felt(self, said: str, spoken: Mapping[str, str]) -> list[str]:
        """The codes of all feelings that a clause names and does not turn down."""
        found: dict[int, str] = {}
        left = f" {said} "
        for phrase in sorted(spoken, key=len, reverse=True):
            while (at := left.find(f" {phrase} ")) >= 0:
                if not self._turned_down(left[:at]):
                    found[at] = spoken[phrase]
                left = f"{left[: at + 1]}{'.' * len(phrase)}{left[at + 1 + len(phrase) :]}"
        return [found[at] for at in sorted(found)]

    def _turned_down(self, before: str) -> bool:
        negators = self.menus.vocabulary.words("negators") | {"didnt", "dont", "no", "nobody"}
        return any(word in negators for word in before.split()[-NEAR:])


def _given(question: Question, code: str, comment: str | None) -> Reading:
    if REFUSED in code.split():
        return Reading(Intent.NO, refused=True, comment=comment)
    return Reading(Intent.CHOICE, {question.name: code}, comment)


def _typed(heard: Heard) -> str:
    return " ".join(heard.typed(at) for at in range(len(heard)))


def _halves(words: str) -> tuple[str, str, str]:
    found = _BREAK.search(words)
    return (words[: found.start()], found[0], words[found.end() :]) if found else (words, "", "")
