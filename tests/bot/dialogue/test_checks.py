"""What is wrong with a script that loads: each fault planted in a sound script and found."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot import library
from bot.dialogue.checks import faults
from hearback.scripts import DEAR
from tests.bot.dialogue.test_script import RAW, made

SOUND = deepcopy(RAW)
SOUND["wording"]["ask"] = {"en": "How? 1 or LATER"}


def found(spoil: Callable[[dict[str, Any]], object]) -> list[str]:
    raw = deepcopy(SOUND)
    spoil(raw)
    return list(faults(made(raw), DEAR))


def step(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "reads": "comment", "asks": "ask", **more}


def test_a_sound_script_has_no_fault() -> None:
    assert found(lambda raw: None) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda raw: raw["steps"].append(step("more", when={"rating": []})),
            "step 'more' cannot be reached: its conditions never hold together",
        ),
        (
            lambda raw: (
                raw["steps"][0]["menu"].update({"2": "poor"}),
                raw["wording"].update({"choice.rating.poor": {"en": "P"}, "ask": {"en": "1 2 LATER"}}),
                raw["steps"].insert(1, {
                    "key": "how", "reads": "choice", "asks": "ask", "menu": {"1": "x"},
                    "when": {"rating": ["poor"]},
                }),
                raw["wording"].update({"choice.how.x": {"en": "X"}}),
                raw["steps"].append(step("more", when={"rating": ["good"], "how": ["x"]})),
            ),
            "step 'more' cannot be reached: its conditions never hold together",
        ),
        (
            lambda raw: raw["endings"].insert(0, {"says": "stop"}),
            "ending 'bye' (the 2.) cannot be reached",
        ),
        (
            lambda raw: raw["wording"].update(ask={"en": "How? LATER"}),
            "wording 'ask' (en) does not name the answer 1",
        ),
        (
            lambda raw: raw["wording"].update(bye={"en": "Bye. " * 70}),
            "wording 'bye' (en) takes 3 SMS parts (349 units of GSM-7), more than 2",
        ),
        (
            lambda raw: raw["wording"].update(bye={"en": "Żegnaj. " * 30}),
            "wording 'bye' (en) takes 4 SMS parts (239 units of UCS-2), more than 3",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named(spoil: Callable[[dict[str, Any]], object], fault: str) -> None:
    assert fault in found(spoil)


@pytest.mark.parametrize("name", library.names())
def test_the_shipped_scripts_have_none(name: str) -> None:
    assert list(faults(library.script(name), DEAR)) == []
