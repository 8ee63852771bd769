"""One question of a script as validated data: what it listens for, its menu, when it is asked.

Turns plain tables into steps and endings, or says what is wrong with them and where; it knows
nothing of what people type.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.meaning import Question
from bot.dialogue.options import plain
from bot.dialogue.roles import REFUSED
from bot.dialogue.shaping import Judge
from bot.dialogue.wording import DETAILS, FALLBACK, Table

READS = ("rating", "comment", "role", "view", "yes_no", "choice", "feeling", "draft")
"""What a step can listen for. The first five are tables of the reader; a choice, a feeling and
a draft have a menu of their own. A draft reads back what was said to earlier questions: words sent to it
are added to the first of these, and the whole is read back again."""

OWN_MENU = ("choice", "feeling", "draft")
DRAFT, STORY = "draft", "story"

When = Mapping[str, frozenset[str]]
"""Step key -> the codes of which its answer must be one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question. menu: what a person may send (a digit, or a word in capitals) -> its code.

    when: step key -> the codes for which this step is asked (all must hold; empty: always).
    asked_only_if: details of the provider or service without which it is not asked.
    asked: False where it is only listened for: an answer that comes unasked is kept.
    before: a sentence that goes before the question, when it is put for the first time; "": none.
    gives: for yes_no steps, the consent that the answer decides; for a choice of who may read it, `story`.
    of: for a draft, the keys of the questions whose answers are read back.
    spoken: for a menu of its own, words in any language -> the code that they stand for.
    """

    key: str
    reads: str
    asks: str
    again: str
    menu: Mapping[str, str]
    when: When
    asked_only_if: frozenset[str] = frozenset()
    gives: str = ""
    asked: bool = True
    before: str = ""
    of: tuple[str, ...] = ()
    spoken: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether its menu is the script's own, and its answers go by its own name."""
        return self.reads in OWN_MENU

    @property
    def question(self) -> Question:
        """What the reader needs to know of it; a draft is read as a choice."""
        key = self.key if self.own else ""
        return Question("choice" if self.of else self.reads, self.menu, key, self.spoken)

    def button(self, code: str) -> str:
        """What a press of this answer's button sends back; unique in the script."""
        named = self.own or code in ("yes", "no", REFUSED)
        return f"{self.key}_{code}" if named else code

    def label(self, code: str) -> str:
        """The wording key of this answer's label."""
        return f"choice.{self.key if self.own else self.reads}.{code}"


@dataclass(frozen=True, slots=True)
class Ending:
    """The sentence that ends a conversation whose answers fit `when`."""

    says: str
    when: When


@dataclass(frozen=True, slots=True)
class Questions(Judge):
    """Reads the steps and endings of one file."""

    def step(self, raw: Any, wording: Table) -> Step:
        """One step. Raises ScriptError."""
        where = f"step {raw.get('key', '?')!r}" if isinstance(raw, Mapping) else "a step"
        asked = not isinstance(raw, Mapping) or raw.get("asked") != "never"
        self.shape(
            raw, where, {"key", "reads", "asks"} if asked else {"key", "reads", "asked"},
            {"again", "menu", "words", "when", "asked_only_if", "gives", "before", "of"},
        )  # fmt: skip
        if raw["reads"] not in READS:
            raise self.wrong(raw, f"{where} reads {raw['reads']!r}; known: {', '.join(READS)}")
        menu = {str(sent): str(code) for sent, code in self.table(raw, "menu").items()}
        step = Step(
            raw["key"], raw["reads"], raw.get("asks", ""), raw.get("again", raw.get("asks", "")),
            menu, self.when(raw), self.among(raw, "asked_only_if", DETAILS), raw.get("gives", ""),
            asked, raw.get("before", ""), tuple(self.listed(raw, "of")),
        )  # fmt: skip
        self._fits(raw, where, step)
        labels = [step.label(code) for code in menu.values()]
        asks = [each for each in (step.asks, step.again, step.before) if each] if asked else []
        self.worded(raw, where, [*asks, *labels], wording)
        spoken = self._spoken(raw, where, step, wording)
        return Step(**{name: getattr(step, name) for name in Step.__slots__} | {"spoken": spoken})

    def ending(self, raw: Any, wording: Table) -> Ending:
        """One ending. Raises ScriptError."""
        self.shape(raw, "an ending", {"says"}, {"when"})
        self.worded(raw, "an ending", [raw["says"]], wording)
        return Ending(raw["says"], self.when(raw))

    def when(self, raw: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        """The conditions of a step or ending."""
        return {key: frozenset(codes) for key, codes in self.table(raw, "when").items()}

    def worded(self, raw: Any, where: str, keys: Iterable[str], wording: Table) -> None:
        """All these sentences are there."""
        for key in keys:
            if key not in wording:
                raise self.wrong(raw, f"{where} needs the wording {key!r}")

    def _fits(self, raw: Any, where: str, step: Step) -> None:
        shares = step.reads == "choice" and step.gives == STORY
        if (step.reads == "yes_no") != bool(step.gives) and not shares:
            raise self.wrong(raw, f"{where}: a yes_no step, and no other, says what it gives")
        if (step.reads == DRAFT) != bool(step.of):
            raise self.wrong(raw, f"{where}: a draft, and no other step, says what it is of")
        if (step.reads == "comment") == bool(step.menu):
            raise self.wrong(raw, f"{where}: every step but a comment has a menu")
        if not step.own and not all(sent.isdecimal() for sent in step.menu):
            raise self.wrong(raw, f"{where}: only a choice may be answered by a word")

    def _spoken(self, raw: Any, where: str, step: Step, wording: Table) -> dict[str, str]:
        """The labels in all languages, the words of the menu, and the other words for a code."""
        words = self.table(raw, "words")
        if words and not step.own:
            raise self.wrong(raw, f"{where}: only a choice or a feeling has words of its own")
        if not step.own:
            return {}
        if strange := sorted(set(words) - set(step.menu.values())):
            raise self.wrong(raw, f"{where} has words for {', '.join(strange)}, not in its menu")
        said = [(FALLBACK, sent, code) for sent, code in step.menu.items() if not sent.isdecimal()]
        for code in dict.fromkeys(step.menu.values()):
            said += [(FALLBACK, phrase, code) for phrase in self.listed(words, code)]
            labels = wording[step.label(code)]
            said += [(language, label, code) for language, label in labels.items()]
        for language in {each for each, _, _ in said}:
            self._distinct(
                raw, where, [(word, code) for own, word, code in said if own == language]
            )
        first_english = sorted(said, key=lambda each: each[0] == FALLBACK)
        return {plain(phrase): code for _, phrase, code in first_english}

    def _distinct(self, raw: Any, where: str, said: list[tuple[str, str]]) -> None:
        """No two answers by the same words in one language. Between two, English words win."""
        meant: dict[str, str] = {}
        for phrase, code in said:
            if meant.setdefault(plain(phrase), code) != code:
                raise self.wrong(raw, f"{where}: {phrase!r} stands for two answers")
