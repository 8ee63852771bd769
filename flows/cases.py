"""Cases for PALS and the complaints team: who asked to be rung or complained, by when, and what came of it.

They see the words that asked, and the number only of who said yes to a call, by a typed reason.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.house import House
from flows.triage import CLOSED, KEPT, RELEASED, Changed, NotThere, NotYet
from rules.cases import KINDS
from storage import audit, cases, database, triage
from storage.accounts import Granted
from storage.audit import Deed
from storage.cases import CaseSeen
from storage.triage import AlertSeen, Doing, HeldSeen, TextSeen

ROLE = "experience_lead"
"""PALS and the complaints team belong to patient experience, and its lead already answers for both;
safeguarding staff need not ring people about parking, nor PALS read of abuse."""
OUTCOMES = {
    "rung": "We rang them",
    "not_reached": "We could not reach them",
    "passed_on": "Passed to the complaints team",
    "not_wanted": "They wanted no call",
    "read": "Read; nothing more was asked",
}


@dataclass(frozen=True, slots=True)
class Who:
    """The member of staff, with all roles that they hold."""

    account_id: int
    grants: tuple[Granted, ...]

    def may(self) -> set[tuple[int, str]]:
        """What their transactions may do."""
        held = {grant.provider_id for grant in self.grants if grant.role == ROLE}
        return {(each, what) for each in held for what in ("cases", *KINDS)}

    def opens(self, case: CaseSeen) -> bool:
        """Whether a role of theirs covers the service."""
        return any(
            grant.role == ROLE
            and grant.provider_id == case.provider_id
            and grant.site_id in (None, case.site_id)
            and grant.service_id in (None, case.service_id)
            for grant in self.grants
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with everything on its page. alert: None where it is safeguarding's to read."""

    case: CaseSeen
    alert: AlertSeen | None
    texts: list[TextSeen]
    comments: list[HeldSeen]


def open_ones(house: House, who: Who) -> list[CaseSeen]:
    """The open cases that they may open, the first due first."""
    with _guarded(house, who) as connection:
        return [case for case in cases.open_ones(connection) if who.opens(case)]


def read(house: House, who: Who, case_id: int, now: datetime) -> Opened:
    """Open one case; that it was read is written down. Raises NotThere."""
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        audit.note(connection, _deed(who, case, "read_case"), now)
        return opened(connection, case)


def opened(connection: Connection, case: CaseSeen) -> Opened:
    """Everything on its page, read in this transaction."""
    alert = triage.one(connection, case.alert_id)
    texts = triage.texts(connection, case.alert_id)
    comments = triage.comments(connection, alert.response_id) if alert else []
    return Opened(case, alert, texts, comments)


def decide(  # noqa: PLR0917  one argument a field of the form
    house: House, who: Who, case_id: int, release: bool, reason: str, seen: int, now: datetime
) -> None:
    """Let the service's staff read the words, or keep them back. Raises NotThere, Changed, NotYet."""
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        alert = triage.one(connection, case.alert_id)
        held = triage.comments(connection, alert.response_id) if alert else []
        if alert is None or alert.response_id is None or not held:
            raise NotYet("There is no comment to decide on")
        if release and any(comment.redacted is None for comment in held):
            raise NotYet(
                "Names and numbers have not been taken out yet. Try again in a few seconds"
            )
        deed = RELEASED if release else KEPT
        doing = Doing(alert, who.account_id, deed, reason, seen)
        if not triage.do(connection, doing, {"decision": deed}, now):
            raise Changed
        triage.hold(connection, alert.response_id, held=not release)
        audit.note(connection, _deed(who, case, f"alert_{deed}"), now)


def close(  # noqa: PLR0917  one argument a field of the form
    house: House, who: Who, case_id: int, outcome: str, note: str, seen: int, now: datetime
) -> None:
    """Close it with what came of it, and its alert if that was a complaint and no more.

    Raises NotThere, Changed, NotYet.
    """
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        alert = triage.one(connection, case.alert_id)
        held = triage.comments(connection, alert.response_id) if alert else []
        if outcome not in OUTCOMES:
            raise NotYet("Choose what came of it")
        if alert and alert.closed_at is None and held and alert.decision is None:
            raise NotYet("First decide whether the service’s staff may read the words")
        if not cases.close(connection, case, seen, outcome, note, who.account_id, now):
            raise Changed
        if alert and alert.closed_at is None:
            doing = Doing(alert, who.account_id, CLOSED, note, alert.version)
            triage.do(connection, doing, {"closed_at": now, "tell_at": None}, now)
        audit.note(connection, _deed(who, case, "case_closed"), now)


def show_number(  # noqa: PLR0917  one argument a field of the form
    house: House, who: Who, case_id: int, reason: str, seen: int, now: datetime
) -> tuple[CaseSeen, str]:
    """The number of somebody who said yes to a call, once. Raises NotThere, Changed.

    seen: the version of the case; closing or a new answer of theirs moves it on.
    """
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        number = triage.break_glass(
            connection, case.alert_id, seen, who.account_id, reason, now, for_call=True
        )
        if number is None:
            raise Changed
        audit.note(connection, _deed(who, case, "number_shown"), now)
    return case, number


def _guarded(house: House, who: Who) -> AbstractContextManager[Connection]:
    return database.guarded(house.engine, sorted(who.may()))


def _found(connection: Connection, who: Who, case_id: int) -> CaseSeen:
    case = cases.one(connection, case_id)
    if case is None or not who.opens(case):
        raise NotThere
    return case


def _deed(who: Who, case: CaseSeen, action: str) -> Deed:
    return Deed(action, who.account_id, case.provider_id, ("case", case.case_id))
