"""One text in, one turn out: the new state, the replies, and the facts that were established.

A fold over texts: no clock, no chance, no disk. What words mean is the reader's business, what is
asked and said is the script's; here is only who speaks next.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue.concerns import Concern
from bot.dialogue.facts import (
    Commented,
    ConcernSeen,
    ConsentGiven,
    ContactAsked,
    EraseAsked,
    Fact,
    Finished,
    HelpAsked,
    LanguageAsked,
    OptedIn,
    OptedOut,
    Rated,
    RoleGiven,
    ViewGiven,
)
from bot.dialogue.meaning import Intent, Question, Reading
from bot.dialogue.messages import Channel, Inbound, Reply, Signal
from bot.dialogue.roles import REFUSED
from bot.dialogue.script import Script, Step
from bot.dialogue.state import State

ERASE_WITHIN = timedelta(hours=24)
"""A wish to be deleted is confirmed by a second one within a day (wording 7c)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one text led to."""

    state: State
    replies: tuple[Reply, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    """Everything that one text is answered from; `state` is the one before it."""

    state: State
    inbound: Inbound
    script: Script
    now: datetime
    reading: Reading

    def turn(self, *facts: Fact, state: State | None = None, says: str | None = None) -> Turn:
        """A turn that says one sentence of the script, or nothing."""
        after = state or self.state
        replies = (self._reply(after, says),) if says else ()
        return Turn(after, replies, facts)

    def asks(self, step: Step, state: State, *facts: Fact, again: bool = False) -> Turn:
        """A turn that puts a question."""
        key = step.again if again else step.asks
        choices = self.script.choices(step, state.language, self.inbound.channel)
        reply = replace(self._reply(state, key), choices=choices)
        return Turn(replace(state, step=step.key), (reply,), facts)

    def _reply(self, state: State, key: str) -> Reply:
        return Reply(key, self.script.says(key, state.language, self.inbound.channel))


def fresh(script: Script, language: str = "en") -> State:
    """A conversation in which nothing has been asked or said."""
    return State(script.name, script.version, language)


def begin(script: Script, channel: Channel, now: datetime, language: str = "en") -> Turn:
    """The invitation: the first question, put by us. `script` is bound to its provider."""
    opening = Inbound("", channel, Signal.STARTED)
    return step(fresh(script, language), opening, script, now)


def step(state: State | None, inbound: Inbound, script: Script, now: datetime) -> Turn:
    """What one text (or button, or signal) leads to. Never raises for any text or state.

    state: None or `fresh` where nothing has been asked; its `opted_out` is set by the caller.
    script: the one that the state names, bound to its provider.
    now: aware, UTC.
    """
    state = state or fresh(script)
    moment = _Moment(state, inbound, script, now, _reading(state, inbound, script))
    concern = script.concerns.find(script.reader.line(inbound.text)) if inbound.text else None
    if concern and concern.reply:
        return _danger(moment, concern)
    turn = _HANDLERS[moment.reading.intent](moment)
    if concern:
        turn = replace(turn, facts=(*turn.facts, _seen(concern)))
    return _muted(moment, turn)


def _muted(moment: _Moment, turn: Turn) -> Turn:
    """No reply where the carrier gave one, nor to who is opted out."""
    silent = moment.inbound.carrier_answered or (moment.state.opted_out and turn.state.opted_out)
    return replace(turn, replies=()) if silent else turn


# ------------------------------------------------------------------------------ understanding


_SIGNALS = {
    Signal.STARTED: Intent.OPT_IN,
    Signal.OPTED_OUT: Intent.OPT_OUT,
    Signal.OPTED_IN: Intent.OPT_IN,
    Signal.HELP: Intent.HELP,
    Signal.MEDIA_ONLY: Intent.EMPTY,
}


def _reading(state: State, inbound: Inbound, script: Script) -> Reading:
    if inbound.choice is not None:
        return _pressed(inbound.choice, script)
    if inbound.signal is not None and not inbound.text.strip():
        return Reading(_SIGNALS[inbound.signal])
    waiting = _waiting(state, script)
    reading = script.reader.read(
        inbound.text,
        Question(waiting.reads, waiting.menu) if waiting else Question("words"),
        _corrects(state, script),
        script.quotes,
    )
    forced = _SIGNALS.get(inbound.signal) if inbound.signal else None
    return replace(reading, intent=forced) if forced else reading


def _pressed(choice: str, script: Script) -> Reading:
    pressed = script.pressed(choice)
    if pressed is None:
        return Reading(Intent.EMPTY)
    step_of_it, code = pressed
    return Reading(Intent.RATING, {step_of_it.key: code})


def _waiting(state: State, script: Script) -> Step | None:
    """The question that a text answers: the one that was put, or a first one nobody put yet."""
    asked = script.step(state.step)
    if asked is not None or state.finished:
        return asked
    upcoming = _next(state, script)
    return upcoming if upcoming is not None and upcoming.reads == "rating" else None


def _corrects(state: State, script: Script) -> Question | None:
    last = script.step(state.last_menu)
    return Question(last.reads, last.menu) if last and last.reads in ("rating", "role") else None


def _next(state: State, script: Script) -> Step | None:
    """The first question that is still open and fits what was said."""
    return next((each for each in script.steps if _open(each, state)), None)


def _open(each: Step, state: State) -> bool:
    fits = all(state.answers.get(key) in codes for key, codes in each.when.items())
    return fits and not state.knows(each.key)


# ------------------------------------------------------------------------------ keeping


def _kept(moment: _Moment) -> tuple[State, tuple[Fact, ...]]:
    """The state and facts with everything that the text says, whatever is answered to it."""
    state, facts = moment.state, list[Fact]()
    waiting = _waiting(state, moment.script)
    for name, code in moment.reading.values.items():
        target = _target(name, waiting, moment.script)
        if target is not None and code == REFUSED:
            state, facts = _declined(state, target, facts)
        elif target is not None:
            state = state.answered(target.key, code)
            facts.append(_FACTS[target.reads](target, code))
    if moment.reading.refused and waiting is not None:
        state, facts = _declined(state, waiting, facts)
    if moment.reading.comment:
        state, fact = _commented(state, waiting, moment.script, moment.reading.comment)
        facts.append(fact)
    return state, tuple(facts)


def _target(name: str, waiting: Step | None, script: Script) -> Step | None:
    """The step that an answer belongs to: named by its key, or the one that listens for it."""
    if waiting is not None and waiting.reads == name:
        return waiting
    return script.step(name) or script.first(name)


def _declined(state: State, waiting: Step, facts: list[Fact]) -> tuple[State, list[Fact]]:
    said = [RoleGiven(None)] if waiting.reads == "role" else []
    answers = {**state.answers, waiting.key: None}
    return replace(state, answers=answers), [*facts, *said]


def _commented(
    state: State, waiting: Step | None, script: Script, words: str
) -> tuple[State, Fact]:
    open_question = waiting if waiting and waiting.reads == "comment" else script.first("comment")
    key = open_question.key if open_question else "comment"
    state = state.commented(key, words)
    return state, Commented(key, state.comments[key])


_FACTS: dict[str, Callable[[Step, str], Fact]] = {
    "rating": lambda _, code: Rated(code),
    "role": lambda _, code: RoleGiven(code),
    "view": lambda _, code: ViewGiven(code),
    "yes_no": lambda step, code: ConsentGiven(step.gives, code == "yes"),
}


# ------------------------------------------------------------------------------ danger


def _danger(moment: _Moment, concern: Concern) -> Turn:
    """The right one of three replies, then silence until they write again; STOP still holds.

    To who is opted out only a crisis is answered (facts on safety, alerts 5 to 7).
    """
    state, facts = _kept(_as_words(moment))
    state = replace(state, step=None, hushed=True, unclear=0)
    facts = (*facts, _seen(concern))
    if moment.reading.intent is Intent.OPT_OUT:
        state, facts = replace(state, opted_out=True), (*facts, OptedOut())
    silent = moment.state.opted_out and concern.kind != "crisis"
    spoken = _Moment(state, moment.inbound, moment.script, moment.now, moment.reading)
    return spoken.turn(*facts, says=None if silent else concern.reply)


def _as_words(moment: _Moment) -> _Moment:
    """The same moment with all its words kept as a comment, whatever else they were read as."""
    words = moment.reading.comment or moment.inbound.text.strip()
    return replace(moment, reading=replace(moment.reading, comment=words, refused=False))


def _seen(concern: Concern) -> ConcernSeen:
    return ConcernSeen(concern.kind, concern.rule)


# ------------------------------------------------------------------------------ going on


def _answer(moment: _Moment) -> Turn:
    """An answer, a comment, or both: keep it, then put the next question."""
    waiting = moment.script.step(moment.state.step)
    state, facts = _kept(moment)
    if moment.state.opted_out:
        return moment.turn(*facts, state=replace(state, step=None))
    if moment.state.finished:
        return _afterwards(moment, state, facts)
    if waiting is None or _settles(waiting, state, moment):
        return _onward(moment, replace(state, unclear=0, quiet=False, hushed=False), facts)
    if waiting in moment.script.asides:
        return _onward(moment, state, facts)
    if moment.reading.values:
        return moment.asks(waiting, replace(state, hushed=False), *facts)
    return _unclear(moment, waiting, state, facts)


def _settles(waiting: Step, state: State, moment: _Moment) -> bool:
    """Whether the question that waited is answered now."""
    before = moment.state
    if waiting.reads == "comment":
        return state.knows(waiting.key) and not (
            moment.reading.values and not moment.reading.comment
        )
    return state.knows(waiting.key) and (
        state.answers.get(waiting.key) != before.answers.get(waiting.key)
        or not before.knows(waiting.key)
        or bool(moment.reading.values)
    )


def _onward(moment: _Moment, state: State, facts: tuple[Fact, ...]) -> Turn:
    """The next open question, or the end."""
    upcoming = _next(state, moment.script)
    if upcoming is not None:
        return moment.asks(upcoming, state, *facts)
    return _end(moment, state, facts)


def _end(moment: _Moment, state: State, facts: tuple[Fact, ...]) -> Turn:
    done = replace(state, step=None, finished=True)
    return moment.turn(*facts, Finished(), state=done, says=_ending(moment.script, state))


def _ending(script: Script, state: State) -> str:
    fitting = (
        each.says
        for each in script.endings
        if all(state.answers.get(key) in codes for key, codes in each.when.items())
    )
    return next(fitting)


def _afterwards(moment: _Moment, state: State, facts: tuple[Fact, ...]) -> Turn:
    """Words after the end are kept and thanked for, once; then we are quiet."""
    if moment.state.quiet or not facts:
        return moment.turn(*facts, state=state)
    return moment.turn(*facts, state=replace(state, quiet=True), says=_ending(moment.script, state))


def _unclear(moment: _Moment, waiting: Step, state: State, facts: tuple[Fact, ...]) -> Turn:
    """Once: ask again. Twice: thank, keep the words, stop asking. After that: listen."""
    state = replace(state, unclear=state.unclear + 1, hushed=False)
    if state.quiet:
        return moment.turn(*facts, state=state)
    if state.unclear == 1:
        return moment.asks(waiting, state, *facts, again=True)
    return moment.turn(*facts, state=replace(state, quiet=True), says=_ending(moment.script, state))


def _empty(moment: _Moment) -> Turn:
    """A thank-you, a greeting, a picture: nothing to keep."""
    state, waiting = moment.state, moment.script.step(moment.state.step)
    if moment.inbound.signal is Signal.MEDIA_ONLY:
        return moment.turn(says="media")
    if moment.inbound.choice is not None or state.finished or state.hushed or state.opted_out:
        return moment.turn()
    if waiting is None:
        return _onward(moment, state, ())
    return _unclear(moment, waiting, state, ())


# ------------------------------------------------------------------------------ rights


def _stop(moment: _Moment) -> Turn:
    """STOP keeps what was said; a second one is not confirmed again."""
    state, facts = _kept(moment)
    says = None if moment.state.opted_out else "stop"
    return moment.turn(*facts, OptedOut(), state=replace(state, opted_out=True), says=says)


def _start(moment: _Moment) -> Turn:
    """Texts again, or a chat opened: put the question that is open."""
    facts = (OptedIn(),) if moment.state.opted_out else ()
    state = replace(moment.state, opted_out=False, quiet=False, unclear=0, hushed=False)
    if state.finished:
        return moment.turn(*facts, state=state, says="help")
    waiting = moment.script.step(state.step)
    if waiting is not None:
        return moment.asks(waiting, state, *facts)
    return _onward(moment, state, facts)


def _help(moment: _Moment) -> Turn:
    return moment.turn(HelpAsked(), says="help")


def _language(moment: _Moment) -> Turn:
    """The same question in their language, where the script has it."""
    language = moment.reading.language or moment.state.language
    state = replace(moment.state, language=language)
    waiting = moment.script.step(state.step)
    if waiting is not None:
        return moment.asks(waiting, state, LanguageAsked(language))
    if state.finished:
        return moment.turn(LanguageAsked(language), state=state)
    return _onward(moment, state, (LanguageAsked(language),))


def _erase(moment: _Moment) -> Turn:
    """Deletion is asked for twice within a day before it counts."""
    asked = moment.state.erase_asked
    if asked and moment.now - datetime.fromisoformat(asked) <= ERASE_WITHIN:
        state = replace(moment.state, erase_asked=None, step=None, finished=True)
        return moment.turn(EraseAsked(confirmed=True), state=state, says="erased")
    state = replace(moment.state, erase_asked=moment.now.isoformat())
    return moment.turn(EraseAsked(confirmed=False), state=state, says="erase")


def _contact(moment: _Moment) -> Turn:
    """They want to be rung or to complain: keep the words, offer a call."""
    state, facts = _kept(moment)
    aside = moment.script.step("contact")
    if aside is None or moment.state.opted_out:
        return moment.turn(*facts, ContactAsked(), state=state)
    return moment.asks(aside, state, *facts, ContactAsked())


_HANDLERS: dict[Intent, Callable[[_Moment], Turn]] = {
    Intent.RATING: _answer,
    Intent.COMMENT: _answer,
    Intent.ROLE: _answer,
    Intent.YES: _answer,
    Intent.NO: _answer,
    Intent.EMPTY: _empty,
    Intent.OPT_OUT: _stop,
    Intent.OPT_IN: _start,
    Intent.HELP: _help,
    Intent.LANGUAGE: _language,
    Intent.ERASE: _erase,
    Intent.CONTACT: _contact,
}
