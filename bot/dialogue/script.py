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
from bot.dialogue.questions import Ending, Questions, Step, When
from bot.dialogue.shaping import Judge, ScriptError
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

__all__ = ["Ending", "Script", "ScriptError", "Step", "parse"]

NEEDED = (
    "stop", "help", "unclear", "media", "crisis", "harm", "ward", "erase", "erased",
    "language.which", "language.draft", "language.none", "story.down",
)  # fmt: skip
"""Sentences that every script must have, whatever it asks."""

WITH_BUTTONS = (Channel.TELEGRAM, Channel.WEB)

LEAD_IN = "lead_in"
"""The wording key of a setting's words before the standard question, where a script has them."""

CHANNELS = frozenset(Channel)
"""Where a script may be used that says nothing of it."""

PURPOSES = ("experience", "carer", "bereaved", "staff", "check_in", "story")
"""What a script is for: what its answers count towards, and who may read them."""

ASSUMED = {
    "role": frozenset(["patient", "carer", "patient_and_carer", "family", "staff"]),
    "view": frozenset(["patients_view", "own_view"]),
}
"""What a script may know of everybody who answers it, without asking."""


@dataclass(frozen=True, slots=True)
class Script:
    """A whole questionnaire, with the reader and the concern rules that it listens with.

    purpose: one of PURPOSES. assumes: role and view of everybody who answers, where known.
    drafts: wording keys that nobody has checked yet. opens: said where a chat is opened and there
    is nothing to ask. channels: those it may be used on. by_card_only: people come to it themselves,
    by a card or a link; no list sends it, nobody is reminded, and it is no number's own.
    digest: SHA-256 of the text that people approve.
    """

    name: str
    version: int
    steps: tuple[Step, ...]
    endings: tuple[Ending, ...]
    asides: tuple[Step, ...]
    wording: Table
    reader: Tongues
    concerns: Watch
    quotes: Mapping[str, Quotes]
    purpose: str = "experience"
    assumes: Mapping[str, str] = field(default_factory=dict)
    drafts: frozenset[str] = frozenset()
    opens: str = ""
    channels: frozenset[str] = CHANNELS
    by_card_only: bool = False
    digest: str = ""
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
        said = sentence(self.wording, self._key(key, channel), language, self.details, more)
        lead = self._lead_in(key, language, channel)
        return f"{lead}\n{said}" if lead else said

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

    def _lead_in(self, key: str, language: str, channel: Channel) -> str:
        """What comes before the standard question, in its language: the service's own words, which
        are English, or the script's. By text only the service's own: on a shared phone it must not
        tell what care it was. "" before other sentences.
        """
        rating = self.first("rating")
        if rating is None or not rating.asked or key != rating.asks:
            return ""
        asked_in = self.rendering(key, language, channel).language
        if self.details.lead_in and asked_in == FALLBACK:
            return self.details.lead_in
        if channel not in WITH_BUTTONS or LEAD_IN not in self.wording:
            return ""
        known = self.rendering(LEAD_IN, language, channel).language == asked_in
        return sentence(self.wording, LEAD_IN, language, self.details) if known else ""

    def _key(self, key: str, channel: Channel) -> str:
        buttons = f"{key}.buttons"
        return buttons if channel in WITH_BUTTONS and buttons in self.wording else key

    def _label(self, step: Step, code: str, language: str) -> str:
        return sentence(self.wording, step.label(code), language, self.details)


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

    Mappings that know their line (attribute `line`), and their own file (`source`), have them
    named in errors.
    """
    return _Parser(source, reader, concerns).script(raw)


@dataclass(frozen=True, slots=True)
class _Parser(Judge):
    reader: Tongues
    concerns: Watch

    def script(self, raw: Any) -> Script:
        self.shape(
            raw, "the script", {"name", "version", "steps", "endings", "wording"},
            {"asides", "purpose", "assumes", "drafts", "opens", "channels", "by_card_only"},
        )  # fmt: skip
        questions = Questions(self.source)
        wording = self.wording(raw["wording"], questions)
        steps = tuple(questions.step(each, wording) for each in self.listed(raw, "steps"))
        asides = tuple(questions.step(each, wording) for each in self.listed(raw, "asides"))
        endings = tuple(questions.ending(each, wording) for each in self.listed(raw, "endings"))
        self.unique(steps + asides, raw)
        self.conditions(steps, endings, raw)
        number = str(raw["version"])
        if not number.isdecimal() or number == "0":
            raise self.wrong(raw, "version must be a whole number from 1 on")
        wording = _undrafted(wording, (*steps, *asides))
        return Script(
            str(raw["name"]), int(number), steps, endings, asides, wording,
            self.reader, self.concerns, self.quotes(steps, wording),
            self.purpose(raw), self.assumes(raw), self.among(raw, "drafts", frozenset(wording)),
            self.opening(raw, steps, questions, wording),
            self.among(raw, "channels", CHANNELS) or CHANNELS, raw.get("by_card_only") == "true",
        )  # fmt: skip

    def opening(
        self, raw: Any, steps: tuple[Step, ...], questions: Questions, wording: Table
    ) -> str:
        """What is said where nothing is asked; a script that asks nothing must have it."""
        opens = str(raw.get("opens", ""))
        if not opens and not any(step.asked for step in steps):
            raise self.wrong(raw, "asks nothing, and does not say with what it opens")
        if opens:
            questions.worded(raw, "the script", [opens], wording)
        return opens

    def purpose(self, raw: Any) -> str:
        purpose = str(raw.get("purpose", PURPOSES[0]))
        if purpose not in PURPOSES:
            raise self.wrong(raw, f"purpose {purpose!r}; known: {', '.join(PURPOSES)}")
        return purpose

    def assumes(self, raw: Any) -> dict[str, str]:
        assumed = {str(key): str(code) for key, code in self.table(raw, "assumes").items()}
        for key, code in assumed.items():
            if code not in ASSUMED.get(key, ()):
                raise self.wrong(raw, f"assumes {key} {code!r}, which is not known")
        return assumed

    def wording(self, raw: Any, questions: Questions) -> Table:
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, "wording must be a table of key, language and sentence")
        for key, versions in raw.items():
            if not isinstance(versions, Mapping) or not versions.get(FALLBACK):
                raise self.wrong(versions, f"wording {key!r} has no {FALLBACK!r} sentence")
            for text in versions.values():
                if unknown := places(text) - PLACES:
                    raise self.wrong(versions, f"wording {key!r} asks for {sorted(unknown)}")
        questions.worded(raw, "the script", NEEDED, raw)
        return raw

    def quotes(self, steps: tuple[Step, ...], wording: Table) -> dict[str, Quotes]:
        """What comes back when a reply quotes us; copying out a role is an answer, not a quote."""
        asked = {step.asks for step in steps if step.asked and step.reads in ("rating", "comment")}
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
        known = {key: {code} for key, code in self.assumes(raw).items()}
        for step in steps:
            self.fits(step.when, known, f"step {step.key!r}", raw)
            if unsaid := set(step.of) - {key for key, codes in known.items() if not codes}:
                raise self.wrong(
                    raw, f"step {step.key!r} reads back {sorted(unsaid)}, not said before it"
                )
            known[step.key] = set() if step.reads == "feeling" else set(step.menu.values())
        for ending in endings:
            self.fits(ending.when, known, f"ending {ending.says!r}", raw)
        if not steps or not endings or endings[-1].when:
            raise self.wrong(raw, "needs steps, and a last ending that fits always")

    def fits(self, when: When, known: dict[str, set[str]], where: str, raw: Any) -> None:
        for key, codes in when.items():
            if key not in known:
                raise self.wrong(raw, f"{where} depends on {key!r}, which is not asked before it")
            if strange := codes - known[key]:
                raise self.wrong(raw, f"{where}: {key!r} has no answer {sorted(strange)}")
