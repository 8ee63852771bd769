"""Who is speaking, by number or in their own words: patient, carer, both, family or friend, staff.

Knows the codes only through the tables: unpaid care that a person could not manage without makes
a carer, whatever they call themselves; paid care makes staff (facts on reading, roles).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.heard import SPARE, Heard, Span
from bot.dialogue.meaning import Intent, Reading
from bot.dialogue.menus import Menus
from bot.dialogue.phrases import Book, Hit
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.words import Line

BOTH = "patient_and_carer"

REFUSED = "not_said"
"""The code of a menu's digit, or of a button, by which a person chooses not to say."""

ENOUGH = 2
"""So many kinds of signs that each say little say together that somebody is cared for at home."""

MORE = 3
"""So many words beyond what says the role make the text a comment as well."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """patterns: any of them gives the role; signs: kinds of which ENOUGH together give it;
    treated: where one of these is found as well, the carer was the patient too."""

    role: str
    patterns: Book[str]
    unless: Book[str]
    treated: Book[str]
    signs: Book[str]

    @property
    def books(self) -> tuple[Book[str], ...]:
        """All its patterns."""
        return self.patterns, self.unless, self.treated, self.signs

    def found(self, line: Line) -> list[Hit[str]]:
        """What gives the role, [] where nothing does."""
        hits = self.patterns.hits(line)
        if not hits:
            signs = self.signs.hits(line)
            hits = signs if len({hit.value for hit in signs}) >= ENOUGH else []
        return [] if hits and self.unless.first(line) else hits


class Roles:
    """Reads roles."""

    def __init__(self, vocabulary: Vocabulary, menus: Menus) -> None:
        self.vocabulary, self.menus = vocabulary, menus
        self.rules = [self._rule(each) for each in vocabulary.raw["roles"]]

    @property
    def words(self) -> set[str]:
        """Every word that the rules look for."""
        return {word for rule in self.rules for book in rule.books for word in book.words}

    def read(self, heard: Heard, menu: Mapping[str, str]) -> Reading | None:
        """The role that the text gives, None when it gives none."""
        picked = self.menus.pick(heard, menu)
        code = picked.code if picked else None
        if code == REFUSED or heard.is_whole("refusals", "role_refusals"):
            return Reading(Intent.NO, refused=True)
        said, spans = self._by_words(heard)
        if picked and picked.code:
            spans.append(picked.span)
        role = said if said == BOTH else code or said
        if role is None:
            return None
        number = [picked.span] if picked else []
        return Reading(Intent.ROLE, {"role": role}, self._comment(heard, spans, number))

    def _by_words(self, heard: Heard) -> tuple[str | None, list[Span]]:
        for rule in self.rules:
            if hits := rule.found(heard.line):
                both = rule.treated.first(heard.line)
                return BOTH if both else rule.role, [(hit.start, hit.end) for hit in hits]
        return None, []

    def _comment(self, heard: Heard, spans: list[Span], number: list[Span]) -> str | None:
        """The whole text where it says clearly more than who is speaking."""
        if number and not spans[1:] and self._tells(heard.without(number)):
            return heard.rest(number)
        padding = [(at, at + 1) for at in heard.covered("role_padding", "frame")]
        left = heard.without([*spans, *padding])
        return heard.rest(number) if len(left.bare()) >= MORE else None

    @staticmethod
    def _tells(left: Heard) -> bool:
        """Whether words beside a number, none of which says a role, are a comment of their own."""
        padding = left.covered("role_padding", "frame", *SPARE)
        words = [at for at in range(len(left)) if not left.breaks(at)]
        return len(words) >= MORE and any(at not in padding for at in words)

    def _rule(self, raw: Mapping[str, Any]) -> _Rule:
        plain = ("patterns", "unless", "treated")
        listed = [[(each, each) for each in raw.get(name, ())] for name in plain]
        signs = [(each, kind) for kind, some in raw.get("signs", {}).items() for each in some]
        books = [self.vocabulary.compile(entries, "roles") for entries in (*listed, signs)]
        return _Rule(raw["role"], *books)
