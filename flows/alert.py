"""Words that people must read: the alert that a text raises or joins, in the text's own commit.

An ordinary text pays nothing here: whether an alert is open is known from the statement that found
its conversation. Knows no page and no channel's wire format.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import library
from bot.dialogue import facts
from bot.dialogue import state as states
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Inbound
from rules import alerts as rules
from rules import cases as wishes
from rules import working_days
from runtime import clock, faults, jobs
from runtime.jobs import Bell
from storage import alerts, cases
from storage.alerts import Change, Finding, Origin, Said, Standing
from storage.consents import RING_ME, Given
from storage.conversations import Correspondent, Open
from storage.services import Place
from storage.turns import Written

CONTACT = "contact"
HARD = frozenset({"hard", "need_help"})
"""Answers to a check-in that somebody must read by the day we have named, as any words beside them."""
FURTHER = "further-words"
"""Stands for a rule where more is said to a comment that somebody has decided to keep."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One text that has been stepped: where, by whom, what it led to, and what was kept of it."""

    open: Open
    place: Place
    who: Correspondent
    inbox_id: int
    inbound: Inbound
    turn: Turn
    written: Written
    now: datetime
    purpose: str = "experience"

    @property
    def words(self) -> str:
        """What they typed, or the code of the button that they pressed."""
        return self.inbound.text.strip() or self.inbound.choice or ""


def holds(open_: Open, turn: Turn, purpose: str) -> bool:
    """Whether words of this text may be read by nobody until a named person has released them."""
    concern = any(isinstance(fact, facts.ConcernSeen) for fact in turn.facts)
    return open_.footing.alert_id is not None or concern or _wish(turn, purpose) is not None


def _wish(turn: Turn, purpose: str) -> str | None:
    """What they want of us, as the kind of its case; None where they want nothing.

    A yes to a call that we offered is no complaint. A carer whose check-in is hard, or who uses words of
    their own in one, is read by the team that we have named to them.
    """
    wishes_ = [fact for fact in turn.facts if isinstance(fact, facts.ContactAsked)]
    if any(not wish.offered for wish in wishes_):
        return rules.COMPLAINT
    if purpose == rules.CHECK_IN and any(_is_hard(fact) for fact in turn.facts):
        return rules.CHECK_IN
    if not wishes_:
        return None
    return rules.CHECK_IN if purpose == rules.CHECK_IN else rules.CONTACT


def _is_hard(fact: facts.Fact) -> bool:
    return isinstance(fact, facts.Commented) or (
        isinstance(fact, facts.Answered) and fact.question == rules.CHECK_IN and fact.code in HARD
    )


def heard(connection: Connection, occasion: Occasion) -> tuple[Bell, ...]:
    """Raise the alert that these words call for, or let them join the one that is open.

    Returns the bell that is due where somebody may have to be told.
    """
    alert_id = _alerted(connection, occasion)
    _contact(connection, occasion, alert_id)
    if alert_id is None:
        return ()
    faults.reached("alert.kept")
    return (jobs.ALERT,)


def _contact(connection: Connection, occasion: Occasion, alert_id: int | None) -> None:
    """A case where they want something of us; their answer to "shall we ring you" decides its day."""
    today = clock.london_day(occasion.now)
    wish = _wish(occasion.turn, occasion.purpose)
    if alert_id is not None and wish is not None:
        due_on = working_days.due(today, wishes.READ_WITHIN[wish])
        cases.open_(connection, alert_id, wish, due_on, occasion.now)
    for fact in occasion.turn.facts:
        if isinstance(fact, facts.ConsentGiven) and fact.kind == "call":
            due_on = working_days.due(today, wishes.CALL_WITHIN[wish or rules.COMPLAINT])
            cases.answer(
                connection, occasion.open.conversation_id, _to_a_call(occasion, fact.given), due_on
            )


def _to_a_call(occasion: Occasion, given: bool) -> Given:
    return Given(
        occasion.place.provider_id, occasion.who.person_id, RING_ME, given,
        occasion.open.script, occasion.open.script_version, occasion.now,
    )  # fmt: skip


def _alerted(connection: Connection, occasion: Occasion) -> int | None:
    """The alert that the text has raised or joined; None for an ordinary text."""
    finding = _finding(occasion)
    open_id = occasion.open.footing.alert_id
    alert = alerts.standing(connection, open_id) if open_id else None
    if alert is not None:
        if occasion.words:
            _join(connection, occasion, alert, finding)
        return alert.alert_id
    if finding is not None:
        return _open(connection, occasion, finding)
    if occasion.written.held:
        kind = alerts.last_kind(connection, occasion.open.conversation_id) or rules.ABUSE
        return _open(connection, occasion, _made(occasion, kind, FURTHER, rules.TODAY))
    return None


def _finding(occasion: Occasion) -> Finding | None:
    """The gravest thing that the dialogue has found in the text."""
    found = [
        _made(occasion, fact.kind, fact.rule, rules.tier(fact.kind))
        for fact in occasion.turn.facts
        if isinstance(fact, facts.ConcernSeen)
    ]
    wish = _wish(occasion.turn, occasion.purpose)
    if wish is not None:
        found.append(_made(occasion, wish, _RULES[wish], rules.TODAY))
    return min(found, key=lambda each: rules.GRAVITY.index(each.kind)) if found else None


def _made(occasion: Occasion, kind: str, rule: str, tier: str) -> Finding:
    replied = [
        reply.kind for reply in occasion.turn.replies if reply.kind in (*alerts.DANGER, CONTACT)
    ]
    reply = replied[0] if replied else None
    said = f"{_before(occasion)} {occasion.words}"
    return Finding(
        kind=kind,
        tier=tier,
        rule=rule,
        rules_version=library.rules_version(),
        reply=reply,
        allegation=rules.is_allegation(kind, reply, said, library.words_for_staff()),
    )


_RULES = {
    rules.COMPLAINT: CONTACT,
    rules.CONTACT: "call-offered",
    rules.CHECK_IN: "check-in",
}
"""What stands for a rule where people want something of us."""


def _before(occasion: Occasion) -> str:
    """Every comment that they had made in this conversation before this text."""
    if not occasion.open.state:
        return ""
    return "\n".join(states.loads(occasion.open.state).comments.values())


def _open(connection: Connection, occasion: Occasion, finding: Finding) -> int:
    before = _before(occasion)
    said = [Said(None, alerts.BEFORE, before)] if before else []
    said.append(_said(occasion, alerts.RAISED))
    origin = Origin(
        provider_id=occasion.place.provider_id,
        service_id=occasion.place.service_id,
        conversation_id=occasion.open.conversation_id,
        person_id=occasion.who.person_id,
        response_id=occasion.written.response_id,
        channel=occasion.who.channel,
        address=occasion.who.their_address,
        language=occasion.turn.state.language,
        stopped=occasion.turn.state.opted_out,
    )
    return alerts.open_(connection, origin, finding, said, occasion.now)


def _join(
    connection: Connection, occasion: Occasion, alert: Standing, found: Finding | None
) -> None:
    graver = found and rules.weighs_more(found.kind, found.tier, alert.kind, alert.tier)
    staff = library.words_for_staff()
    allegation = rules.is_allegation(alert.kind, alert.reply, occasion.words, staff)
    tell_at = None
    if graver or (allegation and not alert.allegation):
        tell_at = occasion.now
    elif found and (found.kind, found.tier) == (alert.kind, rules.NOW):
        tell_at = rules.again(alert.told_at, occasion.now)
    change = Change(
        finding=found if graver else None,
        allegation=alert.allegation or allegation or bool(found and found.allegation),
        tell_at=tell_at,
        response_id=occasion.written.response_id,
        commented=occasion.written.held is not None,
        stopped=occasion.turn.state.opted_out,
    )
    alerts.join(connection, alert, change, _said(occasion, alerts.AFTER), occasion.now)


def _said(occasion: Occasion, place: str) -> Said:
    return Said(occasion.inbox_id, place, occasion.words, _is_wish(occasion))


def _is_wish(occasion: Occasion) -> bool:
    return _wish(occasion.turn, occasion.purpose) is not None
