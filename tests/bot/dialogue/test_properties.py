"""What holds for any text in any state."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import library
from bot.dialogue import engine, facts
from bot.dialogue import state as states
from bot.dialogue.messages import Channel, Inbound, Signal
from bot.dialogue.state import State
from hearback.talk import EXAMPLE

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
EVERYTHING = replace(EXAMPLE, asks_feeling=True, asks_carers=True)
SCRIPTS = {name: library.script(name).bound(EVERYTHING) for name in library.names()}
QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

PIECES = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "0",
    "9",
    "1.",
    "5/5",
    "very",
    "good",
    "poor",
    "not",
    "bad",
    "excellent",
    "👍",
    "👎",
    "😡",
    "STOP",
    "stop",
    "START",
    "unstop",
    "help",
    "yes",
    "no",
    "ok",
    "thanks",
    "sorry",
    "meant",
    "actually",
    "carer",
    "patient",
    "both",
    "mum",
    "I",
    "look",
    "after",
    "my",
    "husband",
    "waited",
    "hours",
    "ward",
    "the",
    "nurse",
    "was",
    "lovely",
    "but",
    "delete",
    "my",
    "data",
    "ring",
    "me",
    "please",
    "die",
    "kill",
    "myself",
    "hits",
    "me",
    "wrong",
    "medication",
    ",",
    ".",
    "!",
    "?",
    ":",
    "-",
    "(",
    ")",
    "…",
    "é",
    "ż",
    "اردو",
    "\u200d",
    "1️⃣",
    "safe",
    "ignored",
    "bit",
    "Polish",
]
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
)
SIGNALS = st.none() | st.sampled_from(list(Signal))
BUTTONS = [
    "good", "carer", "texts_yes", "role_not_said", "superb",
    "involved_partly", "informed_not_said", "feeling_safe", "feeling_not_said",
]  # fmt: skip
CHOICES = st.none() | st.sampled_from(BUTTONS)
INBOUND = st.builds(
    Inbound,
    text=TEXTS,
    channel=st.sampled_from(list(Channel)),
    signal=SIGNALS,
    choice=CHOICES,
    carrier_answered=st.booleans(),
)
WORDS = st.builds(Inbound, text=TEXTS, channel=st.just(Channel.SMS))


@st.composite
def conversations(draw: st.DrawFn) -> State:
    """A state to which some texts have led."""
    script = SCRIPTS[draw(st.sampled_from(sorted(SCRIPTS)))]
    state = engine.fresh(script)
    if draw(st.booleans()):
        state = engine.begin(script, Channel.SMS, NOW).state
    for inbound in draw(st.lists(INBOUND, max_size=5)):
        state = engine.step(state, inbound, script, NOW).state
    return replace(state, opted_out=draw(st.booleans()))


def step(state: State, inbound: Inbound) -> engine.Turn:
    """One step with the script that the state is of."""
    return engine.step(state, inbound, SCRIPTS[state.script], NOW)


def words(text: str) -> list[str]:
    """What a reader would call words: letters of three and more in a row, plain ones."""
    return [word for word in text.lower().split() if word.isascii() and word.isalpha()]


@QUICK
@given(conversations(), INBOUND)
def test_no_text_in_any_state_raises_and_the_state_survives_json(
    state: State, inbound: Inbound
) -> None:
    turn = step(state, inbound)
    assert states.loads(states.dumps(turn.state)) == turn.state
    assert [reply.kind for reply in turn.replies[:-1] if not reply.kind.startswith("language")] in (
        [],
        ["complaint_help"],
    )
    for fact in turn.facts:
        assert facts.as_json(fact)["fact"]


@QUICK
@given(conversations(), WORDS)
def test_nothing_said_earlier_is_lost(state: State, inbound: Inbound) -> None:
    turn = step(state, inbound)
    for key, comment in state.comments.items():
        assert turn.state.comments[key].startswith(comment)
    assert set(state.answers) <= set(turn.state.answers)


@QUICK
@given(conversations(), st.lists(st.sampled_from(["wobbly", "zebra", "quilted"]), min_size=4))
def test_words_that_mean_nothing_to_us_are_kept_whole(state: State, said: list[str]) -> None:
    text = " ".join(said)
    turn = step(state, Inbound(text, Channel.SMS))
    assert any(comment.endswith(text) for comment in turn.state.comments.values())
    assert any(isinstance(fact, facts.Commented) for fact in turn.facts)


@QUICK
@given(conversations(), st.sampled_from(["STOP", "stop please", "Unsubscribe", "4 STOP", "/stop"]))
def test_stop_always_ends(state: State, text: str) -> None:
    turn = step(state, Inbound(text, Channel.SMS))
    assert turn.state.opted_out
    assert facts.OptedOut() in turn.facts
    assert [reply.kind for reply in turn.replies] in ([], ["stop"])


@QUICK
@given(conversations(), st.lists(WORDS, max_size=5))
def test_after_stop_nothing_goes_out_but_the_reply_to_a_crisis(
    state: State, later: list[Inbound]
) -> None:
    state = step(state, Inbound("STOP", Channel.SMS)).state
    for inbound in later:
        turn = step(state, inbound)
        state = turn.state
        if not state.opted_out:
            assert facts.OptedIn() in turn.facts
            return
        assert {reply.kind for reply in turn.replies} <= {"crisis", "ward", "harm"}
        if turn.replies:
            assert any(
                isinstance(fact, facts.ConcernSeen) and fact.kind == "crisis" for fact in turn.facts
            )


@QUICK
@given(conversations(), INBOUND)
def test_what_is_known_is_not_asked_again(state: State, inbound: Inbound) -> None:
    turn = step(state, inbound)
    for reply in turn.replies:
        asked = [
            each for each in SCRIPTS[state.script].steps if reply.kind in (each.asks, each.again)
        ]
        for each in asked:
            assert turn.state.step == each.key
            put_before = state.step == each.key
            assert put_before or not turn.state.knows(each.key)


@QUICK
@given(conversations())
def test_a_crisis_is_answered_in_any_state(state: State) -> None:
    turn = step(state, Inbound("I want to die", Channel.SMS))
    assert [reply.kind for reply in turn.replies] == ["crisis"]
    after = step(turn.state, Inbound("thank you", Channel.SMS))
    assert after.replies == ()
