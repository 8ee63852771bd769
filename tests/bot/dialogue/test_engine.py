"""What one text leads to, where the transcripts do not show it."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import library
from bot.dialogue import engine
from bot.dialogue.facts import (
    Commented,
    ConcernSeen,
    ConsentGiven,
    EraseAsked,
    Fact,
    Finished,
    HelpAsked,
    OptedIn,
    OptedOut,
    Rated,
    RoleGiven,
    ViewGiven,
    as_json,
)
from bot.dialogue.messages import Channel, Inbound, Signal
from bot.dialogue.state import State
from hearback.talk import EXAMPLE

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SCRIPT = library.script("inpatient").bound(EXAMPLE)
ASKED = engine.begin(SCRIPT, Channel.SMS, NOW).state


def step(state: State | None, text: str, **more: object) -> engine.Turn:
    inbound = replace(Inbound(text, Channel.SMS), **more)  # type: ignore[arg-type]
    return engine.step(state, inbound, SCRIPT, NOW)


def talk(*texts: str, state: State = ASKED) -> engine.Turn:
    turn = engine.Turn(state)
    for text in texts:
        turn = step(turn.state, text)
    return turn


def kinds(turn: engine.Turn) -> list[str]:
    return [reply.kind for reply in turn.replies]


def test_the_invitation_is_the_first_turn() -> None:
    turn = engine.begin(SCRIPT, Channel.TELEGRAM, NOW)
    assert kinds(turn) == ["invitation"]
    assert len(turn.replies[0].choices) == 6
    assert turn.facts == ()
    assert turn.state.step == "rating"


def test_rating_and_comment_in_one_text_are_both_kept() -> None:
    turn = step(ASKED, "1 the nurse was lovely")
    assert turn.facts == (Rated("very_good"), Commented("comment", "the nurse was lovely"))
    assert kinds(turn) == ["role"]


def test_a_comment_fact_carries_the_whole_comment() -> None:
    turn = talk("1 kind", "and quick")
    assert turn.facts == (Commented("comment", "kind\nand quick"),)


def test_every_fact_of_a_whole_conversation() -> None:
    said = ["2", "kind", "4", "1", "1"]
    state, seen = ASKED, list[Fact]()
    for text in said:
        turn = step(state, text)
        state, seen = turn.state, [*seen, *turn.facts]
    assert seen == [
        Rated("good"),
        Commented("comment", "kind"),
        RoleGiven("family"),
        ViewGiven("patients_view"),
        ConsentGiven("texts", given=True),
        Finished(),
    ]


def test_a_role_refused_is_a_fact_and_a_rating_refused_is_none() -> None:
    assert talk("1 kind", "0").facts == (RoleGiven(None),)
    assert talk("rather not say").facts == ()


def test_no_state_is_a_fresh_one() -> None:
    turn = step(None, "hello")
    assert kinds(turn) == ["invitation"]
    assert turn.state == replace(ASKED)


def test_stop_says_so_once_and_keeps_what_was_said() -> None:
    first = step(ASKED, "4 STOP")
    assert (kinds(first), first.facts) == (["stop"], (Rated("poor"), OptedOut()))
    again = step(first.state, "STOP")
    assert (kinds(again), again.facts) == ([], (OptedOut(),))


def test_an_opt_out_known_to_the_caller_holds() -> None:
    state = replace(ASKED, opted_out=True)
    turn = step(state, "2 kind nurses")
    assert kinds(turn) == []
    assert turn.facts == (Rated("good"), Commented("comment", "kind nurses"))
    assert kinds(step(turn.state, "HELP")) == []
    assert kinds(step(turn.state, "delete my data")) == []
    assert kinds(step(turn.state, "please ring me")) == []
    assert kinds(step(turn.state, "Polish please")) == []


def test_start_is_a_fact_only_for_who_was_out() -> None:
    assert step(ASKED, "START").facts == ()
    assert step(replace(ASKED, opted_out=True), "START").facts == (OptedIn(),)


def test_start_after_the_end_says_who_we_are() -> None:
    assert kinds(talk("1 kind", "1", "2", "START")) == ["help"]


@pytest.mark.parametrize(
    ("signal", "text", "fact"),
    [
        (Signal.OPTED_OUT, "STOP", OptedOut()),
        (Signal.OPTED_OUT, "", OptedOut()),
        (Signal.HELP, "HELP", HelpAsked()),
    ],
)
def test_what_the_carrier_answered_is_not_answered_again(
    signal: Signal, text: str, fact: object
) -> None:
    turn = step(ASKED, text, signal=signal, carrier_answered=True)
    assert (kinds(turn), turn.facts) == ([], (fact,))


def test_a_crisis_is_answered_even_where_the_carrier_answered() -> None:
    turn = step(ASKED, "STOP I want to die", signal=Signal.OPTED_OUT, carrier_answered=True)
    assert kinds(turn) == ["crisis"]
    assert turn.state.opted_out


def test_a_crisis_outranks_everything_and_nothing_is_asked() -> None:
    turn = step(ASKED, "5 HELP. I want to die")
    assert kinds(turn) == ["crisis"]
    assert Rated("very_poor") in turn.facts
    assert ConcernSeen("crisis", "suicide-intent") in turn.facts
    assert isinstance(turn.facts[1], Commented)


def test_to_who_opted_out_only_a_crisis_is_answered() -> None:
    state = replace(ASKED, opted_out=True)
    assert kinds(step(state, "I want to die")) == ["crisis"]
    assert kinds(step(state, "he wont wake up")) == ["ward"]
    turn = step(state, "my husband hits me")
    assert kinds(turn) == []
    assert ConcernSeen("abuse", "abuse-violence") in turn.facts


def test_a_lapse_in_care_is_a_fact_and_the_questions_go_on() -> None:
    turn = step(ASKED, "2 they gave me the wrong medication")
    assert kinds(turn) == ["role"]
    assert turn.facts[-1] == ConcernSeen("safety", "lapse-in-care")


def test_after_a_crisis_words_get_the_question_without_a_sorry() -> None:
    turn = talk("I want to die", "it was a bad week")
    assert kinds(turn) == ["invitation"]
    assert turn.state.unclear == 0


def test_deletion_needs_two_wishes_within_a_day() -> None:
    first = step(ASKED, "delete my data")
    assert first.facts == (EraseAsked(confirmed=False),)
    second = engine.step(
        first.state, Inbound("DELETE", Channel.SMS), SCRIPT, NOW + engine.ERASE_WITHIN
    )
    assert second.facts == (EraseAsked(confirmed=True),)
    assert second.state.finished


def test_a_call_is_offered_only_where_the_script_has_the_offer() -> None:
    bare = replace(SCRIPT, asides=())
    turn = engine.step(ASKED, Inbound("please ring me", Channel.SMS), bare, NOW)
    assert turn.replies == ()
    assert [as_json(fact)["fact"] for fact in turn.facts] == ["contact_asked"]


def test_words_after_an_offer_drop_it_and_are_kept() -> None:
    turn = talk("please ring me", "the food was cold")
    assert turn.state.comments == {"comment": "the food was cold"}
    assert kinds(turn) == ["invitation"]


def test_a_step_that_the_script_has_no_more_is_passed_over() -> None:
    state = replace(ASKED, step="mood", answers={"rating": "good"})
    assert kinds(step(state, "kind staff")) == ["role"]


def test_a_script_without_an_open_question_keeps_words_all_the_same() -> None:
    bare = replace(SCRIPT, steps=tuple(each for each in SCRIPT.steps if each.reads != "comment"))
    turn = engine.step(ASKED, Inbound("2 kind", Channel.SMS), bare, NOW)
    assert turn.state.comments == {"comment": "kind"}


def test_an_answer_to_what_the_script_never_asks_is_passed_over() -> None:
    bare = replace(SCRIPT, steps=tuple(each for each in SCRIPT.steps if each.reads != "rating"))
    turn = engine.step(engine.fresh(bare), Inbound("4 STOP", Channel.SMS), bare, NOW)
    assert turn.facts == (OptedOut(),)


@pytest.mark.parametrize("word", ["good", "stop", "1", "not", "sorry meant 5", "👍", "he said i"])
def test_a_very_long_text_is_kept_whole_and_takes_no_time(word: str) -> None:
    text = "2 " + f"{word} " * 2000 + "wobbly zebra"
    started = time.perf_counter()
    turn = step(ASKED, text)
    assert time.perf_counter() - started < 2
    assert any(comment.endswith("wobbly zebra") for comment in turn.state.comments.values())


def test_a_language_wished_for_after_the_end_is_only_noted() -> None:
    turn = talk("1 kind", "1", "2", "Polish please")
    assert (kinds(turn), turn.state.language) == ([], "pl")


def test_a_language_wished_for_first_gets_the_question() -> None:
    turn = step(engine.fresh(SCRIPT), "Polish please")
    assert kinds(turn) == ["language.draft", "invitation"]


PLAIN = SCRIPT.bound(replace(EXAMPLE, drafts=False))


def test_where_there_is_no_translation_they_may_still_write_in_their_language() -> None:
    turn = engine.step(ASKED, Inbound("po polsku", Channel.SMS), PLAIN, NOW)
    assert kinds(turn) == ["language.none", "invitation"]
    assert "in Polish" in turn.replies[0].text
    assert "Overall, how was" in turn.replies[1].text
    assert (turn.state.language, turn.state.draft_told) == ("pl", False)


@pytest.mark.parametrize(
    "key", ["crisis", "harm", "ward", "stop", "consent", "erase", "erased", "contact"]
)
def test_danger_stop_deletion_and_consents_are_never_drafts(key: str) -> None:
    english = SCRIPT.says(key, "en", Channel.SMS)
    for code in SCRIPT.reader.languages:
        for channel in Channel:
            assert SCRIPT.rendering(key, code, channel).language == "en"
        assert SCRIPT.says(key, code, Channel.SMS) == english
    assert SCRIPT.rendering("open", "pl", Channel.SMS).draft


def test_a_checked_crisis_text_goes_out_in_its_language() -> None:
    wording = {**SCRIPT.wording, "crisis": {**SCRIPT.wording["crisis"], "pl": "Dzwoń: 999"}}
    script = replace(SCRIPT, wording=wording)
    turn = engine.step(
        replace(ASKED, language="pl"), Inbound("I want to die", Channel.SMS), script, NOW
    )
    assert [reply.text for reply in turn.replies] == ["Dzwoń: 999"]


def test_buttons_are_in_the_language_of_their_question() -> None:
    texts, role = SCRIPT.step("texts"), SCRIPT.step("role")
    assert texts
    assert role
    assert [each.label for each in SCRIPT.choices(texts, "pl", Channel.WEB)] == ["Yes", "No"]
    assert SCRIPT.choices(role, "pl", Channel.WEB)[2].label == "Jedno i drugie"


def test_that_it_is_a_draft_is_told_once() -> None:
    invited = engine.begin(SCRIPT, Channel.SMS, NOW, "pl")
    assert kinds(invited) == ["invitation"]
    assert invited.replies[0].language == "pl"
    turn = step(invited.state, "2")
    assert kinds(turn) == ["language.draft", "open"]
    assert kinds(step(turn.state, "2")) == ["open"] or kinds(step(turn.state, "1")) == ["open"]


def test_a_language_asked_for_again_is_not_told_of_anew() -> None:
    turn = talk("po polsku", "2", "po polsku")
    assert kinds(turn) == ["open"]


def test_the_languages_on_offer_are_those_that_may_go_out() -> None:
    assert [each.code for each in PLAIN.languages()] == ["en"]
    assert len(SCRIPT.languages()) == 13
    turn = step(ASKED, "language")
    assert kinds(turn) == ["language.which"]
    assert "Cymraeg" in turn.replies[0].text
    assert turn.replies[0].choices == ()


def test_the_language_of_their_chat_is_taken_until_they_ask_for_another() -> None:
    opened = step(engine.fresh(SCRIPT), "", signal=Signal.STARTED, language="tr")
    assert opened.state.language == "tr"
    asked = step(opened.state, "English please")
    assert (asked.state.language, asked.state.language_chosen) == ("en", True)
    again = step(asked.state, "", signal=Signal.STARTED, language="tr")
    assert again.state.language == "en"
    assert (
        step(engine.fresh(SCRIPT), "", signal=Signal.STARTED, language="xx").state.language == "en"
    )


def test_facts_as_json() -> None:
    assert as_json(Rated("good")) == {"fact": "rated", "rating": "good"}
    assert as_json(ConsentGiven("texts", given=False)) == {
        "fact": "consent_given",
        "kind": "texts",
        "given": False,
    }
