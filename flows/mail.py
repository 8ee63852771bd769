"""Letters to staff: claims, sends with no transaction open, writes what became of each.

At most once: a letter of unknown fate stays `unconfirmed`, and for somebody in danger the fallback is
told as well. A letter holds no word of a person, only what it is about and where to sign in.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.email import Mail, Post
from bot.channels.errors import Policy, SendError
from flows.house import House
from rules import retries
from runtime import clock, faults, log, metrics
from storage import database, mails, rota
from storage.mails import Due, Letter, MailSeen

LETTERS_A_CLAIM = 10
LISTED = 100
LEFT_SENDING = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=2)
URGENT = frozenset({"alert_now", "alert_again", "not_reached"})
"""Letters whose loss the named fallback is told of."""

_SUBJECTS = {
    "alert_now": "Someone may be in danger",
    "alert_again": "Someone in your queue has written again",
    "not_reached": "They did not get our reply",
    "escalated": "An alert has been passed to you",
    "alert_today": "Words to read today",
    "call": "Somebody asked to be rung",
    "check_in": "A carer has answered that things are hard",
}
_BODIES = {
    "alert_now": "Somebody wrote words that may mean that a life or somebody's safety is at risk now.",
    "alert_again": "Somebody whose words are in your queue has written again, of danger.",
    "not_reached": "THEY DID NOT GET OUR REPLY. Somebody wrote of danger, and our answer with the "
    "numbers to call was not delivered.",
    "escalated": "A colleague has passed an alert to your duty.",
    "alert_today": "Somebody wrote words that people must read today.",
    "call": "Somebody asked to be rung, or complained.",
    "check_in": "A carer has answered a check-in that things are hard. We told them that a person reads it "
    "by the end of the next working day.",
}


def send_due(house: House, post: Post | None, public_url: str) -> int:
    """Send what is due; returns how many letters were claimed. Stops when the server is away."""
    now = clock.now()
    with house.engine.begin() as connection:
        lost = mails.left_sending(connection, LEFT_SENDING, now)
        for due in lost:
            _tell_fallback(connection, due, now)
        claimed = mails.claim(connection, LETTERS_A_CLAIM, now)
    faults.reached("mail.claimed")
    away: SendError | None = None if post else SendError(Policy.MISCONFIGURED, "no_smtp_url")
    for due in claimed:
        if away is None and post is not None:
            away = _send(house, post, due, public_url)
        elif away is not None:
            _not_sent(house, due, away)
    return len(claimed) + len(lost)


def _send(house: House, post: Post, due: Due, public_url: str) -> SendError | None:
    """Send one letter; the error, if it means that the next ones need not be tried now."""
    try:
        post.send(written(due.kind, due.alert_id, due.provider, public_url, due))
    except SendError as error:
        _not_sent(house, due, error)
        return error if error.policy in (Policy.RETRY, Policy.MISCONFIGURED) else None
    faults.reached("mail.sent")
    with house.engine.begin() as connection:
        mails.settle(connection, due.mail_id, mails.SENT, clock.now())
    metrics.LETTERS.labels(mails.SENT).inc()
    faults.reached("mail.recorded")
    return None


def _not_sent(house: House, due: Due, error: SendError) -> None:
    now = clock.now()
    log.get().warning("letter_not_sent", code=error.code, action=error.policy)
    waits = error.policy in (Policy.RETRY, Policy.MISCONFIGURED)
    with house.engine.begin() as connection:
        if waits and now - due.created_at < GIVEN_UP_AFTER:
            wait = min(retries.wait(due.attempts, error.after) or LONGEST_WAIT, LONGEST_WAIT)
            mails.again(connection, due.mail_id, now + wait, now, error.code)
            outcome = "later"
        else:
            unknown = error.policy is Policy.UNCONFIRMED
            outcome = mails.UNCONFIRMED if unknown else mails.FAILED
            if mails.settle(connection, due.mail_id, outcome, now, error.code):
                _tell_fallback(connection, due, now)
    metrics.LETTERS.labels(outcome).inc()


def _tell_fallback(connection: Connection, due: Due, now: datetime) -> None:
    """Somebody in danger, and the one who was to be told may not know: the fallback is told too."""
    fallback = rota.fallback(connection, due.provider_id)
    if due.kind in URGENT and fallback is not None and fallback != due.account_id:
        key = f"{due.key}.fallback"
        letter = Letter(due.provider_id, fallback, due.alert_id, due.kind, key)
        mails.put(connection, [letter], now)


def written(
    kind: str, alert_id: int | None, provider: str, public_url: str, due: Due | None = None
) -> Mail:
    """The letter of that kind; `due` says for whom (a page may show it without)."""
    page = "cases" if kind in ("call", "check_in") else f"triage/{alert_id}"
    lines = [
        f"{provider}", "", _BODIES[kind], "", "Sign in to read it:",
        f"{public_url}/dashboard/{page}", "",
        "This letter holds none of their words, nor their number. You get it because you are on the "
        "rota for this duty, or are the named fallback.",
    ]  # fmt: skip
    subject = f"Hearback: {_SUBJECTS[kind]}"
    text = "\n".join(lines) + "\n"
    if due is None:
        return Mail("", "", "", subject, text, clock.now())
    return Mail(due.key, due.name, due.address, subject, text, due.created_at)


def newest(house: House, provider_ids: Collection[int]) -> list[MailSeen]:
    """The newest letters of these providers, and what became of them."""
    with database.guarded(house.engine, [(each, "letters") for each in provider_ids]) as connection:
        return mails.newest(connection, LISTED)
