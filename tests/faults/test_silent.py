"""A PostgreSQL that hangs, or a network that goes silent: worse than one that refuses, as nothing
says that it is away. A text is answered in time and kept on disk all the same; a page says so.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.channels.values import Text
from bot.dialogue.messages import Channel, Inbound
from flows.accept import Outcome, accept
from flows.house import House
from runtime import clock
from storage import database, silence
from tests.faults.ledger import balance
from tests.faults.points import FIRST, SECOND
from tests.faults.stage import CHAT, PERSON, Stage, until
from tests.faults.wire import Wire
from webhooks import draining

pytestmark = pytest.mark.slow

IN_TIME = 7.5
"""Seconds. Twilio waits for 15; the fake gives up an attempt after half of that."""


@pytest.fixture
def wire(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Wire]:
    """Between a process and its database; the test itself looks at the database without it."""
    made = Wire(stage.given.database_url, tcp=getattr(request, "param", "unix") == "tcp")
    yield made
    stage.end_all()
    made.close()


@dataclass(frozen=True)
class Timed:
    """How a text was answered at Twilio's first attempt, and after how many seconds."""

    status: int
    twiml: str
    seconds: float

    @property
    def in_time(self) -> bool:
        """With a 200, and half of Twilio's time left."""
        return self.status == 200 and self.seconds < IN_TIME


def text(stage: Stage, body: str, number: str = PERSON) -> Timed:
    begun = time.monotonic()
    first = stage.twilio.text(number, stage.seeded.number, body).attempts[0]
    return Timed(first.status, first.body, time.monotonic() - begun)


def texts_of_many(stage: Stage, people: range) -> list[Timed]:
    """All at once, each from a phone of its own."""
    with ThreadPoolExecutor(len(people)) as crowd:
        numbers = [f"+447700900{number}" for number in people]
        return list(crowd.map(lambda number: text(stage, FIRST, number), numbers))


def drained(stage: Stage) -> bool:
    draining.drain(stage.door)
    return not stage.door.spool.waiting()


SILENCES: dict[str, Callable[[Wire], None]] = {
    "before it lets anyone in": lambda wire: wire.fall_silent(),
    "before the first statement": lambda wire: wire.fall_silent(b"BEGIN"),
    "between statements": lambda wire: wire.fall_silent(b"INSERT INTO inbox"),
    "before the commit": lambda wire: wire.fall_silent(b"COMMIT"),
    "after the commit": lambda wire: wire.fall_silent(b"COMMIT", passed_on=True),
}


@pytest.mark.parametrize(
    ("moment", "wire"),
    [*((moment, "unix") for moment in SILENCES), ("between statements", "tcp")],
    indirect=["wire"],
)
def test_a_silent_database_holds_up_no_answer_and_loses_no_text(
    stage: Stage, wire: Wire, moment: str
) -> None:
    stage.web(HEARBACK_DATABASE_URL=wire.url)
    SILENCES[moment](wire)
    answer = text(stage, FIRST)
    assert wire.silent
    assert answer.in_time
    assert "<Message" not in answer.twiml
    assert len(stage.door.spool.waiting()) == 1
    wire.mend()
    # What the silent connection holds in the database, the database itself must let go.
    until(lambda: drained(stage), "the spool is drained")
    stage.half_an_hour()
    with stage.nearby():
        stage.texts(SECOND)
    stage.half_an_hour()
    balance(stage)


def test_a_silence_holds_up_no_crowd_and_ends_by_itself(stage: Stage, wire: Wire) -> None:
    stage.web(HEARBACK_DATABASE_URL=wire.url)
    assert all(answer.in_time for answer in texts_of_many(stage, range(100, 116)))
    wire.fall_silent()
    answers = texts_of_many(stage, range(200, 260))
    assert [answer for answer in answers if not answer.in_time] == []
    assert len(stage.door.spool.waiting()) == 60
    wire.mend()
    fresh = iter(range(300, 1000))
    until(lambda: "<Message" in text(stage, FIRST, f"+447700900{next(fresh)}").twiml, "it answers")


def test_a_telegram_update_is_kept_in_time(stage: Stage, wire: Wire) -> None:
    stage.web(HEARBACK_DATABASE_URL=wire.url)
    wire.fall_silent(b"COMMIT")
    begun = time.monotonic()
    assert stage.telegram.says(CHAT, FIRST).taken
    assert time.monotonic() - begun < IN_TIME
    assert len(stage.door.spool.waiting()) == 1


def test_a_page_says_that_it_cannot_reach_the_records(stage: Stage, wire: Wire) -> None:
    stage.web(HEARBACK_DATABASE_URL=wire.url)
    wire.fall_silent(b"BEGIN")
    begun = time.monotonic()
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{stage.twilio.app_url}/talk/{stage.seeded.ward_code}", timeout=IN_TIME)
    assert refused.value.code == 503
    assert "We cannot reach our records." in refused.value.read().decode()
    assert time.monotonic() - begun < IN_TIME


def test_a_connection_forgotten_while_idle_costs_a_wait_and_no_answer(
    stage: Stage, wire: Wire
) -> None:
    """A firewall drops what has been quiet for long, and tells nobody."""
    given = stage.given.model_copy(update={"database_url": wire.url})
    house = House(database.connect(given, patience=silence.DOOR))

    def take(reference: str, body: str) -> Outcome:
        told = Text(Channel.SMS, "AC", reference, stage.seeded.number, PERSON,
                    Inbound(body, Channel.SMS))  # fmt: skip
        return accept(house, told, clock.now(), ride=True).outcome

    assert take("SM1", FIRST) is Outcome.NEW
    wire.forget()
    assert take("SM2", SECOND) is Outcome.NEW
    house.engine.dispose()


def test_the_clock_looks_again_after_a_silence(stage: Stage, wire: Wire) -> None:
    running = stage.clock(HEARBACK_DATABASE_URL=wire.url)
    until(lambda: stage.state("SELECT count(*) FROM ticks") == [(2,)], "it has ticked", running)
    wire.fall_silent()
    until(lambda: "database_away" in running.said(), "it has noticed", running)
    wire.mend()
    with stage.nearby():
        stage.texts(FIRST)
    stage.door.redis.flushall()
    stage.minutes_pass(1)
    until(lambda: stage.queued() >= {"understand", "aggregate"}, "it rings again", running)
