"""Texts that could not be stepped when they came: tried again, each sender's in order."""

from sqlalchemy.exc import DBAPIError

from flows import accept, letters, strangers
from flows.converse import Kept, StepFailed, converse
from flows.house import House
from runtime import faults, jobs, log
from runtime.jobs import Bell
from storage import inbox, people
from storage.crypto import SealBroken
from storage.inbox import Waiting

SENDERS_A_RUN = 50
MOST_TEXTS_A_SENDER = 50


def catch_up(house: House) -> tuple[int, tuple[Bell, ...]]:
    """Step what waits; returns how many texts were stepped, and the bells that are now due.

    A sender whose oldest text still fails keeps waiting, with all that came after it; an operator
    sees it in `inbox` with its attempts.
    """
    with house.engine.connect() as connection:
        senders = inbox.senders_waiting(connection, SENDERS_A_RUN)
    stepped = 0
    bells: set[Bell] = set()
    for sender in senders:
        for _ in range(MOST_TEXTS_A_SENDER):
            rung = _one(house, sender)
            if rung is None:
                break
            stepped += 1
            bells |= set(rung)
    return stepped, tuple(sorted(bells, key=lambda bell: bell.name))


def _one(house: House, sender: bytes) -> tuple[Bell, ...] | None:
    """The sender's oldest waiting text; None when there is none that can be stepped now."""
    waiting: Waiting | None = None
    try:
        with house.engine.begin() as connection:
            waiting = inbox.next_waiting(connection, sender)
            if waiting is None:
                return None
            text = letters.to_text(waiting.letter)
            where = accept.find_place(connection, house, text)
            state = accept.replies_state(text, ride=False)
            if where is None or text.group:
                now = waiting.received_at
                strangers.answer(connection, text, waiting.inbox_id, state, now)
                inbox.mark(connection, waiting.inbox_id, inbox.UNKNOWN_PLACE)
                return (jobs.DELIVER,)
            provider_id, now = where.place.provider_id, waiting.received_at
            person_id = people.meet(connection, provider_id, text.channel, text.their_address, now)
            kept = Kept(waiting.inbox_id, person_id)
            heard = accept.hear(where, text, kept, state, now, waited=True)
            said = converse(connection, house, heard)
            inbox.mark(connection, waiting.inbox_id, inbox.STEPPED)
            faults.reached("catch_up.before_commit")
    except (StepFailed, SealBroken, DBAPIError) as error:
        if waiting is not None:
            _failed(house, waiting, error)
        elif isinstance(error, SealBroken):
            log.get().error("text_unreadable", exc_info=error)
        else:
            raise
        return None
    faults.reached("catch_up.after_commit")
    return (*said.bells, *((jobs.DELIVER,) if said.replies else ()))


def _failed(house: House, waiting: Waiting, error: Exception) -> None:
    log.get().error("step_failed", inbox=waiting.inbox_id, attempt=waiting.attempts, exc_info=error)
    with house.engine.begin() as connection:
        inbox.mark(connection, waiting.inbox_id, inbox.TO_STEP)
