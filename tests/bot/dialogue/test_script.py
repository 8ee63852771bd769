"""Scripts as data: what they say of themselves, and how a malformed one is refused."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

from bot import library
from bot.dialogue.messages import Channel, Choice
from bot.dialogue.script import NEEDED, Script, ScriptError, parse
from hearback.talk import EXAMPLE

SCRIPT = library.script("inpatient").bound(EXAMPLE)

RAW: dict[str, Any] = yaml.safe_load("""
name: small
version: 3
steps:
  - {key: rating, reads: rating, asks: ask, menu: {"1": good, "0": not_said}}
  - {key: why, reads: comment, asks: ask, when: {rating: [good]}}
  - {key: texts, reads: yes_no, asks: ask, gives: texts, menu: {"1": "yes"}}
  - {key: rested, reads: choice, asks: ask, menu: {"1": fine, "LATER": later}, words: {fine: [all right]}}
endings:
  - {says: bye, when: {rating: [good]}}
  - {says: bye}
wording:
  ask: {en: "How?"}
  bye: {en: "Bye {provider}."}
  choice.rating.good: {en: "Good"}
  choice.rating.not_said: {en: "No"}
  choice.yes_no.yes: {en: "Yes"}
  choice.rested.fine: {en: "Fine", cy: "Iawn"}
  choice.rested.later: {en: "Not now"}
""")
for key in NEEDED:
    RAW["wording"][key] = {"en": key}


NEVER = {"key": "words", "reads": "comment", "asked": "never"}
BYE = {"says": "bye"}


def made(raw: Any) -> Script:
    return parse(raw, "small.yaml", library.speech(), library.watch())


def test_a_small_script() -> None:
    script = made(RAW)
    assert (script.name, script.version) == ("small", 3)
    assert [step.key for step in script.steps] == ["rating", "why", "texts", "rested"]
    assert script.steps[0].again == "ask"
    assert script.asides == ()
    assert script.purpose == "experience"
    assert not script.assumes
    assert not script.drafts


def test_a_menu_of_its_own_goes_by_its_own_name_and_is_known_in_every_language() -> None:
    rested = made(RAW).step("rested")
    assert rested
    assert rested.spoken == {
        "later": "later", "fine": "fine", "iawn": "fine", "all right": "fine", "not now": "later",
    }  # fmt: skip
    assert rested.button("fine") == "rested_fine"
    assert rested.label("fine") == "choice.rested.fine"
    assert rested.question.name == "rested"


def test_a_script_says_what_it_is_for_and_knows_who_answers() -> None:
    raw = {**RAW, "purpose": "carer", "assumes": {"role": "carer"}, "drafts": ["ask"]}
    script = made(raw)
    assert (script.purpose, script.assumes) == ("carer", {"role": "carer"})
    assert script.drafts == {"ask"}


def _step(number: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda raw: raw["steps"][number].update(changes)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw.pop("endings"), "the script lacks endings"),
        (lambda raw: raw.update(mood=1), "the script has unknown mood"),
        (lambda raw: raw.update(version=0), "version must be a whole number"),
        (lambda raw: raw.update(version="x"), "version must be a whole number"),
        (lambda raw: raw.update(steps=[], endings=[{"says": "bye"}]), "needs steps"),
        (lambda raw: raw.update(steps="x"), "steps must be a list"),
        (lambda raw: raw["steps"].append("x"), "a step must be a table"),
        (lambda raw: raw.update(wording=[]), "wording must be a table"),
        (lambda raw: raw["wording"].update(ask={"cy": "Sut?"}), "'ask' has no 'en' sentence"),
        (lambda raw: raw["wording"].update(ask="How?"), "'ask' has no 'en' sentence"),
        (lambda raw: raw["wording"].update(ask={"en": "{name}"}), "asks for .*name"),
        (lambda raw: raw["wording"].pop("crisis"), "the script needs the wording 'crisis'"),
        (lambda raw: raw["wording"].pop("choice.rating.good"), "'choice.rating.good'"),
        (_step(0, asks="odd"), "step 'rating' needs the wording 'odd'"),
        (_step(0, reads="odd"), "step 'rating' reads 'odd'"),
        (_step(0, menu={}), "every step but a comment has a menu"),
        (_step(1, menu={"1": "good"}), "every step but a comment has a menu"),
        (_step(0, gives="texts"), "says what it gives"),
        (_step(2, gives=""), "says what it gives"),
        (_step(3, gives="texts"), "says what it gives"),
        (_step(3, of=["why"]), "a draft, and no other step, says what it is of"),
        (_step(3, reads="draft"), "a draft, and no other step, says what it is of"),
        (_step(3, reads="draft", of=["rating"]), "reads back .*rating.*, not said before it"),
        (_step(3, before="odd"), "step 'rested' needs the wording 'odd'"),
        (_step(2, key="rating"), "used twice: rating"),
        (_step(1, when={"texts": ["yes"]}), "depends on 'texts', which is not asked before"),
        (_step(1, when={"rating": ["odd"]}), "'rating' has no answer .*odd"),
        (_step(3, menu={}), "every step but a comment has a menu"),
        (_step(3, menu=["fine"]), "menu must be a table"),
        (_step(3, words={"fine": "ok"}), "fine must be a list"),
        (_step(3, words={"odd": ["ok"]}), "has words for odd, not in its menu"),
        (_step(3, words={"fine": ["Not NOW!"]}), "'Not now' stands for two answers"),
        (_step(3, asked_only_if=["mood"]), "asked_only_if: unknown mood; known: .*asks_feeling"),
        (_step(0, words={"good": ["ok"]}), "only a choice or a feeling has words of its own"),
        (_step(0, menu={"GOOD": "good"}), "only a choice may be answered by a word"),
        (lambda raw: raw["wording"].pop("choice.rested.later"), "'choice.rested.later'"),
        (lambda raw: raw.update(purpose="odd"), "purpose 'odd'; known: experience"),
        (lambda raw: raw.update(assumes={"role": "odd"}), "assumes role 'odd', which is not known"),
        (lambda raw: raw.update(assumes={"mood": "odd"}), "assumes mood 'odd', which is not known"),
        (lambda raw: raw.update(drafts=["odd"]), "drafts: unknown odd"),
        (lambda raw: raw.update(channels=["fax"]), "channels: unknown fax; known: sms"),
        (lambda raw: raw.update(opens="odd"), "the script needs the wording 'odd'"),
        (lambda raw: raw.update(steps=[NEVER], endings=[BYE]), "asks nothing, and does not say"),
        (lambda raw: raw["steps"].append({**NEVER, "asks": "ask"}), "has unknown asks"),
        (lambda raw: raw["endings"].pop(), "a last ending that fits always"),
        (lambda raw: raw["endings"][0].update(says="odd"), "an ending needs the wording 'odd'"),
    ],
)
def test_a_malformed_script_is_refused_with_its_reason(
    spoil: Callable[[dict[str, Any]], None], reason: str
) -> None:
    raw = deepcopy(RAW)
    spoil(raw)
    with pytest.raises(ScriptError, match=reason) as error:
        made(raw)
    assert str(error.value).startswith("small.yaml")


def test_a_script_may_only_listen() -> None:
    raw = {**RAW, "steps": [NEVER], "endings": [BYE], "opens": "ask", "channels": ["web"]}
    script = made({**raw, "by_card_only": "true"})
    assert [step.asked for step in script.steps] == [False]
    assert script.opens == "ask"
    assert script.channels == {"web"}
    assert script.by_card_only
    assert made(RAW).channels == set(Channel)


def test_what_is_no_table_at_all_is_refused() -> None:
    with pytest.raises(ScriptError, match="the script must be a table"):
        made("words")


def test_buttons_that_collide_are_refused() -> None:
    raw = deepcopy(RAW)
    raw["steps"][0]["menu"]["2"] = "good"
    with pytest.raises(ScriptError, match="used twice: good"):
        made(raw)


def test_the_standard_question_is_worded_as_england_has_it() -> None:
    """NHS England's guidance of 2020: the ten words and the six answers, in order."""
    said = SCRIPT.says("invitation", "en", Channel.SMS)
    assert "Overall, how was your experience of our service?" in said
    answers = ("Very good", "Good", "Neither good nor poor", "Poor", "Very poor", "Don't know")
    assert said.splitlines()[1:7] == [f"{n} {words}" for n, words in enumerate(answers, start=1)]
    rating = SCRIPT.first("rating")
    assert rating
    assert tuple(choice.label for choice in SCRIPT.choices(rating, "en", Channel.WEB)) == answers


@pytest.mark.parametrize("channel", [Channel.TELEGRAM, Channel.WEB])
def test_a_channel_with_buttons_gets_them(channel: Channel) -> None:
    rating = SCRIPT.first("rating")
    assert rating
    assert SCRIPT.choices(rating, "en", channel)[1] == Choice("good", "Good")
    assert "1 Very good" not in SCRIPT.says("invitation", "en", channel)
    assert SCRIPT.choices(rating, "en", Channel.SMS) == ()


def test_buttons_lead_back_to_their_step() -> None:
    step, code = SCRIPT.pressed("texts_yes") or (None, "")
    assert step
    assert (step.key, code) == ("texts", "yes")
    step, code = SCRIPT.pressed("role_not_said") or (None, "")
    assert step
    assert (step.key, code) == ("role", "not_said")
    assert SCRIPT.pressed("superb") is None


def test_steps_by_key() -> None:
    assert SCRIPT.step("contact") is SCRIPT.asides[0]
    assert SCRIPT.step("odd") is None
    assert SCRIPT.step(None) is None
    assert SCRIPT.first("odd") is None
