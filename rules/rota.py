"""Duties, who is on them when, and the hours that nobody covers. Times are Europe/London's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

ON_CALL, SAFEGUARDING, SAFEGUARDING_LEAD = "on_call", "safeguarding", "safeguarding_lead"
PATIENT_SAFETY, COMPLAINTS, CARERS = "patient_safety", "complaints", "carers"
NEEDED = (ON_CALL, SAFEGUARDING, SAFEGUARDING_LEAD, PATIENT_SAFETY, COMPLAINTS)
"""The duties without which no provider goes live."""
DUTIES = (*NEEDED, CARERS)

ABLE = {
    ON_CALL: frozenset({"on_call", "safeguarding"}),
    SAFEGUARDING: frozenset({"safeguarding"}),
    SAFEGUARDING_LEAD: frozenset({"safeguarding"}),
    PATIENT_SAFETY: frozenset({"patient_safety", "safeguarding"}),
    COMPLAINTS: frozenset({"experience_lead"}),
    CARERS: frozenset({"experience_lead"}),
}
"""Duty -> the roles whose holders can open what they are told of."""
FALLBACK_ROLE = "safeguarding"
"""The one role that can open every alert; so the named fallback must hold it."""
LINE_MANAGEMENT = frozenset({"ward", "service_lead"})
"""Roles whose holders are never told of, nor shown, words of harm at a service that they run."""

DAYS = 7
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody on a duty on some days (1 Monday to 7 Sunday), from `begins` to `ends`.

    A shift that ends at or before its beginning goes on past midnight; from 09:00 to 09:00 is a
    whole day.
    """

    duty: str
    account_id: int
    weekdays: frozenset[int]
    begins: time
    ends: time


def on_duty(shifts: Iterable[Shift], duty: str, moment: datetime) -> list[int]:
    """The accounts on that duty at `moment` (London's own time), each once, in the rota's order."""
    minute = (moment.isoweekday() - 1) * MINUTES_A_DAY + _minute(moment.time())
    found = [
        shift.account_id for shift in shifts if shift.duty == duty and minute in _minutes(shift)
    ]
    return list(dict.fromkeys(found))


def on_rota(shifts: Iterable[Shift], duty: str) -> list[int]:
    """The accounts that are ever on that duty, each once."""
    return list(dict.fromkeys(shift.account_id for shift in shifts if shift.duty == duty))


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a day (1 Monday to 7 Sunday) that nobody covers; until 24:00 is written 00:00."""

    weekday: int
    begins: time
    ends: time


def gaps(shifts: Iterable[Shift], duty: str) -> list[Gap]:
    """The hours of the week in which nobody is on that duty, day by day."""
    covered = {minute for shift in shifts if shift.duty == duty for minute in _minutes(shift)}
    found = []
    for day in range(DAYS):
        open_since = None
        for minute in range(MINUTES_A_DAY + 1):
            free = minute < MINUTES_A_DAY and day * MINUTES_A_DAY + minute not in covered
            if free and open_since is None:
                open_since = minute
            elif not free and open_since is not None:
                found.append(Gap(day + 1, _time(open_since), _time(minute)))
                open_since = None
    return found


def _minutes(shift: Shift) -> set[int]:
    """The minutes of the week that a shift covers, Monday 00:00 being 0."""
    begins, ends = _minute(shift.begins), _minute(shift.ends)
    length = (ends - begins) % MINUTES_A_DAY or MINUTES_A_DAY
    week = DAYS * MINUTES_A_DAY
    return {
        ((day - 1) * MINUTES_A_DAY + begins + minute) % week
        for day in shift.weekdays
        for minute in range(length)
    }


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
