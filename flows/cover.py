"""Who can be told at a provider, and whether somebody reads now: the hours that drive the wording.

The dialogue says what is honest at any hour ("maybe not today"). Only where the people who read such
words are on duty is that left out (facts on safety, alerts 2). Knows no page and no letter to staff.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot import library
from bot.dialogue import facts
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Inbound
from bot.dialogue.script import Script
from rules import alerts, telling
from rules import rota as rules
from rules.rota import Shift
from rules.telling import Cover
from runtime import clock
from storage import rota
from storage.services import Place

HARM = "harm"
COVERED = "harm.covered"
"""The answer to words of harm, and the one that goes out while somebody is there to read them."""


def at(connection: Connection, provider_id: int, service_id: int, *, harm: bool) -> Cover:
    """Who can be told there. Words of harm are kept from who runs the service."""
    holders = {each.account_id: each for each in rota.holders(connection, provider_id)}
    shifts = [
        Shift(each.duty, each.account_id, frozenset(each.weekdays), each.begins, each.ends)
        for each in rota.shifts(connection, provider_id)
        if each.account_id in holders and holders[each.account_id].roles & rules.ABLE[each.duty]
    ]
    fallback = rota.fallback(connection, provider_id)
    managers = rota.managers(connection, service_id) if harm else []
    return Cover(shifts, fallback if fallback in holders else None, managers)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is answered, where, by which script, and when."""

    place: Place
    script: Script
    inbound: Inbound
    now: datetime


def by_hours(connection: Connection, moment: Moment, turn: Turn) -> Turn:
    """The turn with the words for the hour. An ordinary text pays nothing here."""
    if COVERED not in moment.script.wording or HARM not in {reply.kind for reply in turn.replies}:
        return turn
    if not _is_read_today(connection, moment, turn):
        return turn
    key, language, way = COVERED, turn.state.language, moment.inbound.channel
    text = moment.script.says(key, language, way)
    tongue = moment.script.rendering(key, language, way).language
    replies = [
        replace(reply, text=text, language=tongue) if reply.kind == HARM else reply
        for reply in turn.replies
    ]
    return replace(turn, replies=tuple(replies))


def _is_read_today(connection: Connection, moment: Moment, turn: Turn) -> bool:
    place, staff = moment.place, library.words_for_staff()
    cover = at(connection, place.provider_id, place.service_id, harm=True)
    london = moment.now.astimezone(clock.LONDON)
    kinds = [fact.kind for fact in turn.facts if isinstance(fact, facts.ConcernSeen)]
    return all(
        telling.covered(
            cover, kind, HARM, alerts.is_allegation(kind, HARM, moment.inbound.text, staff), london
        )
        for kind in kinds
    )
