"""A questionnaire as validated data: its steps, endings, asides and sentences.

Turns plain mappings (from a reviewed YAML file) into frozen values, or says what is wrong and
where; it opens no file and knows nothing of what people type.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dialogue.answers import Quotes
from bot.dialogue.concerns import Watch
from bot.dialogue.languages import ENGLISH, Language
from bot.dialogue.messages import Channel, Choice
from bot.dialogue.roles import REFUSED
from bot.dialogue.tongues import Tongues
from bot.dialogue.wording import (
    FALLBACK,
    NEVER_DRAFTED,
    PLACES,
    Details,
    Table,
    Version,
    draft,
    places,
    sentence,
    version,
)

READS = ("rating", "comment", "role", "view", "yes_no")
"""What a step can listen for; each is a table of the reader."""

NEEDED = (
    "stop", "help", "unclear", "media", "crisis", "harm", "ward", "erase", "erased",
    "language.which", "language.draft", "language.none",
)  # fmt: skip
"""Sentences that every script must have, whatever it asks."""

WITH_BUTTONS = (Channel.TELEGRAM, Channel.WEB)


class ScriptError(ValueError):
    """A script is malformed; the message names the file, the line or step, and the reason."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question. menu: the digit a person may send -> the code it means.

    when: step key -> the codes for which this step is asked (all must hold; empty: always).
    gives: for yes_no steps, the consent that the answer decides.
    """

    key: str
    reads: str
    asks: str
    again: str
    menu: Mapping[str, str]
    when: Mapping[str, frozenset[str]]
    gives: str = ""

    def button(self, code: str) -> str:
        """What a press of this answer's button sends back; unique in the script."""
        return f"{self.key}_{code}" if code in ("yes", "no", REFUSED) else code


@dataclass(frozen=True, slots=True)
class Ending:
    """The sentence that ends a conversation whose answers fit `when`."""

    says: str
    when: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole questionnaire, with the reader and the concern rules that it listens with."""

    name: str
    version: int
    steps: tuple[Step, ...]
    endings: tuple[Ending, ...]
    asides: tuple[Step, ...]
    wording: Table
    reader: Tongues
    concerns: Watch
    quotes: Mapping[str, Quotes]
    details: Details = field(default_factory=Details)

    def bound(self, details: Details) -> "Script":
        """The same script, speaking for one provider."""
        return replace(self, details=details)

    def step(self, key: str | None) -> Step | None:
        """The step or aside of that key, None where the script has none (or not any more)."""
        return next((each for each in (*self.steps, *self.asides) if each.key == key), None)

    def first(self, reads: str) -> Step | None:
        """The first step that listens for `reads`."""
        return next((each for each in self.steps if each.reads == reads), None)

    def pressed(self, button: str) -> tuple[Step, str] | None:
        """The step and code that a button stands for, whenever it was sent."""
        for each in (*self.steps, *self.asides):
            for code in each.menu.values():
                if each.button(code) == button:
                    return each, code
        return None

    def says(
        self, key: str, language: str, channel: Channel, more: Mapping[str, str] | None = None
    ) -> str:
        """The filled sentence; the one for buttons where the channel has them and it exists."""
        return sentence(self.wording, self._key(key, channel), language, self.details, more)

    def rendering(self, key: str, language: str, channel: Channel) -> Version:
        """The same sentence unfilled, with the language it is in, and whether that is a draft."""
        return version(self.wording, self._key(key, channel), language, self.details)

    def languages(self) -> tuple[Language, ...]:
        """The languages that this script can be offered in here; English is the first."""
        return tuple(each for each in self.reader.languages.values() if self.speaks(each.code))

    def speaks(self, language: str) -> bool:
        """Whether its ordinary sentences go out in that language."""
        return version(self.wording, "help", language, self.details).language == language

    def choices(self, step: Step, language: str, channel: Channel) -> tuple[Choice, ...]:
        """The step's buttons, in the language of its question; none where the channel has none."""
        if channel not in WITH_BUTTONS:
            return ()
        asked_in = self.rendering(step.asks, language, channel).language
        return tuple(
            Choice(step.button(code), self._label(step, code, asked_in))
            for code in step.menu.values()
        )

    def _key(self, key: str, channel: Channel) -> str:
        buttons = f"{key}.buttons"
        return buttons if channel in WITH_BUTTONS and buttons in self.wording else key

    def _label(self, step: Step, code: str, language: str) -> str:
        return sentence(self.wording, f"choice.{step.reads}.{code}", language, self.details)


def _undrafted(wording: Table, steps: Iterable[Step]) -> Table:
    """Without the drafts of sentences that must be checked: danger, STOP, deletion, consents."""
    asks = {key for step in steps if step.gives for key in (step.asks, step.again)}
    checked = NEVER_DRAFTED | asks
    return {
        key: {
            language: text
            for language, text in versions.items()
            if not language.startswith(draft("")) or key.removesuffix(".buttons") not in checked
        }
        for key, versions in wording.items()
    }


def parse(raw: Any, source: str, reader: Tongues, concerns: Watch) -> Script:
    """The script from plain data; `source` names the file in errors. Raises ScriptError.

    Mappings that know their line (attribute `line`) have it named in errors.
    """
    return _Parser(source, reader, concerns).script(raw)


@dataclass(frozen=True, slots=True)
class _Parser:
    source: str
    reader: Tongues
    concerns: Watch

    def script(self, raw: Any) -> Script:
        self.shape(
            raw, "the script", {"name", "version", "steps", "endings", "wording"}, {"asides"}
        )
        wording = self.wording(raw["wording"])
        steps = tuple(self.step(each, wording) for each in self.listed(raw, "steps"))
        asides = tuple(self.step(each, wording) for each in self.listed(raw, "asides"))
        endings = tuple(self.ending(each, wording) for each in self.listed(raw, "endings"))
        self.unique(steps + asides, raw)
        self.conditions(steps, endings, raw)
        number = str(raw["version"])
        if not number.isdecimal() or number == "0":
            raise self.wrong(raw, "version must be a whole number from 1 on")
        wording = _undrafted(wording, (*steps, *asides))
        return Script(
            str(raw["name"]), int(number), steps, endings, asides, wording,
            self.reader, self.concerns, self.quotes(steps, wording),
        )  # fmt: skip

    def step(self, raw: Any, wording: Table) -> Step:
        where = f"step {raw.get('key', '?')!r}" if isinstance(raw, Mapping) else "a step"
        self.shape(raw, where, {"key", "reads", "asks"}, {"again", "menu", "when", "gives"})
        if raw["reads"] not in READS:
            raise self.wrong(raw, f"{where} reads {raw['reads']!r}; known: {', '.join(READS)}")
        step = Step(
            raw["key"], raw["reads"], raw["asks"], raw.get("again", raw["asks"]),
            {str(digit): str(code) for digit, code in (raw.get("menu") or {}).items()},
            self.when(raw), raw.get("gives", ""),
        )  # fmt: skip
        if (step.reads == "yes_no") != bool(step.gives):
            raise self.wrong(raw, f"{where}: a yes_no step, and no other, says what it gives")
        if (step.reads == "comment") == bool(step.menu):
            raise self.wrong(raw, f"{where}: every step but a comment has a menu")
        labels = [f"choice.{step.reads}.{code}" for code in step.menu.values()]
        self.worded(raw, where, [step.asks, step.again, *labels], wording)
        return step

    def ending(self, raw: Any, wording: Table) -> Ending:
        self.shape(raw, "an ending", {"says"}, {"when"})
        self.worded(raw, "an ending", [raw["says"]], wording)
        return Ending(raw["says"], self.when(raw))

    def when(self, raw: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        return {key: frozenset(codes) for key, codes in (raw.get("when") or {}).items()}

    def wording(self, raw: Any) -> Table:
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, "wording must be a table of key, language and sentence")
        for key, versions in raw.items():
            if not isinstance(versions, Mapping) or not versions.get(FALLBACK):
                raise self.wrong(versions, f"wording {key!r} has no {FALLBACK!r} sentence")
            for text in versions.values():
                if unknown := places(text) - PLACES:
                    raise self.wrong(versions, f"wording {key!r} asks for {sorted(unknown)}")
        self.worded(raw, "the script", NEEDED, raw)
        return raw

    def quotes(self, steps: tuple[Step, ...], wording: Table) -> dict[str, Quotes]:
        """What comes back when a reply quotes us; copying out a role is an answer, not a quote."""
        asked = {step.asks for step in steps if step.reads in ("rating", "comment")}
        return {
            code: Quotes(reader, [
                text for key in asked for name, text in wording[key].items()
                if name in (ENGLISH, code, draft(code))
            ])
            for code, reader in self.reader.readers.items()
        }  # fmt: skip

    def unique(self, steps: tuple[Step, ...], raw: Any) -> None:
        keys = [step.key for step in steps]
        buttons = [step.button(code) for step in steps for code in step.menu.values()]
        for seen in (keys, buttons):
            if twice := {each for each in seen if seen.count(each) > 1}:
                raise self.wrong(raw, f"used twice: {', '.join(sorted(twice))}")

    def conditions(
        self, steps: tuple[Step, ...], endings: tuple[Ending, ...], raw: Mapping[str, Any]
    ) -> None:
        known: dict[str, set[str]] = {}
        for step in steps:
            self.fits(step.when, known, f"step {step.key!r}", raw)
            known[step.key] = set(step.menu.values())
        for ending in endings:
            self.fits(ending.when, known, f"ending {ending.says!r}", raw)
        if not steps or not endings or endings[-1].when:
            raise self.wrong(raw, "needs steps, and a last ending that fits always")

    def fits(
        self, when: Mapping[str, frozenset[str]], known: dict[str, set[str]], where: str, raw: Any
    ) -> None:
        for key, codes in when.items():
            if key not in known:
                raise self.wrong(raw, f"{where} depends on {key!r}, which is not asked before it")
            if strange := codes - known[key]:
                raise self.wrong(raw, f"{where}: {key!r} has no answer {sorted(strange)}")

    def worded(self, raw: Any, where: str, keys: Iterable[str], wording: Table) -> None:
        for key in keys:
            if key not in wording:
                raise self.wrong(raw, f"{where} needs the wording {key!r}")

    def listed(self, raw: Mapping[str, Any], name: str) -> list[Any]:
        value = raw.get(name) or []
        if not isinstance(value, list):
            raise self.wrong(raw, f"{name} must be a list")
        return value

    def shape(self, raw: Any, where: str, needed: set[str], optional: set[str]) -> None:
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, f"{where} must be a table")
        if missing := sorted(needed - set(raw)):
            raise self.wrong(raw, f"{where} lacks {', '.join(missing)}")
        if unknown := sorted(set(raw) - needed - optional):
            raise self.wrong(raw, f"{where} has unknown {', '.join(map(str, unknown))}")

    def wrong(self, raw: Any, reason: str) -> ScriptError:
        line = getattr(raw, "line", None)
        return ScriptError(f"{self.source}{f':{line}' if line else ''}: {reason}")
