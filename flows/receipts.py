"""What providers say became of our texts: pushed receipts, and look-ups where none came."""

from collections.abc import Mapping
from datetime import timedelta

from bot.channels.errors import SendError
from bot.channels.sending import Answering, Sender
from bot.channels.values import Receipt
from bot.dialogue.messages import Channel
from flows import letters
from flows.deliver import SENT_ONCE_MORE, once_more
from flows.house import House
from rules import receipts
from runtime import clock, faults, log, metrics
from storage import outbox, people
from storage.outbox import Due, Standing

NO_RECEIPT = timedelta(minutes=5)
LEFT_SENDING = timedelta(minutes=2)
CAN_BE_ASKED = (Channel.SMS, Channel.WHATSAPP)
"""Channels whose provider says what became of a text. Where none can (Telegram), what is left
`unconfirmed` is the operator's, and must not stand in the way of what can be looked up."""


def receive(house: House, receipt: Receipt) -> bool:
    """Write a receipt onto its row, never backwards; False when it belongs to none of ours."""
    now = clock.now()
    with house.engine.begin() as connection:
        outbox_id = receipt.outbox_id or outbox.by_ref(
            connection, receipt.channel, receipt.provider_ref
        )
        standing = outbox.standing(connection, outbox_id) if outbox_id else None
        if standing is None:
            return False
        state = receipts.after(standing.state, receipt.status, receipt.opted_out)
        if receipt.opted_out and standing.to_address:
            people.opt_out(connection, standing.channel, standing.to_address, "carrier", now)
        if state is not None:
            outbox.settle(
                connection, standing.outbox_id, state, now, receipt.provider_ref, receipt.error_code
            )
        faults.reached("receipt.before_commit")
    faults.reached("receipt.after_commit")
    _count(standing, state)
    return True


def _count(standing: Standing, state: str | None) -> None:
    if state is not None:
        metrics.SENT.labels(standing.channel, state).inc()


def settle_waiting(house: House, senders: Mapping[Channel, Sender]) -> int:
    """Find out what became of texts that no receipt has settled; returns how many were looked at.

    Handed for over 5 minutes, or unconfirmed: looked up at the provider, and only a text that it
    never had is sent by API. Left in `sending` by a worker that died: unknown, so unconfirmed.
    """
    now = clock.now()
    with house.engine.connect() as connection:
        left = outbox.left_sending(connection, LEFT_SENDING, now)
        waiting = outbox.to_look_up(connection, CAN_BE_ASKED, NO_RECEIPT, now)
    for due in left:
        _left_sending(house, due)
    for due in waiting:
        faults.reached("settle.looking")
        _look_up(house, senders, due)
    return len(waiting)


def _left_sending(house: House, due: Due) -> None:
    """Twilio can be asked; Telegram cannot, and there a reply goes once more."""
    now = clock.now()
    with house.engine.begin() as connection:
        if once_more(due):
            outbox.again(connection, due, now, now, SENT_ONCE_MORE)
        else:
            outbox.settle(
                connection,
                due.outbox_id,
                outbox.UNCONFIRMED,
                now,
                error_code="worker_died",
                only_from=[outbox.SENDING],
            )
    metrics.SWEPT.labels("sending").inc()


def _look_up(house: House, senders: Mapping[Channel, Sender], due: Due) -> None:
    sender = senders.get(Channel(due.channel))
    if not isinstance(sender, Answering) or not (due.body and due.to_address):
        return
    try:
        found = _found(house, sender, due)
    except SendError as error:
        log.get().warning("look_up_failed", outbox=due.outbox_id, code=error.code)
        return
    faults.reached("settle.looked_up")
    if found is not None:
        receive(house, found)
        return
    now = clock.now()
    with house.engine.begin() as connection:
        outbox.again(connection, due, now, now)
    metrics.SWEPT.labels("handed").inc()


def _found(house: House, sender: Answering, due: Due) -> Receipt | None:
    outgoing = letters.to_outgoing(due)
    with house.engine.connect() as connection:
        taken = outbox.refs_to(connection, due.channel, due.created_at)
    return sender.lookup(outgoing, since=due.created_at, taken=taken)
