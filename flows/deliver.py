"""Sends what is due: claims rows, calls the provider with no transaction open, writes what became of it."""

from collections.abc import Mapping
from datetime import datetime

from bot.channels.errors import Policy, SendError
from bot.channels.sending import Sender
from bot.dialogue.messages import Channel
from flows import letters
from flows.house import House
from rules import retries
from runtime import clock, faults, log, metrics
from storage import outbox, people
from storage.outbox import Due

ROWS_A_CLAIM = 20

AFTER_STOP = frozenset({"stop", "crisis", "harm", "ward"})
"""The only replies that may follow an opt-out: the word that confirms it, and the answer to a text
that speaks of danger (facts: safety, alerts 5)."""

ONCE_MORE = frozenset({Channel.TELEGRAM})
"""Channels without receipt or look-up: a reply of unknown outcome goes once more (at least once)."""


def deliver(house: House, senders: Mapping[Channel, Sender]) -> int:
    """Send up to 20 due texts; returns how many were claimed."""
    now = clock.now()
    with house.engine.begin() as connection:
        claimed = outbox.claim(connection, ROWS_A_CLAIM, now)
        asked = [(due.channel, due.to_address) for due in claimed if due.kind not in AFTER_STOP]
        stopped = people.opted_out_among(connection, asked)
    faults.reached("deliver.claimed")
    for due in claimed:
        if due.kind not in AFTER_STOP and (due.channel, due.to_address) in stopped:
            _settle(house, due, outbox.REFUSED, error_code="opted_out")
        else:
            _send(house, senders, due)
    return len(claimed)


def _send(house: House, senders: Mapping[Channel, Sender], due: Due) -> None:
    sender = senders.get(Channel(due.channel))
    if sender is None:
        _settle(house, due, outbox.FAILED, error_code="no_sender")
        return
    try:
        sent = sender.send(letters.to_outgoing(due))
    except SendError as error:
        _not_sent(house, due, error)
        return
    faults.reached("deliver.sent")
    _settle(house, due, outbox.SENT, provider_ref=sent.provider_ref)
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
        outbox.settle(connection, due.outbox_id, outbox.REFUSED, now, error_code=code)
    metrics.SENT.labels(due.channel, outbox.REFUSED).inc()


def _unconfirmed(house: House, due: Due, error: SendError, now: datetime) -> None:
    if due.channel in ONCE_MORE and due.attempts < 2:
        _later(house, due, error, now)
    else:
        _settle(house, due, outbox.UNCONFIRMED, error_code=error.code)


def _later(house: House, due: Due, error: SendError, now: datetime) -> None:
    """Throttled, or our own settings are wrong: nothing is lost while an operator mends them."""
    wait = retries.wait(due.attempts, error.after)
    if wait is None:
        _settle(house, due, outbox.FAILED, error_code=error.code)
        return
    with house.engine.begin() as connection:
        outbox.again(connection, due.outbox_id, now + wait, now)
    metrics.SENT.labels(due.channel, "later").inc()


def _settle(
    house: House,
    due: Due,
    state: str,
    provider_ref: str | None = None,
    error_code: str | None = None,
) -> None:
    with house.engine.begin() as connection:
        outbox.settle(connection, due.outbox_id, state, clock.now(), provider_ref, error_code)
    metrics.SENT.labels(due.channel, state).inc()
