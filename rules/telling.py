"""Who is told of an alert: from what it is to duties, from duties and rota to people.

Source: the project's decisions on safety, alerts 2: a crisis goes to the on-call manager or crisis team,
abuse to safeguarding, an allegation against staff to the named safeguarding lead and never to line
management, a lapse in care to the patient-safety team.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules import alerts, rota
from rules.rota import Shift


@dataclass(frozen=True, slots=True)
class Cover:
    """Who can be told at one provider. fallback: told where nobody is on duty.

    managers: the accounts that run the service in question.
    """

    shifts: Sequence[Shift]
    fallback: int | None
    managers: Collection[int]


def duties(kind: str, reply: str | None, allegation: bool) -> tuple[str, ...]:
    """The duties that an alert concerns. reply: `harm` answers danger from a person."""
    guard = rota.SAFEGUARDING_LEAD if allegation else rota.SAFEGUARDING
    if kind == alerts.CRISIS:
        return (rota.ON_CALL, guard) if reply == "harm" else (rota.ON_CALL,)
    if kind == alerts.ABUSE:
        return (guard,)
    if kind == alerts.CHECK_IN:
        return (rota.CARERS,)
    return (rota.PATIENT_SAFETY,) if kind == alerts.SAFETY else (rota.COMPLAINTS,)


def people(cover: Cover, wanted: Iterable[str], tier: str, moment: datetime) -> list[int]:
    """The accounts to tell, each once; empty where there is nobody at all.

    moment: London's own time. For each duty: who is on it now; else, where it can wait until today's
    reading, everybody who is ever on it; else the fallback. Nobody is told of words of harm at
    a service that they run (`cover.managers`), whatever duty they are on.
    """
    told: list[int] = []
    for duty in wanted:
        found = _free(cover, rota.on_duty(cover.shifts, duty, moment))
        if not found and tier == alerts.TODAY:
            found = _free(cover, rota.on_rota(cover.shifts, duty))
        if not found and cover.fallback is not None:
            found = _free(cover, [cover.fallback])
        told += found
    return list(dict.fromkeys(told))


LONG_ENOUGH = timedelta(hours=1)
"""A duty that ends sooner is not counted on: they may not get to it."""


def covered(cover: Cover, kind: str, reply: str, allegation: bool, moment: datetime) -> bool:
    """Whether such words are read today for certain: every duty has somebody now, and in an hour
    that is still today. The fallback, who covers what nobody covers, does not count.

    moment: London's own time.
    """
    later = moment + LONG_ENOUGH
    duty_only = replace(cover, fallback=None)
    return later.date() == moment.date() and all(
        people(duty_only, [duty], alerts.NOW, when)
        for duty in duties(kind, reply, allegation)
        for when in (moment, later)
    )


def _free(cover: Cover, accounts: Iterable[int]) -> list[int]:
    return [account for account in accounts if account not in cover.managers]
