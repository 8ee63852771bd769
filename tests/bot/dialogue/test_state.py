"""State and its versioned JSON."""

import json
from typing import Any

import pytest

from bot.dialogue import state as states
from bot.dialogue.state import State, StateError

FULL = State(
    script="inpatient",
    script_version=1,
    language="cy",
    step="role",
    answers={"rating": "good", "role": None},
    comments={"comment": "Zażółć\n👍"},
    unclear=1,
    quiet=True,
    hushed=True,
    finished=True,
    last_menu="rating",
    erase_asked="2026-01-05T12:00:00+00:00",
    opted_out=True,
    language_chosen=True,
    draft_told=True,
)


def test_it_survives_json() -> None:
    assert states.loads(states.dumps(FULL)) == FULL


def test_what_is_stored_looks_as_it_did() -> None:
    """Conversations are stored for a year: a change here needs a new version and an upgrade."""
    assert json.loads(states.dumps(FULL)) == {
        "v": 2,
        "script": "inpatient",
        "script_version": 1,
        "language": "cy",
        "step": "role",
        "answers": {"rating": "good", "role": None},
        "comments": {"comment": "Zażółć\n👍"},
        "unclear": 1,
        "quiet": True,
        "hushed": True,
        "finished": True,
        "last_menu": "rating",
        "erase_asked": "2026-01-05T12:00:00+00:00",
        "opted_out": True,
        "language_chosen": True,
        "draft_told": True,
    }


def test_fields_that_came_later_have_defaults() -> None:
    assert states.loads('{"v":1,"script":"x","script_version":2}') == State("x", 2)


def test_an_older_version_is_brought_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(raw: dict[str, Any]) -> dict[str, Any]:
        return {"script": raw.pop("name"), **raw}

    monkeypatch.setattr(states, "VERSION", 3)
    monkeypatch.setitem(states.UPGRADES, 2, renamed)
    assert states.loads('{"v":1,"name":"x","script_version":1}') == State("x", 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("secret words", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "no version"),
        ('{"v":"1"}', "no version"),
        ('{"v":0}', "no version"),
        ('{"v":3}', "version 3; this release reads up to 2"),
        ('{"v":1,"script":"x"}', "lacks script_version"),
        ('{"v":1,"script":"x","script_version":1,"mood":"secret"}', "unknown fields: mood"),
    ],
)
def test_what_cannot_be_read_is_said_without_its_words(text: str, reason: str) -> None:
    with pytest.raises(StateError, match=reason) as error:
        states.loads(text)
    assert "secret" not in str(error.value)


def test_answers_and_comments() -> None:
    state = State("x", 1).answered("rating", "good").commented("comment", "one")
    state = state.commented("comment", "two").answered("rating", "poor")
    assert state.answers == {"rating": "poor"}
    assert state.comments == {"comment": "one\ntwo"}
    assert state.knows("comment")
    assert not state.knows("role")
    assert state.fits({"rating": frozenset({"poor"})})
    assert not state.fits({"role": frozenset({"carer"})})
