"""Frames: ideas near each other in one sentence, in any order, no two on the same words."""

import pytest

from bot.dialogue.concerns import Rules
from bot.dialogue.frames import REACH, Frames
from bot.dialogue.phrases import Grammar, Index, PhraseError
from bot.dialogue.words import Spelling, read

LISTS = {
    "strike": ["slapped", "slap~ about", "patient nurse"],
    "worker": ["nurse", "agency nurse"],
    "frail": ["mum", "patient"],
    "turns": ["but"],
}
PLAIN = Spelling()


def frames(*wanted: str) -> Frames[str]:
    every: Frames[str] = Frames(Grammar(LISTS), Index())
    every.add([(frame, frame) for frame in wanted])
    return every


def spans(text: str, frame: str = "strike worker frail") -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in frames(frame).found(read(text, PLAIN))]


@pytest.mark.parametrize(
    "text",
    [
        "the nurse slapped mum",
        "mum was slapped by an agency nurse",
        "slapped! yes slapped, mum, by a nurse",
    ],
)
def test_ideas_are_found_in_any_order(text: str) -> None:
    assert spans(text)


@pytest.mark.parametrize(
    "text",
    [
        "the nurse slapped the table",
        "the nurse came late. somebody slapped mum",
        "mum slapped " + "very " * REACH + "hard a nurse",
    ],
)
def test_an_idea_missing_or_far_off_or_in_another_sentence_is_no_frame(text: str) -> None:
    assert not spans(text)


def test_no_two_ideas_share_a_word() -> None:
    assert spans("patient nurse", "strike worker frail") == []
    assert spans("patient nurse patient by agency nurse", "strike worker frail") == [(0, 6)]


def test_what_is_found_reaches_from_the_first_idea_to_the_last() -> None:
    assert spans("oh mum was slapped by a nurse today") == [(1, 7)]


def test_words_of_every_idea_are_known() -> None:
    assert {"slapped", "nurse", "agency", "mum"} <= frames("strike worker frail").words


@pytest.mark.parametrize(("frame", "reason"), [("strike", "one idea alone"), ("strike odd", "odd")])
def test_a_frame_that_cannot_be_is_refused(frame: str, reason: str) -> None:
    with pytest.raises(PhraseError, match=reason):
        frames(frame)


def test_an_excuse_that_is_near_holds_for_its_clause_only() -> None:
    rule = {
        "id": "one", "kind": "abuse", "reply": "harm", "why": "because",
        "frames": ["strike worker frail"], "unless_near": ["kind"],
        "examples": ["nurse slapped mum"], "counter_examples": ["nurse was kind"],
    }  # fmt: skip
    rules = Rules({"language": "en", "lists": LISTS, "idioms": [], "rules": [rule]}, "x.yaml", {})
    assert rules.find(read("a kind nurse slapped mum on the back", PLAIN)) is None
    assert rules.find(read("all were kind but a nurse slapped mum", PLAIN)) is not None
    assert rules.find(read("all were kind. a nurse slapped mum", PLAIN)) is not None
    assert "kind" in rules.words
