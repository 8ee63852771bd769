"""Composes made-up comments from `clauses.yaml`, each with its redacted text and its themes.

What is hidden is known because it was put there, so the redacted text is right by construction.
Refuses to know who is asked, when, and why a service is praised or blamed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from runtime.chance import Chance

_SLOT = re.compile(r"\{(\w+)\}")
_LOWER_CASE_SHARE = 0.3
_SECOND_CLAUSE_SHARE = 0.45
_GENERAL_SHARE = 0.18
_FULL_NAME_SHARE = 0.15

Piece = tuple[str, str | None]
"""Words, and what stands for them in the redacted text (None: the words themselves)."""


class Mood(StrEnum):
    """What a comment is, on the whole."""

    GOOD = "good"
    BAD = "bad"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class MadeUpComment:
    """words: as a person might have typed them. redacted: what staff may read. themes: framework v7."""

    words: str
    redacted: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who writes about what. kin: whom a carer looks after, None where the patient writes.

    topics: topic -> factor on its weight; a topic that is not named has 1.
    """

    setting: str
    kin: str | None = None
    topics: Mapping[str, float] = field(default_factory=dict)
    carer: bool = False


@cache
def clauses() -> dict[str, Any]:
    """The whole grammar, read once a process."""
    text = files("hearback.madeup").joinpath("clauses.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def compose(chance: Chance, mood: Mood, scene: Scene) -> MadeUpComment:
    """One comment of that mood in that scene. The same `chance` gives the same comment."""
    pieces, themes = _body(chance, mood, scene)
    if chance.random() < _LOWER_CASE_SHARE:
        pieces = [(words.lower(), hidden) for words, hidden in pieces]
    return MadeUpComment(
        words="".join(words for words, _ in pieces),
        redacted="".join(words if hidden is None else hidden for words, hidden in pieces),
        themes=tuple(dict.fromkeys(themes)),
    )


def kin(chance: Chance) -> str:
    """Whom a made-up carer looks after: "mum", "husband"."""
    relatives: list[str] = list(clauses()["kin"])
    return chance.choice(relatives)


def _body(chance: Chance, mood: Mood, scene: Scene) -> tuple[list[Piece], list[str]]:
    grammar = clauses()
    if chance.random() < _GENERAL_SHARE and not scene.carer:
        said = chance.choice(grammar["general"][mood]) + chance.choice(grammar["closers"][mood])
        return list(_filled(chance, said, scene)), list(grammar["general_themes"][mood])
    said, themes = _sentences(chance, mood, scene)
    opener = chance.choice(grammar["openers"][mood])
    closer = chance.choice(grammar["closers"][mood])
    return _capitalised(list(_filled(chance, opener + said + closer, scene))), themes


def _sentences(chance: Chance, mood: Mood, scene: Scene) -> tuple[str, list[str]]:
    if mood is Mood.MIXED:
        first, second = _clause(chance, Mood.GOOD, scene), _clause(chance, Mood.BAD, scene)
        joined = first[0] + chance.choice(clauses()["bridges"]) + second[0]
        return joined, first[1] + second[1]
    said, themes = _clause(chance, mood, scene)
    if chance.random() < _SECOND_CLAUSE_SHARE:
        more, others = _clause(chance, mood, scene)
        if more != said:
            return said + chance.choice([". ", ", ", " and "]) + more, themes + others
    return said, themes


def _clause(chance: Chance, mood: Mood, scene: Scene) -> tuple[str, list[str]]:
    names, weights = _weighed(scene)
    topic = clauses()["topics"][chance.choices(names, weights)[0]]
    return chance.choice(topic[mood]), list(topic["themes"])


def _weighed(scene: Scene) -> tuple[list[str], list[float]]:
    """The topics that this writer may touch, and how likely each is."""
    possible = _topics(scene.setting, scene.carer)
    weights = [weight * scene.topics.get(name, 1.0) for name, weight in possible.items()]
    return list(possible), weights


@cache
def _topics(setting: str, carer: bool) -> dict[str, float]:
    return {
        name: topic["weight"]
        for name, topic in clauses()["topics"].items()
        if setting in topic.get("settings", [setting]) and (carer or not topic.get("carers", False))
    }


def _filled(chance: Chance, text: str, scene: Scene) -> Iterator[Piece]:
    """`text` with every slot filled, cut where something is hidden."""
    done = 0
    for match in _SLOT.finditer(text):
        yield text[done : match.start()], None
        yield from _slot(chance, match[1], scene)
        done = match.end()
    yield text[done:], None


def _slot(chance: Chance, name: str, scene: Scene) -> Iterator[Piece]:
    grammar = clauses()
    if name == "person":
        yield _person(chance), "[name]"
    elif name == "staff":
        yield from _member_of_staff(chance, scene.setting)
    elif name == "mobile":
        yield f"07700 900{chance.randrange(1000):03}", "[phone]"
    elif name in ("I", "me"):
        yield f"my {scene.kin}" if scene.kin else name, None
    elif name in ("kin", "he", "him"):
        yield _of_kin(name, scene), None
    elif name in _NUMBERS:
        yield str(chance.choice(_NUMBERS[name])), None
    else:
        kinds = grammar[f"{name}s"]
        yield chance.choice(kinds.get(scene.setting, kinds["default"])), None


_NUMBERS: dict[str, list[Any]] = {
    "hours": [2, 3, 4, 5, 6, 7],
    "minutes": [10, 15, 20, 25, 30, 40, 45, 50],
    "times": [2, 3, 4, 5, "several"],
    "weekday": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


def _person(chance: Chance) -> str:
    given: str = chance.choice(clauses()["given_names"])
    if chance.random() < _FULL_NAME_SHARE:
        return f"{given} {chance.choice(clauses()['family_names'])}"
    return given


def _member_of_staff(chance: Chance, setting: str) -> Iterator[Piece]:
    titles = clauses()["titles"]
    title: str = chance.choice(titles.get(setting, titles["default"]))
    by_family = title in clauses()["family_titles"]
    yield f"{title} ", None
    yield chance.choice(clauses()["family_names"]) if by_family else _person(chance), "[name]"


def _of_kin(slot: str, scene: Scene) -> str:
    kin = scene.kin or "mum"
    he, him = clauses()["kin"][kin]
    forms: dict[str, str] = {"kin": kin, "he": he, "him": him}
    return forms[slot]


def _capitalised(pieces: list[Piece]) -> list[Piece]:
    """The first letter of the comment large, as most people write it."""
    for place, (words, hidden) in enumerate(pieces):
        if words:
            pieces[place] = (words[0].upper() + words[1:], hidden)
            break
    return pieces
