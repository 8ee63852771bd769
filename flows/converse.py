"""One step of one conversation: what the dialogue says is so, written as rows.

Runs inside the transaction of the flow that called it; knows no channel's wire format.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import library
from bot.channels.values import Text
from bot.dialogue import engine, facts
from bot.dialogue import state as states
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Channel, Inbound, Reply, Signal
from bot.dialogue.script import Script
from flows import alert, carers, cover, erase, letters, stopping, stories
from flows.alert import Occasion
from flows.house import House
from flows.scripts import LISTENING
from rules import conversations as lifetimes
from runtime import clock, faults, jobs
from runtime.jobs import Bell
from storage import answers, conversations, outbox, people, turns
from storage.conversations import Correspondent, Footing, Open, Opening
from storage.services import Place
from storage.turns import Letters, Told, Turned, Written

MODES = {
    Channel.SMS: "sms",
    Channel.WEB: "online",
    Channel.WHATSAPP: "other",
    Channel.TELEGRAM: "other",
}
"""How NHS England's return counts an answer; it has no category for the chats (facts: "Other")."""


class StepFailed(Exception):
    """The dialogue raised; the transaction must roll back and the text be kept for later."""


class Moved(StepFailed):
    """While it was stepped somebody opted out, or the like: the transaction must roll back and the text
    go its way once more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that was kept, and who sent it. open: the conversation, where it was found on the way in."""

    inbox_id: int
    person_id: int
    open: Open | None = None


NOBODY = 0
"""The person of a text that belongs to no conversation: they are not met."""


@dataclass(frozen=True, slots=True)
class Said:
    """What goes back to the person: (outbox id, reply) in order, and the bells that are due."""

    replies: tuple[tuple[int, Reply], ...] = ()
    bells: tuple[Bell, ...] = ()
    behind: bool = False


@dataclass(frozen=True, slots=True)
class _Scene:
    """The conversation that a text belongs to, where it takes place, and with whom."""

    open: Open
    place: Place
    who: Correspondent
    script: Script


@dataclass(frozen=True, slots=True)
class Heard:
    """One text on its way through: where it belongs, and how its replies leave."""

    text: Text
    inbound: Inbound
    place: Place
    named_place: bool
    kept: Kept
    replies_state: str
    now: datetime
    waited: bool = False


def converse(connection: Connection, house: House, heard: Heard) -> Said:
    """Step the conversation that `heard` belongs to. Raises StepFailed; PostgreSQL's errors pass."""
    scene = _scene(connection, house, heard)
    if scene.open.footing.behind and not heard.waited:
        stopping.hold(connection, heard.text, heard.now)
        return Said(bells=(jobs.CATCH_UP,), behind=True)
    turn = _step(heard, scene)
    moment = cover.Moment(scene.place, scene.script, heard.inbound, heard.now)
    turn = cover.by_hours(connection, moment, turn)
    faults.reached("accept.stepped")
    rights = [fact for fact in turn.facts if isinstance(fact, _RIGHTS)]
    if rights:
        conversation_id = scene.open.conversation_id
        _stand_still(heard, scene, conversations.footing(connection, scene.who, conversation_id))
        for fact in rights:
            _keep_right(connection, heard, scene, fact)
    told, replies = _told(heard, scene, turn), said(heard, scene.script, turn)
    written = turns.write(connection, scene.place, _turned(heard, scene, turn, told, replies))
    if not rights:
        _stand_still(heard, scene, written.footing)
    _keep_answers(connection, scene, turn, written)
    occasion = _occasion(heard, scene, turn, written)
    carers.heard(connection, occasion)
    stories.heard(connection, occasion)
    rung = alert.heard(connection, occasion)
    erase.heard(connection, occasion)
    bells = (*rung, *_bells(told, written))
    if _templates(heard, scene.place, replies):  # these leave by API, with their buttons
        return Said(bells=(jobs.DELIVER, *bells))
    return Said(tuple(zip(written.letters, replies, strict=True)), bells)


def _stand_still(heard: Heard, scene: _Scene, now: Footing) -> None:
    """Raises Moved where it no longer stands with who writes as the step was told.

    The conversation was locked, but it was found by a statement that may have had to wait for another
    text of theirs, and saw nothing that was committed in the meantime.
    """
    then = scene.open.footing
    behind = now.behind and not heard.waited
    if (now.opted_out, behind, now.alert_id) != (then.opted_out, False, then.alert_id):
        raise Moved


def _templates(heard: Heard, place: Place, replies: tuple[Reply, ...]) -> dict[str, str]:
    """Reply's kind -> the provider's own WhatsApp template for it, where one of these has one.

    TwiML cannot carry buttons: such a turn leaves by API (`whatsapp_content` of the provider).
    """
    if heard.text.channel is not Channel.WHATSAPP:
        return {}
    content: dict[str, str] = place.details.get("whatsapp_content", {})
    return {reply.kind: content[reply.kind] for reply in replies if reply.kind in content}


SHOWN = "shown"
"""The kind of a letter that holds no words: it only shows a pressed choice below its question."""


def said(heard: Heard, script: Script, turn: Turn) -> tuple[Reply, ...]:
    """The turn's replies, with what Telegram needs beside them.

    Whoever opens that chat is told first where words travel and for whom it is (facts: safety). A
    choice that was taken is shown, even where there is nothing to say to it.
    """
    replies = turn.replies
    if heard.text.channel is not Channel.TELEGRAM or turn.state.opted_out:
        return replies
    if replies and heard.inbound.signal is Signal.STARTED:
        words = library.sentences("telegram", turn.state.language, script.details.drafts)
        first = replace(replies[0], text=f"{words['travels']}\n\n{replies[0].text}")
        return (first, *replies[1:])
    if not replies and turn.facts and heard.text.press and heard.text.press.showing:
        return (Reply(SHOWN, ""),)
    return replies


def _scene(connection: Connection, house: House, heard: Heard) -> _Scene:
    text, place = heard.text, heard.place
    who = Correspondent(heard.kept.person_id, text.channel, text.our_address, text.their_address)
    found = _conversation(connection, house, heard, who)
    if found.touchpoint_id != place.touchpoint_id:
        place = house.place_of(connection, found.touchpoint_id)
    script = _readable(
        lambda: house.speaking(connection, place, found.script, found.script_version)
    )
    return _Scene(found, place, who, script)


def _conversation(connection: Connection, house: House, heard: Heard, who: Correspondent) -> Open:
    found = heard.kept.open or _open(connection, house, heard, who)
    elsewhere = heard.named_place and found.touchpoint_id != heard.place.touchpoint_id
    over = lifetimes.is_over(found.finished_at, heard.now)
    old = lifetimes.is_old(found.started_at, heard.now)
    if not elsewhere and not over and not old:
        return found
    conversations.close(connection, found.conversation_id, heard.now)
    # An old button, or a late answer, speaks of the place where it was asked.
    if not heard.named_place and (heard.text.press or not over):
        heard = replace(heard, place=house.place_of(connection, found.touchpoint_id))
    return _open(connection, house, heard, who)


def _open(connection: Connection, house: House, heard: Heard, who: Correspondent) -> Open:
    script = offered(connection, house, heard.place, heard.text.channel, heard.named_place)
    opening = Opening(heard.place, script.name, script.version)
    return conversations.open_for(connection, who, opening, heard.now)


def offered(
    connection: Connection, house: House, place: Place, channel: Channel, named: bool
) -> Script:
    """The script that a new conversation takes up: the place's, or one that asks nothing where
    the place's is not approved, may not be used on this channel, or only by who names the place.

    Raises StepFailed.
    """
    script = _readable(lambda: house.live_script(connection, place))
    if (script.by_card_only and not named) or channel not in script.channels:
        return library.script(LISTENING)
    return script


def _step(heard: Heard, scene: _Scene) -> Turn:
    open_, script = scene.open, scene.script
    try:
        state = states.loads(open_.state) if open_.state else engine.fresh(script)
        state = replace(state, opted_out=open_.footing.opted_out)
        return engine.step(state, heard.inbound, script, heard.now)
    except Exception as error:
        raise StepFailed(type(error).__name__) from error


def _readable(find: Callable[[], Script]) -> Script:
    try:
        return find()
    except ValueError as error:
        raise StepFailed(type(error).__name__) from error


def _bells(told: Told | None, written: Written) -> tuple[Bell, ...]:
    if told is None or written.response_id is None:
        return ()
    return (jobs.AGGREGATE, jobs.UNDERSTAND) if told.comment is not None else (jobs.AGGREGATE,)


def _occasion(heard: Heard, scene: _Scene, turn: Turn, written: Written) -> Occasion:
    inbox_id = heard.kept.inbox_id
    return Occasion(
        scene.open, scene.place, scene.who, inbox_id, heard.inbound, turn, written, heard.now,
        scene.script.purpose,
    )  # fmt: skip


def _turned(
    heard: Heard, scene: _Scene, turn: Turn, told: Told | None, replies: tuple[Reply, ...]
) -> Turned:
    return Turned(
        conversation_id=scene.open.conversation_id,
        person_id=scene.who.person_id,
        channel=scene.who.channel,
        script=scene.open.script,
        script_version=scene.open.script_version,
        state=states.dumps(turn.state),
        finished_at=scene.open.finished_at or heard.now if turn.state.finished else None,
        day=clock.london_day(heard.now),
        now=heard.now,
        told=told,
        letters=_letters(heard, scene.place, replies),
    )


def _letters(heard: Heard, place: Place, replies: tuple[Reply, ...]) -> Letters:
    """The first one acknowledges the button that was pressed, where one was."""
    text, content = heard.text, _templates(heard, place, replies)
    presses = (text.press, *(None for _ in replies[1:]))
    each = [
        (reply.kind, letters.from_reply(reply, press, content.get(reply.kind)))
        for reply, press in zip(replies, presses, strict=False)
    ]
    state = outbox.QUEUED if content else heard.replies_state
    return Letters(heard.kept.inbox_id, text.our_address, text.their_address, state, each)


_RIGHTS = (facts.OptedOut, facts.OptedIn)


def _keep_right(connection: Connection, heard: Heard, scene: _Scene, fact: facts.Fact) -> None:
    who = scene.who
    if isinstance(fact, facts.OptedOut):
        source = "carrier" if heard.inbound.signal else "text"
        people.opt_out(connection, who.channel, who.their_address, source, heard.now)
        outbox.refuse_all(connection, scene.open.conversation_id, heard.now)
    else:
        people.opt_in(connection, who.channel, who.their_address, heard.now)


def _keep_answers(connection: Connection, scene: _Scene, turn: Turn, written: Written) -> None:
    given: dict[str, tuple[str, ...]] = {}
    for fact in turn.facts:
        match fact:
            case facts.Answered(question, code):
                given[question] = (code,)
            case facts.FeelingGiven(question, feelings):
                given[question] = feelings
    if given and written.response_id is not None:
        answers.replace(connection, scene.place, written.response_id, given)


_ANSWERED = (facts.Answered, facts.FeelingGiven)
_TELLING = (
    *_ANSWERED,
    facts.Rated,
    facts.Commented,
    facts.RoleGiven,
    facts.ViewGiven,
    facts.ConsentGiven,
    facts.ConcernSeen,
)


def _told(heard: Heard, scene: _Scene, turn: Turn) -> Told | None:
    if not any(isinstance(fact, _TELLING) for fact in turn.facts):
        return None
    given: dict[str, Any] = {}
    for fact in turn.facts:
        given |= _columns(fact)
    return Told(
        mode=MODES[heard.text.channel],
        solicited=False,
        purpose=scene.script.purpose,
        answered=any(isinstance(fact, _ANSWERED) for fact in turn.facts),
        language=turn.state.language,
        held=alert.holds(scene.open, turn, scene.script.purpose),
        **given,
    )


def _columns(fact: facts.Fact) -> dict[str, str | bool | None]:
    columns: dict[str, str | bool | None] = {}
    match fact:
        case facts.Rated() | facts.Commented() | facts.RoleGiven() | facts.ViewGiven():
            columns = {name: getattr(fact, name) for name in fact.__slots__}
        case facts.ConcernSeen(kind):
            columns = {"concern": kind}
        case facts.ConsentGiven("texts", given):
            columns = {"texts_consent": given}
    return columns
