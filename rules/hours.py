"""When a text that nobody has just asked for may leave: never at night.

Source: the project's decisions on safety ("Quiet hours 09:00-20:00 Europe/London bind invitations,
check-ins, reminders, staff replies and we did, never STOP, HELP or crisis replies").
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """From and until when texts may leave, in minutes after midnight of London's day."""

    begins: int
    ends: int

    def allow(self, moment: datetime) -> bool:
        """Whether one may leave at `moment`, London's own time."""
        return self.begins <= moment.hour * 60 + moment.minute < self.ends

    def opening(self, moment: datetime) -> datetime:
        """The next moment from `moment` on (London's own time) at which one may leave."""
        if self.allow(moment):
            return moment
        begun = moment.hour * 60 + moment.minute >= self.begins
        day = moment + timedelta(days=1) if begun else moment
        return day.replace(hour=self.begins // 60, minute=self.begins % 60, second=0, microsecond=0)


DAYTIME = Hours(9 * 60, 20 * 60)


def parsed(said: str) -> Hours:
    """ "09:00-20:00"; what is no span of hours within one day means the daytime."""
    match = _HOURS.fullmatch(said)
    if match is None:
        return DAYTIME
    numbers = [int(each) for each in match.groups()]
    hours = Hours(numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3])
    return hours if hours.begins < hours.ends <= MINUTES_A_DAY else DAYTIME
