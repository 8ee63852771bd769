"""Words that need people now: crisis, abuse, a serious lapse in care; found by reviewed rules.

Each rule is data with examples and counter-examples that are run as tests. It says what was found
and which reply fits; whom to tell, and how, is decided elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.dialogue.frames import Frames, sentence
from bot.dialogue.phrases import Book, Grammar, Hit, Index, PhraseError
from bot.dialogue.words import Line, Spelling, read

T = TypeVar("T")

KINDS = ("crisis", "abuse", "safety")
"""From the gravest down (facts on safety: crisis and present danger page people at once)."""

REPLIES = ("crisis", "harm", "ward", "")
"""Which of the three replies fits; none for a lapse in care, which people read the same day."""

TURNS = "turns"
"""The list of words at which a clause ends as at a full stop ("but")."""

NEAR = 40
"""So many words on each side of what was found still belong to its clause."""

_FIELDS = {"id", "kind", "why", "examples", "counter_examples"}
_MORE = {"reply", "patterns", "frames", "unless", "unless_near"}


class RulesError(ValueError):
    """A rules file is malformed; the message names the file, the line or rule, and the reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reviewed rule: what it looks for, what excuses it, and the texts that prove both."""

    id: str
    kind: str
    reply: str
    why: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concern:
    """What was found in a text: the gravest rule that fits."""

    kind: str
    reply: str
    rule: str


def _grave(rule: Rule) -> int:
    return KINDS.index(rule.kind)


class Rules:
    """All rules of a file, compiled. index: may be shared by files that hear the same words."""

    def __init__(
        self, raw: Any, source: str, aliases: Mapping[str, str], index: Index | None = None
    ) -> None:
        self.source, self.aliases = source, aliases
        self.index = index or Index()
        self._shape(raw, "the rules file", {"language", "lists", "idioms", "rules"})
        self.language: str = raw["language"]
        self._grammar = Grammar(raw["lists"], aliases)
        self.idioms = self._book(raw["idioms"], "idioms")
        self.rules = tuple(self._rule(each) for each in raw["rules"])
        twice = {rule.id for rule in self.rules if self._ids().count(rule.id) > 1}
        if twice:
            raise RulesError(f"{source}: rule used twice: {', '.join(sorted(twice))}")
        self._patterns: Book[Rule] = Book((), self._grammar, self.index)
        self._frames: Frames[Rule] = Frames(self._grammar, self.index)
        self._turns = frozenset(raw["lists"].get(TURNS, ()))
        self._unless: dict[str, Book[str]] = {}
        self._near: dict[str, Book[str]] = {}
        parts = {each["id"]: each for each in raw["rules"]}
        for rule in sorted(self.rules, key=_grave):
            each = parts[rule.id]
            self._add(self._patterns, rule.id, each.get("patterns", []), rule)
            self._add(self._frames, rule.id, each.get("frames", []), rule)
            self._unless[rule.id] = self._book(each.get("unless", []), rule.id)
            self._near[rule.id] = self._book(each.get("unless_near", []), rule.id)
        self._grammar.forget()

    @property
    def words(self) -> set[str]:
        """Every word that the rules look for: the spelling must leave these alone."""
        books = (*self._unless.values(), *self._near.values())
        excuses = {word for book in books for word in book.words}
        return {*self.idioms.words, *self._patterns.words, *self._frames.words, *excuses}

    def find(self, line: Line) -> Concern | None:
        """The gravest concern in the text, None where there is none.

        Idioms ("the wait nearly killed me") are taken out first; a rule's `unless` phrases excuse
        that rule only, its `unless_near` phrases only what stands in one clause with them.
        """
        if not (self._patterns.may_be_in(line) or self._frames.may_be_in(line)):
            return None
        spans = [(hit.start, hit.end) for hit in self.idioms.hits(line)]
        left = line.without(spans) if spans else line
        said = next(self._unexcused(left, self._patterns.found(left)), None)
        meant = min(self._unexcused(left, self._frames.found(left)), key=_grave, default=None)
        found = min((rule for rule in (said, meant) if rule), key=_grave, default=None)
        return Concern(found.kind, found.reply, found.id) if found else None

    def _unexcused(self, line: Line, hits: Iterable[Hit[Rule]]) -> Iterator[Rule]:
        """The rules found that nothing in the text excuses."""
        excused: set[str] = set()
        for hit in hits:
            rule = hit.value
            if rule.id in excused:
                continue
            if self._unless[rule.id].first(line):
                excused.add(rule.id)
            elif not self._excused_near(line, hit):
                yield rule

    def _excused_near(self, line: Line, hit: Hit[Rule]) -> bool:
        """Whether one of the rule's near excuses stands in the clause of what was found."""
        book = self._near[hit.value.id]
        if not book.may_be_in(line):
            return False
        low, high = sentence(line, hit.start, hit.end, NEAR, self._turns)
        return book.first(line.part(line.tokens[low:high])) is not None

    def _ids(self) -> list[str]:
        return [rule.id for rule in self.rules]

    def _rule(self, raw: Any) -> Rule:
        where = f"rule {raw.get('id', '?')!r}" if isinstance(raw, Mapping) else "a rule"
        self._shape(raw, where, _FIELDS, _MORE)
        reply = raw.get("reply", "")
        if raw["kind"] not in KINDS:
            raise self._wrong(raw, f"{where} has kind {raw['kind']!r}; known: {', '.join(KINDS)}")
        if reply not in REPLIES or (raw["kind"] != "safety") != bool(reply):
            raise self._wrong(raw, f"{where} has no fitting reply ({reply!r})")
        if not (raw.get("patterns") or raw.get("frames")):
            raise self._wrong(raw, f"{where} needs patterns or frames")
        if not (raw["examples"] and raw["counter_examples"]):
            raise self._wrong(raw, f"{where} needs examples and counter_examples")
        return Rule(
            raw["id"], raw["kind"], reply, raw["why"],
            tuple(raw["examples"]), tuple(raw["counter_examples"]),
        )  # fmt: skip

    def _book(self, patterns: Iterable[str], where: str) -> Book[str]:
        book: Book[str] = Book((), self._grammar, self.index)
        self._add(book, where, patterns, where)
        return book

    def _add(
        self, book: Book[T] | Frames[T], where: str, patterns: Iterable[str], value: T
    ) -> None:
        try:
            book.add((pattern, value) for pattern in patterns)
        except PhraseError as error:
            raise RulesError(f"{self.source}: {where}: {error}") from None

    def _shape(
        self,
        raw: Any,
        where: str,
        needed: set[str],
        optional: frozenset[str] | set[str] = frozenset(),
    ) -> None:
        if not isinstance(raw, Mapping):
            raise self._wrong(raw, f"{where} must be a table")
        if missing := sorted(needed - set(raw)):
            raise self._wrong(raw, f"{where} lacks {', '.join(missing)}")
        if unknown := sorted(set(raw) - needed - optional):
            raise self._wrong(raw, f"{where} has unknown {', '.join(unknown)}")

    def _wrong(self, raw: Any, reason: str) -> RulesError:
        line = getattr(raw, "line", None)
        return RulesError(f"{self.source}{f':{line}' if line else ''}: {reason}")


class Watch:
    """The rules of all languages, each listening to every text, whatever language it is in.

    The first hear the text in the spelling of their reader, the others as it was typed.
    """

    def __init__(self, first: Rules, others: Iterable[Rules] = ()) -> None:
        self.every = (first, *others)

    def find(self, line: Line) -> Concern | None:
        """The gravest concern that the rules of any language find."""
        first, *others = self.every
        found = [first.find(line)]
        if others:
            plain = read(line.original, Spelling())
            found += [rules.find(plain) for rules in others]
        return min(
            (each for each in found if each), key=lambda each: KINDS.index(each.kind), default=None
        )
