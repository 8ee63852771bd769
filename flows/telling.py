"""Tells people of alerts: looks who is on duty, and writes a letter for each, once.

The alert is the debt (`tell_at`), the letters are the next one. Knows no e-mail.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows import cover
from flows.house import House
from rules import telling
from rules.telling import Cover
from runtime import clock, faults, log
from storage import alerts, mails
from storage.alerts import ToTell
from storage.mails import Letter

ALERTS_A_COMMIT = 20
TRY_AGAIN = timedelta(minutes=5)


def tell(house: House) -> int:
    """Write the letters for up to 20 alerts in one commit; returns how many alerts."""
    now = clock.now()
    with house.engine.begin() as connection:
        alerts.note_unreached(connection, now)
        due = alerts.claim_to_tell(connection, ALERTS_A_COMMIT, now)
        for alert in due:
            _tell(connection, alert, now)
        faults.reached("alert.told")
    return len(due)


def _tell(connection: Connection, alert: ToTell, now: datetime) -> None:
    wanted = telling.duties(alert.kind, alert.reply, alert.allegation)
    if alert.escalated_to:
        wanted = (*wanted, alert.escalated_to)
    people = telling.people(
        _cover(connection, alert), wanted, alert.tier, now.astimezone(clock.LONDON)
    )
    if not people:
        log.get().error("nobody_to_tell", provider=alert.provider_id)
        alerts.tell_later(connection, alert.alert_id, now + TRY_AGAIN)
        return
    kind = _kind(alert)
    stamp = f"{alert.tell_at:%Y%m%dT%H%M%S%f}"
    letters = [
        Letter(
            alert.provider_id, account, alert.alert_id, kind,
            f"alert.{alert.alert_id}.{stamp}.{account}",
        )
        for account in people
    ]  # fmt: skip
    mails.put(connection, letters, now)
    alerts.told(connection, alert.alert_id, now)


_OF_CASES = {"complaint": "call", "contact": "call", "check_in": "check_in"}
"""Kinds of alert that are a case -> the kind of their letter."""


def _kind(alert: ToTell) -> str:
    """What the letter is about: the gravest news since somebody was told last."""
    if alert.unreached_at and (alert.told_at is None or alert.told_at < alert.unreached_at):
        return "not_reached"
    if alert.escalated_to:
        return "escalated"
    if alert.kind in _OF_CASES:
        return _OF_CASES[alert.kind]
    if alert.tier == "today":
        return "alert_today"
    return "alert_again" if alert.told_at else "alert_now"


def _cover(connection: Connection, alert: ToTell) -> Cover:
    harm = alert.kind == "abuse" or alert.reply == cover.HARM
    return cover.at(connection, alert.provider_id, alert.service_id, harm=harm)
