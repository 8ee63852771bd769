"""Asks carers who have agreed how things are: writes the texts that are due, each once.

The agreement is the debt (`due_at`), the letter the next one. Runs when the clock rings; runs twice
harmlessly. Knows no channel's wire format and no answer.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.dialogue import engine
from bot.dialogue import state as states
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Channel
from bot.dialogue.script import Script
from flows import letters
from flows.house import House
from flows.scripts import details_of
from rules import check_ins as rules
from rules import hours
from rules import rota as duties
from runtime import clock, faults, log
from storage import check_ins, conversations, outbox, people, rota
from storage.check_ins import Due
from storage.conversations import Correspondent, Opening
from storage.outbox import Letter
from storage.services import Place

ROWS_A_BATCH = 20
UNFINISHED = timedelta(days=7)
"""So long after their last text a question of ours that still waits is not overtaken by another."""


def send_due(house: House) -> int:
    """Write up to 20 texts that are due, each in a commit of its own; returns how many were due."""
    now = clock.now()
    with house.engine.connect() as connection:
        found = check_ins.due(connection, ROWS_A_BATCH, now)
    done = 0
    for check_in_id in found:
        with house.engine.begin() as connection:
            due = check_ins.claim(connection, check_in_id, now)
            if due is not None:
                done += 1
                _one(connection, house, due, now)
            faults.reached("check_ins.before_commit")
        faults.reached("check_ins.after_commit")
    return done


def _one(connection: Connection, house: House, due: Due, now: datetime) -> None:
    """Send it, end it, or look again later."""
    ended = _over(connection, due)
    if ended:
        check_ins.end(connection, due.person_id, ended, now)
        return
    place = house.place_of(connection, due.touchpoint_id)
    allowed = hours.parsed(place.details.get("sending_hours", ""))
    opening = allowed.opening(now.astimezone(clock.LONDON))
    if opening > now:
        check_ins.move(connection, due.check_in_id, opening)
        return
    script = house.live_script(connection, replace(place, script=rules.script(due.sent)))
    why = _hindered(connection, place, script, due, now)
    if why:
        log.get().warning("check_in_waits", code=why, provider=due.provider_id)
        check_ins.move(connection, due.check_in_id, now + rules.TRY_AGAIN)
        return
    _write(connection, place, script, due, now)


def _over(connection: Connection, due: Due) -> str:
    """Why nothing may go to them any more; "" where it may."""
    if not due.address:
        return check_ins.ERASED
    return check_ins.STOPPED if people.opted_out(connection, due.channel, due.address) else ""


def _hindered(connection: Connection, place: Place, script: Script, due: Due, now: datetime) -> str:
    """What must come first; "" where it can be sent.

    It goes out only where a named team reads the answers; never over a question that waits, nor
    while people are seeing to what that person has told us.
    """
    team, weeks = place.details.get("check_in_team"), place.details.get("check_in_weeks")
    shifts = rota.shifts(connection, due.provider_id)
    if not (team and rules.weeks(weeks)) or not any(
        shift.duty == duties.CARERS and shift.active for shift in shifts
    ):
        return "nobody_reads"
    if script.name != rules.script(due.sent):
        return "not_approved"
    if not place.takes(due.channel):
        return "switched_off"
    if due.channel == Channel.WHATSAPP and not _template(place, due, script):
        return "no_template"
    standing = conversations.under_way(connection, due.person_id, due.our_address)
    waits = standing and not standing.finished and now - standing.touched_at < UNFINISHED
    return "in_touch" if standing and (standing.alerted or waits) else ""


def _template(place: Place, due: Due, script: Script) -> str | None:
    """The provider's own WhatsApp template: weeks after their last message nothing else may leave."""
    content: dict[str, str] = place.details.get("whatsapp_content", {})
    return content.get(script.steps[0].asks) if due.channel == Channel.WHATSAPP else None


def _write(connection: Connection, place: Place, script: Script, due: Due, now: datetime) -> None:
    """A conversation of its own with the question, and the letter that puts it."""
    conversations.close_open(connection, due.person_id, due.our_address, now)
    who = Correspondent(due.person_id, due.channel, due.our_address, due.address)
    opening = Opening(place, script.name, script.version)
    begun = conversations.open_for(connection, who, opening, now)
    bound = script.bound(details_of(place))
    turn = engine.begin(bound, Channel(due.channel), now, due.language)
    conversations.save(connection, begun.conversation_id, states.dumps(turn.state))
    outbox.put(
        connection, _letters(place, script, due, begun.conversation_id, turn), _state(due), now
    )
    following = rules.following(due.sent + 1, due.every_weeks, now)
    check_ins.sent(connection, due, following, now)


def _state(due: Due) -> str:
    """A page reads what is written to it; all else is sent."""
    return outbox.SENT if due.channel == Channel.WEB else outbox.QUEUED


def _letters(
    place: Place, script: Script, due: Due, conversation_id: int, turn: Turn
) -> list[Letter]:
    within = str(place.details.get("sending_hours", ""))
    content = _template(place, due, script)
    return [
        Letter(
            due.provider_id, conversation_id, None, due.channel, due.our_address, due.address,
            reply.kind, letters.from_reply(reply, content=content, within=within),
        )
        for reply in turn.replies
    ]  # fmt: skip
