"""One text in, one turn out: the new state, the replies, and the facts that were established.

A fold over texts: no clock, no chance, no disk. What words mean is the reader's business, what is
asked and said is the script's; here is only who speaks next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue import hearing
from bot.dialogue.concerns import Concern
from bot.dialogue.facts import (
    ConcernSeen,
    ContactAsked,
    EraseAsked,
    Fact,
    Finished,
    HelpAsked,
    LanguageAsked,
    OptedIn,
    OptedOut,
    StoryWithdrawn,
)
from bot.dialogue.languages import following
from bot.dialogue.meaning import Intent, Reading
from bot.dialogue.messages import Channel, Choice, Inbound, Reply, Signal
from bot.dialogue.script import WITH_BUTTONS, Script, Step
from bot.dialogue.state import State
from bot.dialogue.wording import sentences, shortened

ERASE_WITHIN = timedelta(hours=24)
"""A wish to be deleted is confirmed by a second one within a day (wording 7c)."""

ANSWERS = frozenset([Intent.RATING, Intent.COMMENT, Intent.ROLE, Intent.YES, Intent.NO])
"""What answers a question; all else is a wish."""

Facts = tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one text led to."""

    state: State
    replies: tuple[Reply, ...] = ()
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    """Everything that one text is answered from; `state` is the one before it."""

    state: State
    inbound: Inbound
    script: Script
    now: datetime
    reading: Reading

    def turn(self, state: State, facts: Facts = (), says: str | None = None) -> Turn:
        """A turn that says one sentence of the script, or nothing."""
        return Turn(state, (self.reply(state, says),) if says else (), facts)

    def asks(self, step: Step, state: State, facts: Facts = (), again: bool = False) -> Turn:
        """A turn that puts a question."""
        choices = self.script.choices(step, state.language, self.inbound.channel)
        key, more = step.again if again else step.asks, self.draft(step, state)
        reply = replace(self.reply(state, key, more), choices=choices)
        first = () if again or not step.before else (self.reply(state, step.before),)
        return Turn(replace(state, step=step.key), (*first, reply), facts)

    def draft(self, step: Step, state: State) -> dict[str, str]:
        """What a draft reads back: all of it where there is room, by text what fits."""
        if not step.of:
            return {}
        said = sentences(state.comments[key] for key in step.of if key in state.comments)
        return {"draft": said if self.inbound.channel in WITH_BUTTONS else shortened(said)}

    def kept(self) -> tuple[State, Facts]:
        """The state and facts with everything that the text says."""
        return hearing.kept(self.state, self.reading, self.script)

    def reply(self, state: State, key: str, more: Mapping[str, str] | None = None) -> Reply:
        """One sentence of the script, in the language that it can be said in."""
        way, language = self.inbound.channel, state.language
        said = self.script.says(key, language, way, more)
        return Reply(key, said, language=self.script.rendering(key, language, way).language)


def fresh(script: Script, language: str = "en") -> State:
    """A conversation in which nothing has been asked or said."""
    return State(script.name, script.version, language)


def begin(script: Script, channel: Channel, now: datetime, language: str = "en") -> Turn:
    """The invitation: the first question, put by us. `script` is bound to its provider.

    That a translation is a draft is told with our first answer: an invitation is one text.
    """
    opening = Inbound("", channel, Signal.STARTED)
    turn = step(replace(fresh(script, language), draft_told=True), opening, script, now)
    return replace(turn, state=replace(turn.state, draft_told=False))


def step(state: State | None, inbound: Inbound, script: Script, now: datetime) -> Turn:
    """What one text (or button, or signal) leads to. Never raises for any text or state.

    state: None or `fresh` where nothing has been asked; its `opted_out` is set by the caller.
    script: the one that the state names, bound to its provider.
    now: aware, UTC.
    """
    state = state or fresh(script)
    line = script.reader.line(inbound.text)
    reading = hearing.reading(state, inbound, line, script)
    state = _in_their_language(state, reading.spoken or inbound.language, script)
    moment = _Moment(state, inbound, script, now, reading)
    concern = script.concerns.find(line)
    if concern and concern.reply:
        return _danger(moment, concern)
    turn = _HANDLERS[moment.reading.intent](moment)
    if concern:
        turn = replace(turn, facts=(*turn.facts, _seen(concern)))
    return _muted(moment, _told_of_draft(moment, turn))


def _in_their_language(state: State, spoken: str | None, script: Script) -> State:
    """A language that nobody asked for follows what they clearly write; one asked for stays."""
    if state.language_chosen or spoken not in script.reader.languages:
        return state
    return replace(state, language=following(state.language, spoken))


def _told_of_draft(moment: _Moment, turn: Turn) -> Turn:
    """Before the first unchecked translation that they get: that it is one, and the way back."""
    way = moment.inbound.channel
    drafts = [
        reply for reply in turn.replies
        if moment.script.rendering(reply.kind, turn.state.language, way).draft
    ]  # fmt: skip
    if turn.state.draft_told or not drafts:
        return turn
    told = moment.reply(turn.state, "language.draft")
    return replace(turn, state=replace(turn.state, draft_told=True), replies=(told, *turn.replies))


def _muted(moment: _Moment, turn: Turn) -> Turn:
    """No reply where the carrier gave one, nor to who is opted out."""
    silent = moment.inbound.carrier_answered or (moment.state.opted_out and turn.state.opted_out)
    return replace(turn, replies=()) if silent else turn


# ------------------------------------------------------------------------------ danger


def _danger(moment: _Moment, concern: Concern) -> Turn:
    """The right one of three replies, then silence until they write again; STOP still holds.

    To who is opted out only a crisis is answered (facts on safety, alerts 5 to 7).
    """
    wish = moment.reading.intent not in ANSWERS  # its words ("STOP") are part of what was told
    words = (None if wish else moment.reading.comment) or moment.inbound.text.strip()
    moment = replace(moment, reading=replace(moment.reading, comment=words, refused=False))
    state, facts = moment.kept()
    waits = state.step if state.step and not state.knows(state.step) else None
    state = replace(state, step=waits, hushed=True, unclear=0)
    facts = (*facts, _seen(concern))
    if moment.reading.intent is Intent.OPT_OUT:
        state, facts = replace(state, opted_out=True), (*facts, OptedOut())
    silent = moment.state.opted_out and concern.kind != "crisis"
    return moment.turn(state, facts, None if silent else concern.reply)


def _seen(concern: Concern) -> ConcernSeen:
    return ConcernSeen(concern.kind, concern.rule)


# ------------------------------------------------------------------------------ going on


def _answer(moment: _Moment) -> Turn:
    """An answer, a comment, or both: keep it, then put the next question."""
    before, waiting = moment.state, moment.script.step(moment.state.step)
    state, facts = moment.kept()
    if before.opted_out:
        return moment.turn(replace(state, step=None), facts)
    if before.finished:
        return _afterwards(moment, state, facts)
    if waiting is None or waiting in moment.script.asides or _settles(waiting, moment, state):
        return _onward(moment, replace(state, unclear=0, quiet=False, hushed=False), facts)
    if moment.reading.values or (waiting.of and moment.reading.comment):
        return moment.asks(waiting, replace(state, hushed=False), facts)
    return _unclear(moment, waiting, state, facts)


def _settles(waiting: Step, moment: _Moment, state: State) -> bool:
    """Whether the question that waited is answered now, and not only an earlier one again; or need
    not be any more, for that earlier one is now answered otherwise."""
    if not state.fits(waiting.when):
        return True
    if waiting.reads == "comment" or (waiting.own and not waiting.of):
        said = moment.reading.comment or moment.reading.refused
        return bool(said or waiting.key in moment.reading.values)
    return state.knows(waiting.key)


def _onward(moment: _Moment, state: State, facts: Facts) -> Turn:
    """The next open question, or the end."""
    upcoming = hearing.upcoming(state, moment.script)
    if upcoming is not None:
        return moment.asks(upcoming, state, facts)
    done = replace(state, step=None, finished=True)
    return moment.turn(done, (*facts, Finished()), _ending(moment.script, state))


def _ending(script: Script, state: State) -> str:
    return next(each.says for each in script.endings if state.fits(each.when))


def _afterwards(moment: _Moment, state: State, facts: Facts) -> Turn:
    """Words after the end are kept and thanked for, once; then we are quiet."""
    if moment.state.quiet or not facts:
        return moment.turn(state, facts)
    return moment.turn(replace(state, quiet=True), facts, _ending(moment.script, state))


def _unclear(moment: _Moment, waiting: Step, state: State, facts: Facts) -> Turn:
    """Once: ask again. Twice: thank, keep the words, stop asking. After that: listen."""
    if state.hushed:
        return moment.asks(waiting, replace(state, hushed=False), facts)
    state = replace(state, unclear=state.unclear + 1)
    if state.quiet:
        return moment.turn(state, facts)
    if state.unclear == 1:
        return moment.asks(waiting, state, facts, again=True)
    return moment.turn(replace(state, quiet=True), facts, _ending(moment.script, state))


def _empty(moment: _Moment) -> Turn:
    """A thank-you, a greeting, a picture: nothing to keep."""
    state, waiting = moment.state, moment.script.step(moment.state.step)
    if moment.inbound.choice is not None or state.finished or state.hushed or state.opted_out:
        return moment.turn(state)
    if moment.inbound.signal is Signal.MEDIA_ONLY or not moment.inbound.text.strip():
        return moment.turn(state, says="media")
    if waiting is None:
        return _put(moment, state, ())
    return _unclear(moment, waiting, state, ())


# ------------------------------------------------------------------------------ rights


def _stop(moment: _Moment) -> Turn:
    """STOP keeps what was said; a second one is not confirmed again."""
    state, facts = moment.kept()
    return moment.turn(replace(state, opted_out=True), (*facts, OptedOut()), "stop")


def _start(moment: _Moment) -> Turn:
    """Texts again, or a chat opened: put the question that is open."""
    facts: Facts = (OptedIn(),) if moment.state.opted_out else ()
    state = replace(moment.state, opted_out=False, quiet=False, unclear=0, hushed=False)
    if state.finished:
        return moment.turn(state, facts, "help")
    return _put(moment, state, facts)


def _put(moment: _Moment, state: State, facts: Facts) -> Turn:
    """The question that waits, else the next one; where nothing is asked, the opening."""
    waiting = moment.script.step(state.step)
    if moment.script.opens and waiting is None and hearing.upcoming(state, moment.script) is None:
        return moment.turn(state, facts, moment.script.opens)
    if waiting is None or state.knows(waiting.key):
        return _onward(moment, state, facts)
    return moment.asks(waiting, state, facts)


def _help(moment: _Moment) -> Turn:
    """What they also said is kept; the question that waited still waits, unless that answered it."""
    state, facts = moment.kept()
    waits = state.step if state.step and not state.knows(state.step) else None
    return moment.turn(replace(state, step=waits), (*facts, HelpAsked()), "help")


def _holding(moment: _Moment) -> Turn:
    """What we keep is never sent to a phone, which others may read: only how to ask for it."""
    return moment.turn(moment.state, (HelpAsked(),), "holding")


def _language(moment: _Moment) -> Turn:
    """The same question in their language; where we have none for it, that, and in English."""
    asked = moment.reading.language
    if asked is None:
        return _menu(moment)
    state, facts = moment.kept()
    state = replace(state, language=asked, language_chosen=True)
    if asked != moment.state.language:
        state = replace(state, draft_told=False)
    facts = (*facts, LanguageAsked(asked))
    if state.finished or state.opted_out:
        return moment.turn(state, facts)
    turn = _put(moment, state, facts)
    if moment.script.speaks(asked):
        return turn
    tongue = {"tongue": moment.script.reader.languages[asked].name}
    none = moment.reply(state, "language.none", tongue)
    return replace(turn, replies=(none, *turn.replies))


def _menu(moment: _Moment) -> Turn:
    """The languages that there are, each under the name that its speakers know."""
    offered = moment.script.languages()
    names = ", ".join(each.native for each in offered)
    reply = moment.reply(moment.state, "language.which", {"languages": names})
    if moment.inbound.channel in WITH_BUTTONS:
        buttons = [Choice(f"{hearing.LANGUAGE_BUTTON}{each.code}", each.native) for each in offered]
        reply = replace(reply, choices=tuple(buttons))
    return Turn(moment.state, (reply,))


def _erase(moment: _Moment) -> Turn:
    """Deletion is asked for twice within a day before it counts."""
    asked = moment.state.erase_asked
    if asked and moment.now - datetime.fromisoformat(asked) <= ERASE_WITHIN:
        state = replace(moment.state, erase_asked=None, step=None, finished=True)
        return moment.turn(state, (EraseAsked(confirmed=True),), "erased")
    state = replace(moment.state, erase_asked=moment.now.isoformat())
    return moment.turn(state, (EraseAsked(confirmed=False),), "erase")


def _story(moment: _Moment) -> Turn:
    """Whatever they have shared is taken down at once; the question that waited still waits."""
    return moment.turn(moment.state, (StoryWithdrawn(),), "story.down")


def _contact(moment: _Moment) -> Turn:
    """They want to be rung or to complain: keep the words, offer a call."""
    state, facts = moment.kept()
    aside = moment.script.step("contact")
    if aside is None or moment.state.opted_out:
        return moment.turn(state, (*facts, ContactAsked()))
    return moment.asks(aside, state, (*facts, ContactAsked()))


_HANDLERS: dict[Intent, Callable[[_Moment], Turn]] = {
    Intent.RATING: _answer,
    Intent.COMMENT: _answer,
    Intent.ROLE: _answer,
    Intent.CHOICE: _answer,
    Intent.YES: _answer,
    Intent.NO: _answer,
    Intent.EMPTY: _empty,
    Intent.OPT_OUT: _stop,
    Intent.OPT_IN: _start,
    Intent.HELP: _help,
    Intent.HOLDING: _holding,
    Intent.LANGUAGE: _language,
    Intent.ERASE: _erase,
    Intent.CONTACT: _contact,
    Intent.STORY: _story,
}
