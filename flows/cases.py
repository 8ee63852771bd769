"""Cases for PALS and the complaints team: who asked to be rung or complained, by when, and what came of it.

They see the words that asked, and the number only of who said yes to a call, by a typed reason.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from flows.house import House
from flows.triage import CLOSED, KEPT, RELEASED, Changed, NotThere, NotYet, carry_out
from rules.cases import KINDS
from storage import audit, cases, database, triage
from storage.accounts import Granted
from storage.audit import Act, Deed
from storage.cases import CaseSeen
from storage.triage import AlertSeen, HeldSeen, TextSeen

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


def decide(house: House, who: Who, case_id: int, act: Act, *, release: bool) -> None:
    """Let the service's staff read the words, or keep them back. Raises NotThere, Changed, NotYet."""
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        alert = triage.one(connection, case.alert_id)
        if alert is None or not triage.comments(connection, alert.response_id):
            raise NotYet("There is no comment to decide on")
        deed = RELEASED if release else KEPT
        carry_out(connection, alert, act, deed)
        audit.note(connection, _deed(who, case, f"alert_{deed}"), act.now)


def close(house: House, who: Who, case_id: int, act: Act, outcome: str) -> None:
    """Close it with what came of it, and its alert where they may see that.

    Raises NotThere, Changed, NotYet.
    """
    if outcome not in OUTCOMES:
        raise NotYet("Choose what came of it")
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        if not cases.close(connection, case, act, outcome):
            raise Changed
        alert = triage.one(connection, case.alert_id)
        if alert and alert.closed_at is None:
            carry_out(connection, alert, replace(act, seen=alert.version), CLOSED)
        audit.note(connection, _deed(who, case, "case_closed"), act.now)


def show_number(house: House, who: Who, case_id: int, act: Act) -> str:
    """The number of somebody who said yes to a call, once. Raises NotThere, Changed.

    Its version is the case's; closing or a new answer of theirs moves it on.
    """
    with _guarded(house, who) as connection:
        case = _found(connection, who, case_id)
        number = triage.break_glass(connection, case.alert_id, act, for_call=True)
        if number is None:
            raise Changed
        audit.note(connection, _deed(who, case, "number_shown"), act.now)
    return number


def _guarded(house: House, who: Who) -> AbstractContextManager[Connection]:
    return database.guarded(house.engine, sorted(who.may()))


def _found(connection: Connection, who: Who, case_id: int) -> CaseSeen:
    case = cases.one(connection, case_id)
    if case is None or not who.opens(case):
        raise NotThere
    return case


def _deed(who: Who, case: CaseSeen, action: str) -> Deed:
    return Deed(action, who.account_id, case.provider_id, ("case", case.case_id))
