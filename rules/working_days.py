"""Working days in England: Monday to Friday without bank holidays.

Source: Banking and Financial Dealings Act 1971, Schedule 1, with the days that are given instead of a holiday at
a weekend; checked against GOV.UK's list of bank holidays (England and Wales) for 2024 to 2027. Limit:
days that are proclaimed once (a coronation, a jubilee) are not in it; a due date then falls a day early.
"""

import datetime as dt

DAY = dt.timedelta(days=1)
MONDAY, SATURDAY = 0, 5


def due(asked: dt.date, days: int) -> dt.date:
    """The day that is `days` working days after `asked`; with 0 `asked` itself, or the next one."""
    day = asked
    while days == 0 and not is_one(day):
        day += DAY
    for _ in range(days):
        day += DAY
        while not is_one(day):
            day += DAY
    return day


def is_one(day: dt.date) -> bool:
    """Whether offices are open."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def bank_holidays(year: int) -> frozenset[dt.date]:
    """The days on which offices in England are closed, those given instead of a weekend's included."""
    easter = easter_sunday(year)
    christmas, boxing = dt.date(year, 12, 25), dt.date(year, 12, 26)
    return frozenset(
        {
            _next_weekday(dt.date(year, 1, 1)),
            easter - 2 * DAY,
            easter + DAY,
            _monday_from(dt.date(year, 5, 1)),
            _monday_from(dt.date(year, 5, 25)),
            _monday_from(dt.date(year, 8, 25)),
            *_two_weekdays(christmas, boxing),
        }
    )


def easter_sunday(year: int) -> dt.date:
    """Easter in the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876)."""
    golden, century = year % 19, year // 100
    leaps = century - century // 4 - (8 * century + 13) // 25
    epact = (19 * golden + leaps + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return dt.date(year, month, offset + 28 - 31 * (month // 4))


def _next_weekday(day: dt.date) -> dt.date:
    while day.weekday() >= SATURDAY:
        day += DAY
    return day


def _two_weekdays(first: dt.date, second: dt.date) -> tuple[dt.date, dt.date]:
    """Christmas and Boxing Day, or the next weekdays instead: never the same day twice."""
    given = [day for day in (first, second) if day.weekday() < SATURDAY]
    instead = second
    while len(given) < 2:
        instead += DAY
        if instead.weekday() < SATURDAY and instead not in given:
            given.append(instead)
    return given[0], given[1]


def _monday_from(day: dt.date) -> dt.date:
    return day + (MONDAY - day.weekday()) % 7 * DAY
