"""Check-ins for carers: how many, how often, and what is done where one cannot be sent yet.

Source: the project's decisions on safety ("only where a named team reads within a stated time; end
after 6, then consent is asked again; adults only") and wording 12.
"""

from datetime import datetime, timedelta

MOST = 6
"""So many texts one agreement is for; the last one asks whether we may go on."""
LATER = timedelta(weeks=1)
"""When who sent LATER is asked again."""
TRY_AGAIN = timedelta(days=1)
"""When we look again at one that could not be sent."""
FEWEST_WEEKS, MOST_WEEKS = 1, 26


def script(sent: int) -> str:
    """The script of the next one, when so many have been sent."""
    return "check_in_last" if sent + 1 >= MOST else "check_in"


def weeks(given: object) -> int:
    """A provider's setting as a number of weeks; 0 where it is none: nobody is asked then."""
    if not isinstance(given, int) or isinstance(given, bool):
        return 0
    return given if FEWEST_WEEKS <= given <= MOST_WEEKS else 0


def following(sent: int, every_weeks: int, now: datetime) -> datetime | None:
    """When the next one is due, when so many have been sent with this one; None: that was the last."""
    return now + timedelta(weeks=every_weeks) if sent < MOST else None
