"""What carers agree to and take back, as it is heard: check-ins begin, wait a week, or end.

Runs inside the transaction of their text. Sending them is the business of `flows.check_ins`.
"""

from datetime import timedelta

from sqlalchemy import Connection

from bot.dialogue import facts
from flows.alert import Occasion
from rules import check_ins as rules
from storage import check_ins
from storage.check_ins import Agreement


def heard(connection: Connection, occasion: Occasion) -> None:
    """What one text says of check-ins. STOP ends them where the opt-out itself is
    written, a wish to be deleted where it is kept."""
    who = occasion.who
    for fact in occasion.turn.facts:
        match fact:
            case facts.ConsentGiven("check_ins", True):
                _agree(connection, occasion)
            case facts.ConsentGiven("check_ins", False):
                check_ins.end(connection, who.person_id, check_ins.DECLINED, occasion.now)
            case facts.Answered("check_in", "later"):
                later = occasion.now + rules.LATER
                check_ins.later(connection, who.person_id, who.our_address, later)


def _agree(connection: Connection, occasion: Occasion) -> None:
    """Weeks as they are set now; a setting that has gone meanwhile lets nothing be due."""
    weeks = rules.weeks(occasion.place.details.get("check_in_weeks"))
    if not weeks:
        return
    who = occasion.who
    agreement = Agreement(
        provider_id=occasion.place.provider_id,
        person_id=who.person_id,
        touchpoint_id=occasion.place.touchpoint_id,
        channel=who.channel,
        our_address=who.our_address,
        language=occasion.turn.state.language,
        script=occasion.open.script,
        script_version=occasion.open.script_version,
        every_weeks=weeks,
    )
    due_at = occasion.now + timedelta(weeks=weeks)
    check_ins.agree(connection, agreement, due_at, occasion.now)
