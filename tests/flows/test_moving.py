"""What one text's step was told may have changed while it waited for another text of its person."""

import threading
import time

import pytest
from sqlalchemy import Engine, func, select, text

from flows.accept import Accepted, Outcome
from runtime import faults
from storage.tables import Alert, Inbox
from tests.flows.talking import Phone, furnished

PATIENCE_SECONDS = 10.0
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
    "AND datname = current_database()"
)


@pytest.fixture
def phone(engine: Engine) -> Phone:
    house, seeded = furnished(engine)
    phone = Phone(house, seeded.number)
    phone.text("2")
    return phone


class Pair:
    """Two texts of one person: the second comes while the first is about to commit, and waits for it."""

    def __init__(self, phone: Phone, patch: pytest.MonkeyPatch) -> None:
        self.phone, self.said = phone, dict[str, Accepted]()
        self.threads: list[threading.Thread] = []
        self.go_on = threading.Event()
        self.held = threading.Event()
        patch.setattr(faults, "reached", self._reached)

    def text(self, first: str, second: str) -> Accepted:
        """What the second is answered."""
        self._start(first)
        assert self.held.wait(PATIENCE_SECONDS)
        self._start(second)
        self._await_the_second()
        self.go_on.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)
        return self.said[second]

    def _start(self, body: str) -> None:
        own = Phone(self.phone.house, self.phone.to, now=self.phone.now)
        thread = threading.Thread(target=lambda: self.said.update({body: own.text(body)}))
        self.threads.append(thread)
        thread.start()

    def _reached(self, point: str) -> None:
        if point == "accept.before_commit" and not self.held.is_set():
            self.held.set()
            assert self.go_on.wait(PATIENCE_SECONDS)

    def _await_the_second(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        # Each look in a transaction of its own: within one, PostgreSQL shows who waits as it was at first.
        looking = self.phone.house.engine.execution_options(isolation_level="AUTOCOMMIT")
        with looking.connect() as connection:
            while not connection.execute(WAITING).scalar_one():
                assert time.monotonic() < until, "the second text did not wait"
                time.sleep(0.01)


@pytest.fixture
def pair(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> Pair:
    return Pair(phone, monkeypatch)


def test_a_stop_that_came_first_holds_for_a_text_that_waited(pair: Pair) -> None:
    accepted = pair.text("STOP", "the nurses were kind")
    assert (accepted.outcome, accepted.replies) == (Outcome.NEW, ())


def test_two_stops_at_once_are_confirmed_once(pair: Pair) -> None:
    assert pair.text("STOP", "stop!").replies == ()
    assert len(pair.said["STOP"].replies) == 1


def test_an_alert_raised_in_the_meantime_is_joined(engine: Engine, pair: Pair) -> None:
    pair.text("I want to kill myself", "it was a long day")
    with engine.connect() as connection:
        assert connection.execute(select(func.count(Alert.id))).scalar_one() == 1
        said = text("SELECT place FROM alert_texts ORDER BY id")
        assert connection.execute(said).scalars().all()[-1] == "after"


def test_a_text_that_has_moved_is_kept_once(engine: Engine, pair: Pair) -> None:
    pair.text("STOP", "the nurses were kind")
    with engine.connect() as connection:
        assert connection.execute(select(func.count(Inbox.id))).scalar_one() == 3
