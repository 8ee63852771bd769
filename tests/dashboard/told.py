"""What invented people told two invented providers: the rows behind the staff pages' tests."""

import datetime as dt
import itertools
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert

from dashboard import passwords
from runtime import clock
from storage import accounts, aggregates
from storage.accounts import Granted
from storage.tables import Answer, Comment, Response
from tests.dashboard.browser import PASSWORD
from tests.places import MOMENT, Seeded

SECRET_WORDS = "the original words of somebody"
HELD_WORDS = "held words"
_HASH = passwords.hashed(PASSWORD)
_people = itertools.count(1)


@dataclass
class Told:
    """The two providers, and today as the pages will see it."""

    mine: Seeded
    theirs: Seeded
    today: dt.date = field(default_factory=lambda: clock.london_day(clock.now()))

    def hire(self, connection: Connection, role: str, **place: int) -> str:
        """A new member of staff with that role; returns the e-mail address."""
        email = f"person{next(_people)}@staff.example"
        account = accounts.add(connection, email, "Amina Osei", _HASH, MOMENT)
        granted = Granted(role, **{"provider_id": self.mine.provider_id, **place})
        accounts.grant(connection, account, granted)
        return email


def tell(connection: Connection, mine: Seeded, theirs: Seeded) -> Told:
    """Ward of `mine`: 7 very good, 1 poor, 1 don't know this month; 2 good and 1 very poor last
    month. Ward of `theirs`: 1 very poor. Comments: 30 readable, 1 unread, 1 held; 1 at `theirs`."""
    told = Told(mine, theirs)
    this = told.today
    last = this.replace(day=1) - dt.timedelta(days=1)
    for rating, day, many in (
        ("very_good", this, 7),
        ("poor", this, 1),
        ("dont_know", this, 1),
        (None, this, 1),
        ("good", last, 2),
        ("very_poor", last, 1),
    ):
        for _ in range(many):
            _answer(connection, mine, rating, day)
    theirs_said = _answer(connection, theirs, "very_poor", this)
    _comment(connection, theirs, theirs_said, "words told to the other provider")
    praise = _answer(connection, mine, None, this)
    for number in range(30):
        _comment(connection, mine, praise, f"comment number {number}", question=f"q{number}")
    _comment(connection, mine, praise, None, question="unread")
    _comment(connection, mine, praise, HELD_WORDS, question="held", held=True)
    days = [(place.ward_id, day) for place in (mine, theirs) for day in (this, last)]
    aggregates.rebuild(connection, days)
    return told


def say(
    connection: Connection,
    place: Seeded,
    purpose: str,
    words: str | None,
    answers: dict[str, str],
) -> int:
    """One response to a script of another purpose, today; returns its id."""
    response = _answer(connection, place, None, clock.london_day(clock.now()), purpose)
    for question, code in answers.items():
        connection.execute(
            insert(Answer).values(
                response_id=response, question=question, code=code,
                provider_id=place.provider_id, service_id=place.ward_id,
            )
        )  # fmt: skip
    if words is not None:
        _comment(connection, place, response, words, "comment", purpose=purpose)
    return response


def _answer(
    connection: Connection,
    place: Seeded,
    rating: str | None,
    day: dt.date,
    purpose: str = "experience",
) -> int:
    statement = insert(Response).values(
        provider_id=place.provider_id,
        service_id=place.ward_id,
        touchpoint_id=place.ward_touchpoint,
        channel="sms",
        mode="sms",
        source="conversation",
        solicited=True,
        rating=rating,
        purpose=purpose,
        role="carer",
        day=day,
        first_at=MOMENT,
        changed_at=MOMENT,
    )
    return connection.execute(statement.returning(Response.id)).scalar_one()


def _comment(
    connection: Connection,
    place: Seeded,
    response: int,
    redacted: str | None,
    question: str = "why",
    held: bool = False,
    purpose: str = "experience",
) -> None:
    connection.execute(
        insert(Comment).values(
            provider_id=place.provider_id,
            service_id=place.ward_id,
            response_id=response,
            question=question,
            purpose=purpose,
            words=SECRET_WORDS,
            redacted=redacted,
            held=held,
            day=clock.london_day(clock.now()),
            created_at=MOMENT,
        )
    )
