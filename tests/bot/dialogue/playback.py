"""Transcripts that a ward manager can read, and the playing of them against the engine.

# what happens here
on: telegram                  (optional; sms where nothing is said)
in: pl                        (optional: the language of the invitation)
script: carer                 (optional; inpatient where nothing is said)
with: asks_feeling            (optional; what the provider has switched on, or set: check_in_weeks=4)
> what the person sends       [pressed: good], [picture], [opens the chat], [carrier: STOP] ...
< how our reply begins...     (nothing) where we are silent
= what is known at the end
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import library
from bot.dialogue import engine, facts
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Channel, Inbound, Signal
from bot.dialogue.script import Script
from bot.dialogue.state import State
from hearback.talk import EXAMPLE

FOLDER = Path(__file__).parent / "transcripts"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SILENCE = "(nothing)"
_DOING = re.compile(r"\[(?P<what>[^:\]]+)(?:: (?P<with>[^\]]+))?\]")


@dataclass
class Scene:
    """One transcript as written: lines of (sent, the replies expected), and what is known after."""

    title: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    exchanges: list[tuple[str, list[str]]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @property
    def script(self) -> Script:
        details = replace(EXAMPLE, **dict(map(_detail, self.settings.get("with", "").split())))
        return library.script(self.settings.get("script", "inpatient")).bound(details)

    @property
    def channel(self) -> Channel:
        return Channel(self.settings.get("on", "sms"))


def _detail(said: str) -> tuple[str, Any]:
    """A detail that is switched on, or a number that it is set to."""
    name, _, number = said.partition("=")
    return name, int(number) if number else True


def read(path: Path) -> Scene:
    scene = Scene()
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, _, words = line.partition(" ")
        if mark == "#":
            scene.title = words
        elif mark == ">":
            scene.exchanges.append((words, []))
        elif mark == "<":
            scene.exchanges[-1][1].append(words)
        elif mark == "=":
            scene.known.append(words)
        elif line.strip():
            key, _, value = line.partition(": ")
            scene.settings[key] = value
    return scene


def play(scene: Scene) -> Iterator[tuple[str, list[str], Turn]]:
    """Each thing sent with the replies expected and the turn that it led to."""
    script, now = scene.script, NOW
    first = scene.settings.get("before", "the invitation was sent")
    language = scene.settings.get("in", "en")
    state = engine.begin(script, scene.channel, now, language).state
    if first == "nothing was asked":
        state = engine.fresh(script, language)
    for sent, expected in scene.exchanges:
        if match := re.fullmatch(r"\[(\d+) (hours|days) later\]", sent):
            now += timedelta(**{match[2]: int(match[1])})
            continue
        turn = engine.step(state, inbound(sent, scene.channel), script, now)
        state = turn.state
        yield sent, expected, turn


def inbound(sent: str, channel: Channel) -> Inbound:
    text = Inbound(sent.replace("\\n", "\n"), channel)
    doing = _DOING.fullmatch(sent)
    if doing is None:
        return text
    what, more = doing["what"], doing["with"] or ""
    return {
        "pressed": replace(text, text="", choice=more),
        "picture": replace(text, text="", signal=Signal.MEDIA_ONLY),
        "opens the chat": replace(text, text="", signal=Signal.STARTED),
        "blocks us": replace(text, text="", signal=Signal.OPTED_OUT, carrier_answered=True),
        "carrier answered": replace(
            text, text=more, signal=_CARRIER.get(more), carrier_answered=True
        ),
    }[what]


_CARRIER = {"STOP": Signal.OPTED_OUT, "START": Signal.OPTED_IN, "HELP": Signal.HELP}


def known(state: State, seen: list[facts.Fact]) -> list[str]:
    """What the conversation established, in plain lines."""
    lines = [f"{key}: {value or 'not said'}" for key, value in state.answers.items()]
    lines += [f"{key}: {words!r}" for key, words in state.comments.items()]
    for fact in seen:
        match fact:
            case facts.ConcernSeen():
                lines.append(f"concern: {fact.kind}")
            case facts.ContactAsked(offered=True):
                lines.append("wants to be rung")
            case facts.ContactAsked() | facts.HelpAsked():
                lines.append(facts.as_json(fact)["fact"].replace("_", " "))
            case facts.StoryShared():
                lines.append(f"story shared with: {fact.audience}")
            case facts.StoryWithdrawn():
                lines.append("story taken down")
            case facts.LanguageAsked():
                lines.append(f"language: {fact.language}")
            case facts.EraseAsked():
                lines.append("erase asked" + (", twice" if fact.confirmed else ""))
    return [*lines, "opted out"] if state.opted_out else lines
