"""The concern rules: every example is found by its rule, no counter-example by any."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import library
from bot.dialogue import engine, words
from bot.dialogue.concerns import Rule, Rules, RulesError
from bot.dialogue.messages import Channel, Inbound
from hearback.talk import EXAMPLE
from tests.bot.dialogue.test_answers import rows

RULES = library.concerns()
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
READER = library.reader()


def found(text: str) -> str:
    concern = RULES.find(READER.line(text))
    return concern.kind if concern else "-"


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_its_examples_prove_it(rule: Rule) -> None:
    for text in rule.examples:
        concern = RULES.find(READER.line(text))
        assert concern is not None, text
        assert (concern.rule, concern.kind) == (rule.id, rule.kind), text
    assert {text: found(text) for text in rule.counter_examples if found(text) != "-"} == {}


OTHERS = [(rules, rule) for rules in library.watch().every[1:] for rule in rules.rules]


@pytest.mark.parametrize(("rules", "rule"), OTHERS, ids=[rule.id for _, rule in OTHERS])
def test_rules_of_other_languages_are_proved_by_their_examples(rules: Rules, rule: Rule) -> None:
    """Each by its own rules; and whatever language listens, no counter-example is taken for one."""
    watch = library.watch()
    for text in rule.examples:
        concern = rules.find(words.read(text, words.Spelling()))
        assert concern is not None, text
        assert concern.rule == rule.id, text
        heard = watch.find(READER.line(text))
        assert heard is not None
        assert (heard.kind, heard.reply) == (rule.kind, rule.reply), text
    excused = {text: watch.find(READER.line(text)) for text in rule.counter_examples}
    assert {text: concern for text, concern in excused.items() if concern} == {}


def test_every_language_has_rules_for_each_danger() -> None:
    codes = set(library.languages()) - {"easy"}
    assert {rules.language for rules in library.watch().every} == codes
    for rules in library.watch().every[1:]:
        found = {(rule.kind, rule.reply) for rule in rules.rules}
        assert found == {
            ("crisis", "crisis"), ("crisis", "ward"), ("crisis", "harm"), ("abuse", "harm"),
            ("safety", ""),
        }  # fmt: skip


def test_a_danger_is_heard_whichever_language_the_conversation_is_in() -> None:
    script = library.script("inpatient").bound(EXAMPLE)
    for language in script.reader.languages:
        state = engine.begin(script, Channel.SMS, NOON, language).state
        for text in ("chcę umrzeć", "আমি মরতে চাই", "أريد أن أموت", "I want to die"):
            turn = engine.step(state, Inbound(text, Channel.SMS), script, NOON)
            assert [reply.kind for reply in turn.replies] == ["crisis"]
            assert "116 123" in turn.replies[0].text


def test_concerns() -> None:
    wrong = [
        (text, kind, found(text)) for kind, text in rows("concerns.tsv") if found(text) != kind
    ]
    assert wrong == []


def test_the_gravest_of_several_counts() -> None:
    assert found("they gave me the wrong medication and now I want to die") == "crisis"


def test_an_idiom_excuses_itself_only() -> None:
    assert found("the wait nearly killed me") == "-"
    assert found("the wait nearly killed me and I want to die") == "crisis"


@pytest.mark.parametrize(
    ("kind", "reply"),
    [("I want to die", "crisis"), ("he punched me", "harm"), ("he wont wake up", "ward")],
)
def test_each_has_the_reply_that_fits(kind: str, reply: str) -> None:
    concern = RULES.find(READER.line(kind))
    assert concern is not None
    assert concern.reply == reply


def _file(**changes: Any) -> dict[str, Any]:
    rule = {
        "id": "one",
        "kind": "crisis",
        "reply": "crisis",
        "why": "because",
        "patterns": ["want to die"],
        "examples": ["I want to die"],
        "counter_examples": ["I want to live"],
    }
    return {"language": "en", "lists": {}, "idioms": [], "rules": [{**rule, **changes}]}


def _twice(raw: dict[str, Any]) -> None:
    raw["rules"] *= 2


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw.pop("idioms"), "the rules file lacks idioms"),
        (lambda raw: raw.update(more=1), "the rules file has unknown more"),
        (lambda raw: raw["rules"][0].pop("why"), "rule 'one' lacks why"),
        (lambda raw: raw["rules"].append("words"), "a rule must be a table"),
        (lambda raw: raw["rules"][0].update(kind="odd"), "rule 'one' has kind 'odd'"),
        (lambda raw: raw["rules"][0].update(reply="odd"), "no fitting reply"),
        (lambda raw: raw["rules"][0].update(kind="safety"), "no fitting reply"),
        (lambda raw: raw["rules"][0].pop("reply"), "no fitting reply"),
        (lambda raw: raw["rules"][0].update(examples=[]), "needs examples and counter"),
        (lambda raw: raw["rules"][0].update(patterns=[]), "needs patterns or frames"),
        (lambda raw: raw["rules"][0].update(patterns=["("]), "one: pattern"),
        (lambda raw: raw["rules"][0].update(frames=["odd odder"]), "one: there is no list 'odd'"),
        (lambda raw: raw["rules"][0].update(frames=["odd"]), "one: frame 'odd': one idea alone"),
        (lambda raw: raw.update(idioms=["<odd>"]), "idioms: pattern"),
        (_twice, "rule used twice: one"),
    ],
)
def test_a_malformed_file_is_refused_with_its_reason(
    spoil: Callable[[dict[str, Any]], None], reason: str
) -> None:
    raw = _file()
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as error:
        Rules(raw, "concerns.xx.yaml", {})
    assert str(error.value).startswith("concerns.xx.yaml")


def test_a_file_of_one_rule_works() -> None:
    rules = Rules(_file(unless=["not want"]), "concerns.xx.yaml", {})
    assert rules.find(READER.line("I want to die")) is not None
    assert rules.find(READER.line("I do not want to die")) is None
    assert rules.words == {"want", "to", "die", "not"}
