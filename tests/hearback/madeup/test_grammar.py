"""The grammar: each comment with the redacted text that is right by construction, and its themes."""

import re

import pytest

from hearback.madeup import grammar
from hearback.madeup.grammar import MadeUpComment, Mood, Scene
from insight.redaction import redact
from runtime.chance import seeded
from storage.tables.places import SETTINGS

SCENES = [
    *(Scene(setting) for setting in SETTINGS),
    Scene("community", kin="husband", carer=True),
    Scene("inpatient", kin="mum"),
]
NAMES = {
    name.lower()
    for kind in ("given_names", "family_names")
    for full in grammar.clauses()[kind]
    for name in re.split(r"\W", full)
    if len(name) > 1
}


@pytest.fixture(scope="module")
def composed() -> list[MadeUpComment]:
    chance = seeded("grammar")
    return [
        grammar.compose(chance, mood, scene) for scene in SCENES for mood in Mood for _ in range(80)
    ]


def test_no_slot_is_left_open(composed: list[MadeUpComment]) -> None:
    assert [comment.words for comment in composed if re.search(r"[{}]", comment.words)] == []


def test_the_redacted_text_names_nobody(composed: list[MadeUpComment]) -> None:
    left = [
        comment.redacted
        for comment in composed
        if NAMES - {"grace", "carol"} & set(re.findall(r"\w+", comment.redacted.lower()))
        or re.search(r"\d{6}", comment.redacted)
    ]
    assert left == []


def test_redaction_agrees_with_the_grammar(composed: list[MadeUpComment]) -> None:
    """The two were written apart: where they differ, one of them is wrong."""
    differ = [comment for comment in composed if redact(comment.words).text != comment.redacted]
    assert len(differ) / len(composed) < 0.01


def test_every_mood_of_every_setting_can_be_said(composed: list[MadeUpComment]) -> None:
    assert len({comment.words for comment in composed}) > len(composed) / 2


def test_a_carer_speaks_of_the_one_person_they_look_after() -> None:
    chance = seeded("carer")
    scene = Scene("community", kin="husband", carer=True)
    words = " ".join(grammar.compose(chance, Mood.BAD, scene).words.lower() for _ in range(200))
    assert "husband" in words
    assert not re.search(r"\bmy (mum|dad|wife|nan|son|daughter|brother)\b", words)


def test_only_carers_speak_as_carers() -> None:
    chance = seeded("patient")
    words = [grammar.compose(chance, Mood.BAD, Scene("community")).words for _ in range(300)]
    assert not any("look after" in each or "looks after" in each for each in words)


def test_a_topic_can_be_pressed() -> None:
    chance = seeded("noise")
    scene = Scene("inpatient", topics={"night_noise": 1000.0})
    themes = [grammar.compose(chance, Mood.BAD, scene).themes for _ in range(100)]
    assert sum("Sensory experience" in each for each in themes) > 60
