"""`hearback talk` and `hearback explain`: their lines are a public contract."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from bot.dialogue.script import ScriptError
from hearback.cli import main
from hearback.explain import ExplainError, explain
from hearback.talk import talk


def said(*lines: str, as_json: bool = False, channel: str = "sms") -> list[str]:
    out: list[str] = []
    talk("inpatient", channel, "en", as_json, [f"{line}\n" for line in lines], out.append)
    return out


def in_json(*lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(*lines, as_json=True)]


def explained(**case: Any) -> dict[str, Any]:
    out: list[str] = []
    explain([json.dumps(case)], out.append)
    (line,) = out
    result: dict[str, Any] = json.loads(line)
    return result


def test_each_reply_is_a_line_with_its_mark() -> None:
    first, second = said("1 the nurse was lovely", "1")
    assert first.startswith("< Are you: 1 the patient.")
    assert second == "< May we text you about what you told us, and what we change? 1 yes, 2 no"


def test_further_lines_of_a_reply_are_set_in() -> None:
    _, reply = said("Polish please", "English please")[1:]
    assert reply.splitlines()[:2] == [
        "< Riverside Trust: Overall, how was your experience of our service?",
        "  1 Very good",
    ]


def test_silence_is_no_line() -> None:
    assert len(said("1 lovely", "1", "2", "thanks", "bye")) == 3


def test_json_has_what_was_said_replied_and_established() -> None:
    first, last = in_json("2")
    assert first["say"] == "2"
    assert first["facts"] == [{"fact": "rated", "rating": "good"}]
    assert first["replies"][0].startswith("Thank you. Why did you say that?")
    assert last == {
        "responses": [{"rating": "good", "comment": None, "role": None}],
        "opted_out": False,
        "crisis_reply": False,
    }


def test_one_conversation_is_one_response() -> None:
    assert in_json("1 lovely", "sorry meant 2", "and quick", "2", "1", "1", "one more thing")[
        -1
    ] == {
        "responses": [
            {"rating": "good", "comment": "lovely\nand quick\none more thing", "role": "carer"}
        ],
        "opted_out": False,
        "crisis_reply": False,
    }


@pytest.mark.parametrize(
    ("lines", "opted_out", "crisis"),
    [
        (["I want to die"], False, True),
        (["my husband hits me"], False, True),
        (["STOP"], True, False),
        (["STOP. I want to die"], True, True),
        (["STOP", "START"], False, False),
    ],
)
def test_the_summary_says_how_it_ended(lines: list[str], opted_out: bool, crisis: bool) -> None:
    last = in_json(*lines)[-1]
    assert (last["opted_out"], last["crisis_reply"]) == (opted_out, crisis)


def test_nothing_said_is_no_response() -> None:
    assert in_json()[-1]["responses"] == []
    assert in_json("STOP")[-1]["responses"] == []


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "telegram", "web"])
def test_every_channel(channel: str) -> None:
    assert said("2", channel=channel)


def test_an_unknown_script_or_channel_is_refused_before_a_line_is_read() -> None:
    with pytest.raises(ScriptError, match="there is no script"):
        talk("odd", "sms", "en", False, iter([]), print)
    with pytest.raises(ValueError, match="odd"):
        talk("inpatient", "odd", "en", False, iter([]), print)


def test_explain_gives_every_field() -> None:
    assert explained(text="2 cos parking was a nightmare", expecting="rating", language="en") == {
        "intent": "rating",
        "rating": "good",
        "comment": "cos parking was a nightmare",
        "role": None,
        "language": "en",
        "concern": None,
    }


@pytest.mark.parametrize(
    ("case", "fields"),
    [
        ({"text": "both", "expecting": "role"}, {"intent": "role", "role": "patient_and_carer"}),
        ({"text": "rather not say", "expecting": "role"}, {"intent": "no", "role": None}),
        ({"text": "ok", "expecting": "consent"}, {"intent": "yes"}),
        ({"text": "no ta", "expecting": "consent"}, {"intent": "no"}),
        ({"text": "sorry meant 5", "expecting": "comment"}, {"rating": "very_poor"}),
        ({"text": "1 the nurse was lovely"}, {"intent": "rating", "rating": "very_good"}),
        ({"text": "STOP PLEASE", "expecting": None}, {"intent": "opt_out"}),
        ({"text": "Polish please", "language": "en"}, {"intent": "language", "language": "pl"}),
        ({"text": "I want to die", "expecting": "rating"}, {"concern": "crisis"}),
        ({"text": "he punched me", "expecting": "comment"}, {"concern": "abuse"}),
        ({"text": ""}, {"intent": "empty", "comment": None}),
    ],
)
def test_explain(case: dict[str, Any], fields: dict[str, Any]) -> None:
    assert fields.items() <= explained(**case).items()


def test_empty_lines_between_cases_are_passed_over() -> None:
    out: list[str] = []
    explain(['{"text": "1"}\n', "\n", '{"text": "2"}'], out.append)
    assert [json.loads(line)["rating"] for line in out] == ["very_good", "good"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("secret", "line 2: not JSON"),
        ("[]", "line 2: needs an object with a text"),
        ('{"text": 3}', "line 2: needs an object with a text"),
        ('{"text": "secret", "expecting": "mood"}', "line 2: expecting must be one of"),
        ('{"text": "secret", "language": 3}', "line 2: language must be a code"),
    ],
)
def test_a_bad_line_is_named_without_its_words(line: str, reason: str) -> None:
    out: list[str] = []
    with pytest.raises(ExplainError, match=reason) as error:
        explain(['{"text": "1"}', line], out.append)
    assert "secret" not in str(error.value)
    assert out == []


@pytest.mark.parametrize(
    ("arguments", "line", "reason"),
    [
        (["talk", "--script", "odd"], "1", "Error: there is no script 'odd'"),
        (["talk", "--channel", "odd"], "1", "'odd' is not one of"),
        (["explain"], "secret", "Error: line 1: not JSON"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: list[str], line: str, reason: str) -> None:
    result = CliRunner().invoke(main, arguments, input=line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
    assert "secret" not in result.stderr


def test_the_commands_read_stdin_and_write_stdout() -> None:
    talked = CliRunner().invoke(main, ["talk", "--json"], input="2\nkind\n")
    assert talked.exit_code == 0
    assert len(talked.stdout.splitlines()) == 3
    explained_ = CliRunner().invoke(main, ["explain"], input='{"text": "2"}\n')
    assert json.loads(explained_.stdout)["rating"] == "good"


@pytest.mark.parametrize("text", ["what do you hold on me", "what do you know about me"])
def test_asking_what_is_held_is_help_and_never_a_wish_to_delete(text: str) -> None:
    assert explained(text=text)["intent"] == "help"
    (reply,) = said(text)
    assert reply.startswith("< You can ask for a copy of what we hold about you. We do not text it")
    assert explained(text="delete what you hold on me")["intent"] == "erase"
