"""Sends what is due: claims rows, calls the provider with no transaction open, writes what became of it."""

import time
from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.channels.errors import Policy, SendError
from bot.channels.sending import Sender
from bot.dialogue.messages import Channel
from flows import letters
from flows.house import House
from rules import retries
from runtime import clock, faults, log, metrics
from storage import inbox, outbox, people
from storage.outbox import Due

ROWS_A_CLAIM = 20

ONCE_MORE = frozenset({Channel.TELEGRAM})
"""Channels without receipt or look-up: a reply of unknown outcome goes once more (at least once)."""

SENT_ONCE_MORE = "sent_once_more"
"""Marks such a reply. Counting its attempts would not do: being throttled is an attempt too."""

BATCH_SECONDS = 5.0

WINDOW = timedelta(hours=24)
"""So long after a person's last message WhatsApp lets us write freely (Twilio, error 63016)."""
OUTSIDE_WINDOW = "outside_24_hours"
"""Why a letter was refused that no approved template says; the operator sees it as its code."""

LONGEST_PAUSE = timedelta(seconds=1.5)
"""What a provider's own pace may hold up a batch; a text that must wait longer is due again later."""


def deliver(house: House, senders: Mapping[Channel, Sender]) -> int:
    """Send up to 20 due texts; returns how many were claimed."""
    now = clock.now()
    with house.engine.begin() as connection:
        claimed = outbox.claim(connection, ROWS_A_CLAIM, now)
    faults.reached("deliver.claimed")
    left = deque(claimed)
    until = time.monotonic() + BATCH_SECONDS
    try:
        while left and time.monotonic() < until:
            pause = _ready_first(left, senders)
            if pause > LONGEST_PAUSE:
                break
            time.sleep(pause.total_seconds())
            _one(house, senders, left.popleft())
    finally:
        _put_back(house, senders, left)
    return len(claimed)


def _ready_first(left: deque[Due], senders: Mapping[Channel, Sender]) -> timedelta:
    """Bring the first text whose provider is ready for it to the front; how long until it is.

    Texts to one chat keep their order, and one busy chat holds up no other.
    """
    pauses = [_pause(due, senders) for due in left]
    pause = min(pauses)
    soonest = pauses.index(pause)
    due = left[soonest]
    del left[soonest]
    left.appendleft(due)
    return pause


def _pause(due: Due, senders: Mapping[Channel, Sender]) -> timedelta:
    sender = senders.get(Channel(due.channel))
    if sender is None or not (due.body and due.to_address):
        return timedelta(0)
    return timedelta(seconds=sender.ready_in(letters.to_outgoing(due)))


def _one(house: House, senders: Mapping[Channel, Sender], due: Due) -> None:
    if not (due.body and due.to_address):
        _settle(house, due, outbox.FAILED, error_code="unreadable")
    elif _stopped(house, due):
        _settle(house, due, outbox.REFUSED, error_code="opted_out")
    elif later := _at_night(due):
        _keep_until(house, due, later)
    elif _too_late(house, due):
        _settle(house, due, outbox.REFUSED, error_code=OUTSIDE_WINDOW)
    else:
        _send(house, senders, due)


def _stopped(house: House, due: Due) -> bool:
    """Asked just before each send: the letters before it may have taken seconds."""
    if due.kind in outbox.AFTER_STOP:
        return False
    with house.engine.connect() as connection:
        return people.opted_out(connection, due.channel, due.to_address)


def _at_night(due: Due) -> datetime | None:
    """When a text that nobody waits for may leave, if that is not now."""
    if due.kind not in outbox.UNASKED:
        return None
    now = clock.now()
    opening = letters.sending_hours(due).opening(now.astimezone(clock.LONDON))
    return opening if opening > now else None


def _keep_until(house: House, due: Due, later: datetime) -> None:
    with house.engine.begin() as connection:
        outbox.put_back(connection, due, clock.now(), later)


def _too_late(house: House, due: Due) -> bool:
    """A WhatsApp message outside the person's window: only an approved template may leave."""
    if due.channel != Channel.WHATSAPP or letters.to_outgoing(due).content:
        return False
    with house.engine.connect() as connection:
        heard_at = inbox.last_heard(connection, due.channel, due.to_address)
    return heard_at is None or clock.now() - heard_at > WINDOW


def _put_back(house: House, senders: Mapping[Channel, Sender], left: Collection[Due]) -> None:
    """What a slow provider, or a job cut short, has left untried need not wait to be missed; what
    its provider does not want yet waits until it does."""
    if not left:
        return
    now = clock.now()
    pauses = [(due, _pause(due, senders)) for due in left]
    with house.engine.begin() as connection:
        for due, pause in pauses:
            later = now + pause if pause > LONGEST_PAUSE else None
            outbox.put_back(connection, due, now, later)


def _send(house: House, senders: Mapping[Channel, Sender], due: Due) -> None:
    sender = senders.get(Channel(due.channel))
    if sender is None:
        _not_sent(house, due, SendError(Policy.MISCONFIGURED, "no_sender"))
        return
    try:
        sent = sender.send(letters.to_outgoing(due))
    except SendError as error:
        _not_sent(house, due, error)
        return
    faults.reached("deliver.sent")
    _sent(house, due, sent.provider_ref)
    faults.reached("deliver.recorded")


def _not_sent(house: House, due: Due, error: SendError) -> None:
    now = clock.now()
    log.get().warning(
        "not_sent", channel=due.channel, outbox=due.outbox_id, code=error.code, action=error.policy
    )
    if error.policy is Policy.OPTED_OUT:
        _carrier_opted_out(house, due, error.code, now)
    elif error.policy is Policy.UNCONFIRMED:
        _unconfirmed(house, due, error, now)
    elif error.policy is Policy.GIVE_UP:
        _settle(house, due, outbox.FAILED, error_code=error.code)
    else:
        _later(house, due, error, now)


def _carrier_opted_out(house: House, due: Due, code: str, now: datetime) -> None:
    """21610 at Twilio, a block at Telegram: the person said no there; it holds here too."""
    with house.engine.begin() as connection:
        people.opt_out(connection, due.channel, due.to_address, "carrier", now)
        outbox.settle(
            connection,
            due.outbox_id,
            outbox.REFUSED,
            now,
            error_code=code,
            only_from=[outbox.SENDING],
        )
    metrics.SENT.labels(due.channel, outbox.REFUSED).inc()


def once_more(due: Due) -> bool:
    """Whether a reply of unknown outcome is sent again; what nobody asked for goes at most once."""
    tried = due.error_code == SENT_ONCE_MORE
    return due.channel in ONCE_MORE and due.kind not in outbox.UNASKED and not tried


def _unconfirmed(house: House, due: Due, error: SendError, now: datetime) -> None:
    if once_more(due):
        _later(house, due, error, now, SENT_ONCE_MORE)
    else:
        _settle(house, due, outbox.UNCONFIRMED, error_code=error.code)


def _later(
    house: House, due: Due, error: SendError, now: datetime, mark: str | None = None
) -> None:
    """Throttled, or our own settings are wrong: nothing is lost while an operator mends them."""
    ours = error.policy is Policy.MISCONFIGURED
    wait = retries.LONGEST if ours else retries.wait(due.attempts, error.after)
    if wait is None:
        _settle(house, due, outbox.FAILED, error_code=error.code)
        return
    with house.engine.begin() as connection:
        outbox.again(connection, due, now + wait, now, mark)
    metrics.SENT.labels(due.channel, "later").inc()


def _sent(house: House, due: Due, provider_ref: str) -> None:
    """Its receipt may be here already and say more; then it stands. But if somebody has given this
    letter up for lost meanwhile, it must not go again."""
    believed = [outbox.SENDING, outbox.UNCONFIRMED, outbox.QUEUED]
    with house.engine.begin() as connection:
        outbox.settle(
            connection,
            due.outbox_id,
            outbox.SENT,
            clock.now(),
            provider_ref,
            only_from=believed,
        )
    metrics.SENT.labels(due.channel, outbox.SENT).inc()


def _settle(house: House, due: Due, state: str, error_code: str) -> None:
    with house.engine.begin() as connection:
        outbox.settle(
            connection,
            due.outbox_id,
            state,
            clock.now(),
            error_code=error_code,
            only_from=[outbox.SENDING],
        )
    metrics.SENT.labels(due.channel, state).inc()
