"""Erasure: a person's wish, by text or through staff, and seven days later what it asks for.

Nothing that people must still work on goes: an open alert or case keeps its conversation until it is
closed, and every day it is looked at again. The opt-out stays, a keyed hash that names nobody.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.dialogue import facts
from bot.dialogue import state as states
from bot.dialogue.state import State
from flows.alert import Occasion
from flows.house import House
from runtime import clock, faults
from storage import audit, check_ins, conversations, erasures, holds, purge, stories
from storage.audit import Deed
from storage.erasures import Gone, Wish

WITHIN = timedelta(days=7)
"""From the second DELETE to the purge (facts: safety, "Rights"): what the reply promises."""


@dataclass(frozen=True, slots=True)
class Whom:
    """A person at a provider, and the member of staff who asks; None where the person does."""

    provider_id: int
    person_id: int
    channel: str
    address: str
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What has gone. waits_for: why something is still there; None: nothing is."""

    gone: Gone
    waits_for: str | None


def heard(connection: Connection, occasion: Occasion) -> None:
    """Where this text confirms a wish to be deleted: keep the wish, in the text's own commit.

    What was said ends here; what they say from now on belongs to a new conversation, in which we
    ask nothing, and is not part of the wish.
    """
    asked = facts.EraseAsked(confirmed=True)
    if asked not in occasion.turn.facts:
        return
    who, now = occasion.who, occasion.now
    whom = Whom(occasion.place.provider_id, who.person_id, who.channel, who.their_address, None)
    ask(connection, whom, now, WITHIN)
    state = states.dumps(_afterwards(occasion.turn.state))
    conversations.go_on(connection, occasion.open, occasion.place, who, state, now)


def _afterwards(state: State) -> State:
    """A conversation without a word of the last one: only how to speak with them."""
    return replace(
        State(state.script, state.script_version, state.language),
        language_chosen=state.language_chosen,
        draft_told=state.draft_told,
        hushed=state.hushed,
        finished=True,
    )


def ask(connection: Connection, whom: Whom, now: datetime, within: timedelta = timedelta(0)) -> int:
    """What they told us ends here, and is to go within that time; returns the erasure's id."""
    conversations.close_open(connection, whom.person_id, None, now)
    check_ins.end(connection, whom.person_id, check_ins.ERASED, now)
    stories.withdraw(connection, whom.person_id, now)
    erasure_id = erasures.ask(
        connection, whom.provider_id, whom.person_id, whom.account_id, now, now + within
    )
    deed = Deed("erasure_asked", whom.account_id, whom.provider_id, ("erasure", erasure_id))
    audit.note(connection, deed, now)
    return erasure_id


def rehearsed(connection: Connection, whom: Whom, now: datetime) -> Erased | None:
    """What `erase` would take out now. The caller must roll the transaction back."""
    wish = erasures.claim(connection, ask(connection, whom, now))
    return _take_out(connection, wish, now) if wish else None


def erase_due(house: House) -> int:
    """Take out what is due; returns how many wishes were looked at."""
    now = clock.now()
    with house.engine.connect() as connection:
        due = erasures.due(connection, now)
    for erasure_id in due:
        erase(house, erasure_id, now)
    return len(due)


def erase(house: House, erasure_id: int, now: datetime) -> Erased | None:
    """Take out what one wish asks for; None when it is done already or another worker is at it.

    In two commits: first every text is remembered by a keyed hash, then all goes at once. Between
    the two nothing is lost, and doing either again changes nothing.
    """
    with house.engine.begin() as connection:
        wish = erasures.claim(connection, erasure_id)
        if wish is None:
            return None
        erasures.remember(connection, wish, now)
    faults.reached("erase.remembered")
    with house.engine.begin() as connection:
        wish = erasures.claim(connection, erasure_id)
        if wish is None:
            return None
        erased = _take_out(connection, wish, now)
        faults.reached("erase.before_commit")
    faults.reached("erase.after_commit")
    return erased


def _take_out(connection: Connection, wish: Wish, now: datetime) -> Erased:
    found = purge.standing(connection, wish)
    waits_for = "alert" if found.alert else "case" if found.case else None
    if holds.held(connection, wish.provider_id, wish.person_id):
        erased = Erased(Gone(), "hold")
    elif wish.address == "":  # no listed key opens it: their texts cannot be found
        erased = Erased(Gone(), "key")
    elif purge.waits_to_be_stepped(connection, wish):
        erased = Erased(Gone(), "step")
    else:
        erased = Erased(purge.take_out(connection, wish, found), waits_for)
    erasures.settle(connection, wish.erasure_id, erased.gone, erased.waits_for, now)
    audit.note(connection, _deed(wish, erased), now)
    return erased


def _deed(wish: Wish, erased: Erased) -> Deed:
    detail: dict[str, str | int] = {**asdict(erased.gone)}
    if erased.waits_for:
        detail["for"] = erased.waits_for
    action = "erasure_waits" if erased.waits_for else "erased"
    return Deed(action, None, wish.provider_id, ("erasure", wish.erasure_id), detail)
