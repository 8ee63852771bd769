"""The jobs that RQ runs, by the names in `runtime.jobs`: three lines each, over flows."""

import flows.aggregate
import flows.catch_up
import flows.check_ins
import flows.deliver
import flows.erase
import flows.mail
import flows.receipts
import flows.telling
import flows.understand
from runtime import jobs
from workers import at_hand
from workers.drains import drain
from workers.guard import without_words


@without_words
def deliver() -> None:
    """Send what is due."""
    have = at_hand.now()
    drain(have, jobs.DELIVER, lambda: flows.deliver.deliver(have.house, have.senders))


@without_words
def alert() -> None:
    """Tell whoever is on duty: write the letters that are due, and send them."""
    have = at_hand.now()

    def batch() -> int:
        told = flows.telling.tell(have.house)
        return told + flows.mail.send_due(have.house, have.post, have.public_url)

    drain(have, jobs.ALERT, batch)


@without_words
def settle() -> None:
    """Find out what became of texts without a receipt; send those that never left."""
    have = at_hand.now()
    jobs.heard(have.redis, jobs.SETTLE)
    if flows.receipts.settle_waiting(have.house, have.senders):
        jobs.ring(have.redis, jobs.DELIVER)


@without_words
def catch_up() -> None:
    """Step the texts whose step failed when they came."""
    have = at_hand.now()
    jobs.heard(have.redis, jobs.CATCH_UP)
    _, bells = flows.catch_up.catch_up(have.house)
    jobs.ring(have.redis, *bells)


@without_words
def understand() -> None:
    """Make comments readable."""
    have = at_hand.now()
    drain(have, jobs.UNDERSTAND, lambda: flows.understand.understand(have.house))


@without_words
def aggregate() -> None:
    """Count again the days that answers have touched."""
    have = at_hand.now()
    drain(have, jobs.AGGREGATE, lambda: flows.aggregate.aggregate(have.house))


@without_words
def check_ins() -> None:
    """Ask carers who have agreed how things are."""
    have = at_hand.now()
    if drain(have, jobs.CHECK_INS, lambda: flows.check_ins.send_due(have.house)):
        jobs.ring(have.redis, jobs.DELIVER)


@without_words
def erase() -> None:
    """Take out what people have asked us to delete, where it is due."""
    have = at_hand.now()
    drain(have, jobs.ERASE, lambda: flows.erase.erase_due(have.house))
