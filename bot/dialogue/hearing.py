"""What a text, button or signal means where the conversation stands, and how the state keeps it.

Between reader and engine: it knows which question waits and which answer belongs to which step,
not what is said next.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue.facts import (
    Answered,
    Commented,
    ConsentGiven,
    ContactAsked,
    Fact,
    FeelingGiven,
    Rated,
    RoleGiven,
    StoryShared,
    ViewGiven,
)
from bot.dialogue.meaning import Intent, Question, Reading
from bot.dialogue.messages import Channel, Inbound, Signal
from bot.dialogue.questions import STORY
from bot.dialogue.roles import REFUSED
from bot.dialogue.script import Script, Step
from bot.dialogue.state import State
from bot.dialogue.words import Line

CALL, CONTACT = "call", "contact"
"""The consent to be rung, and the aside that asks for it once somebody has asked for contact."""

_SIGNALS = {
    Signal.STARTED: Intent.OPT_IN,
    Signal.OPTED_OUT: Intent.OPT_OUT,
    Signal.OPTED_IN: Intent.OPT_IN,
    Signal.HELP: Intent.HELP,
    Signal.MEDIA_ONLY: Intent.EMPTY,
}


def reading(state: State, inbound: Inbound, line: Line, script: Script) -> Reading:
    """What came in means. What the channel itself signals outranks what the words say."""
    if inbound.choice is not None:
        return _pressed(inbound.choice, state, script)
    signalled = _SIGNALS[inbound.signal] if inbound.signal else None
    if state.opted_out and _only_opens(inbound):
        return Reading(Intent.EMPTY)
    if signalled and not inbound.text.strip():
        return Reading(signalled)
    closing = not signalled and state.opted_out and inbound.text.strip()
    if closing and script.reader.closes(line, state.language):
        return Reading(Intent.EMPTY)
    asked = waiting(state, script)
    read = script.reader.read(
        line,
        asked.question if asked else Question("words"),
        _corrects(state, script),
        script.quotes,
        state.language,
    )
    if signalled is Intent.HELP and asked and asked.own and read.values:
        return read
    return replace(read, intent=signalled) if signalled else read


def _only_opens(inbound: Inbound) -> bool:
    """A poster's keyword alone: it asks for the question, and takes no STOP back. Telegram's /start does."""
    return inbound.signal is Signal.STARTED and inbound.channel is not Channel.TELEGRAM


LANGUAGE_BUTTON = "language_"
"""What the button of a language sends back, with its code behind it."""


def _pressed(button: str, state: State, script: Script) -> Reading:
    """A button, whenever it was sent; one more feeling joins those that were pressed before."""
    if (code := button.removeprefix(LANGUAGE_BUTTON)) in script.reader.languages:
        return Reading(Intent.LANGUAGE, language=code)
    pressed = script.pressed(button)
    if pressed is None:
        return Reading(Intent.EMPTY)
    step, code = pressed
    if step.reads == "feeling" and code != REFUSED:
        earlier = (state.answers.get(step.key) or "").split()
        code = " ".join(dict.fromkeys([*earlier, code]))
    if state.answers.get(step.key) == code and state.step != step.key:
        return Reading(Intent.EMPTY)  # the same button pressed twice says nothing new
    return Reading(Intent.RATING, {step.key: code})


def waiting(state: State, script: Script) -> Step | None:
    """The question that a text answers: the one that was put, or a first one nobody put yet."""
    asked = script.step(state.step)
    if asked is not None or state.finished:
        return asked
    first = next((each for each in script.steps if _is_open(each, state, script)), None)
    return first if first is not None and first.reads == "rating" else None


def _corrects(state: State, script: Script) -> list[Question]:
    """What a correction may take back: the answer given last, and always the rating."""
    last, rating = script.step(state.last_menu), script.first("rating")
    earlier = [last] if last is rating else [last, rating]
    return [each.question for each in earlier if each and state.knows(each.key)]


def upcoming(state: State, script: Script) -> Step | None:
    """The first question to be asked that is still open and fits what was said."""
    asked = (each for each in script.steps if each.asked)
    return next((each for each in asked if _is_open(each, state, script)), None)


def _is_open(each: Step, state: State, script: Script) -> bool:
    offered = all(getattr(script.details, name) for name in each.asked_only_if)
    said = not each.of or any(key in state.comments for key in each.of)
    return offered and said and state.fits(each.when) and not state.knows(each.key)


def kept(state: State, read: Reading, script: Script) -> tuple[State, tuple[Fact, ...]]:
    """The state and facts with everything that the text says, whatever is answered to it."""
    facts: list[Fact] = []
    asked = waiting(state, script)
    for name, code in read.values.items():
        target = _target(name, asked, script)
        if target is not None:
            state = _answered(state, target, code, facts)
    if read.refused and asked is not None:
        state = _answered(state, asked, REFUSED, facts)
    if read.comment:
        state = _commented(state, asked, script, read.comment, facts)
    return _assumed(state, facts, script)


def _assumed(state: State, facts: list[Fact], script: Script) -> tuple[State, tuple[Fact, ...]]:
    """With what the script knows of everybody who answers, as soon as they have said anything."""
    if not facts or all(key in state.answers for key in script.assumes):
        return state, tuple(facts)
    assumed = [_ASSUMED[key](code) for key, code in script.assumes.items()]
    answers = {**script.assumes, **state.answers}
    return replace(state, answers=answers), (*assumed, *facts)


def _target(name: str, asked: Step | None, script: Script) -> Step | None:
    """The step that an answer belongs to: the one that waits, or one of that key or kind."""
    if asked is not None and asked.reads == name:
        return asked
    return script.step(name) or script.first(name)


def _answered(state: State, step: Step, code: str, facts: list[Fact]) -> State:
    if code != REFUSED:
        facts.append(_FACTS[step.reads](step, code))
        if step.gives == STORY:
            facts.append(StoryShared(code))
        if step.gives == CALL and code == "yes" and step.key != CONTACT:
            facts.append(ContactAsked(offered=True))
        return state.answered(step.key, code)
    if step.reads == "role":
        facts.append(RoleGiven(None))
    return replace(state, answers={**state.answers, step.key: None})


def _commented(
    state: State, asked: Step | None, script: Script, words: str, facts: list[Fact]
) -> State:
    takes_words = asked is not None and (asked.reads == "comment" or asked.own)
    place = asked if takes_words else script.first("comment")
    if place is not None and place.of:
        place = script.step(place.of[0])
    key = place.key if place else "comment"
    state = state.commented(key, words)
    facts.append(Commented(key, state.comments[key]))
    return state


_FACTS: dict[str, Callable[[Step, str], Fact]] = {
    "rating": lambda _, code: Rated(code),
    "role": lambda _, code: RoleGiven(code),
    "view": lambda _, code: ViewGiven(code),
    "yes_no": lambda step, code: ConsentGiven(step.gives, code == "yes"),
    "choice": lambda step, code: Answered(step.key, code),
    "draft": lambda step, code: Answered(step.key, code),
    "feeling": lambda step, code: FeelingGiven(step.key, tuple(code.split())),
}

_ASSUMED: dict[str, Callable[[str], Fact]] = {"role": RoleGiven, "view": ViewGiven}
