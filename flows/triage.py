"""The triage queue: who may open which alert, what is on its page, and what may be done, once.

The only way from a page to a person's original words. Every reading and every deed is written down.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows import letters
from flows.house import House
from rules import alerts as rules
from rules import rota
from storage import audit, database, triage
from storage.accounts import Granted
from storage.audit import Act, Deed
from storage.triage import AlertSeen, DeedSeen, GlassSeen, HeldSeen, TextSeen, ToldSeen

OPENS: dict[str, frozenset[str]] = {
    "safeguarding": frozenset(rules.GRAVITY),
    "on_call": frozenset({rules.CRISIS}),
    "patient_safety": frozenset({rules.SAFETY}),
}
"""Role -> the kinds of alert that its holders may open."""
BREAKS_GLASS = frozenset({"safeguarding", "on_call"})
"""Roles that may reveal the address of one alert (facts on safety, alerts 4)."""
RELEASED, KEPT, ESCALATED, CLOSED = "released", "kept", "escalated", "closed"
LISTED = 200


class NotThere(Exception):
    """There is no such alert for this person."""


class Changed(Exception):
    """Somebody wrote, or decided, since the page was opened: look again first."""


class NotYet(Exception):
    """It cannot be done as things stand; the message says what must come first."""


@dataclass(frozen=True, slots=True)
class Who:
    """The member of staff, with all roles that they hold."""

    account_id: int
    grants: tuple[Granted, ...]

    def may(self) -> set[tuple[int, str]]:
        """What their transactions may do: (provider, kind of alert or deed)."""
        kinds = {
            (grant.provider_id, kind)
            for grant in self.grants
            for kind in OPENS.get(grant.role, frozenset())
        }
        return kinds | {
            (grant.provider_id, "glass") for grant in self.grants if grant.role in BREAKS_GLASS
        }

    def opens(self, alert: AlertSeen) -> bool:
        """Whether a role of theirs covers it. Who runs a service never opens words of harm there."""
        covering = [grant.role for grant in self.grants if _covers(grant, alert)]
        if is_harm(alert) and rota.LINE_MANAGEMENT.intersection(covering):
            return False
        return any(alert.kind in OPENS.get(role, frozenset()) for role in covering)

    def breaks_glass(self, alert: AlertSeen) -> bool:
        """Whether they may reveal its address."""
        return any(
            grant.role in BREAKS_GLASS and alert.kind in OPENS[grant.role] and _covers(grant, alert)
            for grant in self.grants
        )


def is_harm(alert: AlertSeen) -> bool:
    """Whether it speaks of harm that somebody does."""
    return alert.kind == rules.ABUSE or alert.reply == "harm"


def _covers(grant: Granted, alert: AlertSeen) -> bool:
    return (
        grant.provider_id == alert.provider_id
        and grant.site_id in (None, alert.site_id)
        and grant.service_id in (None, alert.service_id)
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of ours. lost: it will never arrive."""

    text: str
    state: str
    at: datetime
    lost: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """An alert with everything on its page."""

    alert: AlertSeen
    texts: list[TextSeen]
    replies: list[Answered]
    comments: list[HeldSeen]
    deeds: list[DeedSeen]
    told: list[ToldSeen]
    may_reveal: bool

    @property
    def unreached(self) -> bool:
        """Whether no answer to words of danger arrived."""
        return any(reply.lost for reply in self.replies)


def queue(house: House, who: Who) -> list[AlertSeen]:
    """The open alerts that they may open; without a word of anybody."""
    with _guarded(house, who) as connection:
        return [alert for alert in triage.queue(connection) if who.opens(alert)]


def read(house: House, who: Who, alert_id: int, now: datetime) -> Opened:
    """Open one alert; that it was read is written down. Raises NotThere."""
    with _guarded(house, who) as connection:
        alert = _found(connection, who, alert_id)
        audit.note(connection, _deed(who, alert, "read_alert"), now)
        return opened(connection, alert, who)


def opened(connection: Connection, alert: AlertSeen, who: Who) -> Opened:
    """Everything on its page, read in this transaction."""
    answers = [
        Answered(
            letters.to_reply(reply.kind, reply.letter).text if reply.letter else "",
            reply.state,
            reply.at,
            reply.kind in ("crisis", "harm", "ward") and reply.state in ("refused", "failed"),
        )
        for reply in triage.replies(connection, alert.alert_id)
    ]
    return Opened(
        alert,
        triage.texts(connection, alert.alert_id),
        answers,
        triage.comments(connection, alert.response_id),
        triage.deeds(connection, alert.alert_id),
        triage.told(connection, alert.alert_id),
        alert.closed_at is None and who.breaks_glass(alert),
    )


def decide(
    house: House, who: Who, alert_id: int, act: Act, deed: str, *, duty: str | None = None
) -> None:
    """Release, keep, escalate or close, with a reason. Raises NotThere, Changed, NotYet."""
    with _guarded(house, who) as connection:
        alert = _found(connection, who, alert_id)
        carry_out(connection, alert, act, deed, duty)
        audit.note(connection, _deed(who, alert, f"alert_{deed}"), act.now)


def carry_out(
    connection: Connection, alert: AlertSeen, act: Act, deed: str, duty: str | None = None
) -> None:
    """Do it to the alert and to the comments that it holds. Raises Changed, NotYet."""
    held = triage.comments(connection, alert.response_id)
    values = _values(alert, held, deed, duty, act.now)
    if not triage.do(connection, alert, act, deed, values):
        raise Changed
    if deed in (RELEASED, KEPT) and alert.response_id is not None:
        triage.hold(connection, alert.response_id, held=deed == KEPT)


def _values(
    alert: AlertSeen, held: Collection[HeldSeen], deed: str, duty: str | None, now: datetime
) -> dict[str, object]:
    if deed == RELEASED:
        if not held:
            raise NotYet("There is no comment to release")
        if any(comment.redacted is None for comment in held):
            raise NotYet(
                "Names and numbers have not been taken out yet. Try again in a few seconds"
            )
        return {"decision": RELEASED}
    if deed == KEPT:
        return {"decision": KEPT}
    if deed == ESCALATED:
        if duty not in rota.DUTIES:
            raise NotYet("Choose whom to pass it on to")
        return {"escalated_to": duty, "tell_at": now}
    if held and alert.decision is None:
        raise NotYet("First decide whether the service’s staff may read the words")
    return {"closed_at": now, "tell_at": None}


def break_glass(house: House, who: Who, alert_id: int, act: Act) -> str:
    """The address behind one alert, once. Raises NotThere, and Changed where it was shown already."""
    with _guarded(house, who) as connection:
        alert = _found(connection, who, alert_id)
        if not who.breaks_glass(alert):
            raise NotThere
        address = triage.break_glass(connection, alert_id, act)
        if address is None:
            raise Changed
        audit.note(connection, _deed(who, alert, "glass_broken"), act.now)
    return address


def glass(house: House, provider_ids: Collection[int]) -> list[GlassSeen]:
    """What was revealed at these providers, for the data-protection officer."""
    with database.guarded(
        house.engine, [(each, "glass_list") for each in provider_ids]
    ) as connection:
        return triage.broken(connection, LISTED)


def _guarded(house: House, who: Who) -> AbstractContextManager[Connection]:
    return database.guarded(house.engine, sorted(who.may()))


def _found(connection: Connection, who: Who, alert_id: int) -> AlertSeen:
    alert = triage.one(connection, alert_id)
    if alert is None or not who.opens(alert):
        raise NotThere
    return alert


def _deed(who: Who, alert: AlertSeen, action: str) -> Deed:
    return Deed(action, who.account_id, alert.provider_id, ("alert", alert.alert_id))
