"""What is looked at rather than timed: statements a text, what waits, and when a figure has changed."""

from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import psycopg
from sqlalchemy import Connection, Engine, Select, event, func, select

from benchmarks.texts import OUR_NUMBER, Conversation
from bot.channels import twilio
from bot.dialogue.messages import Channel
from flows.accept import accept
from flows.house import House
from runtime import clock, jobs
from runtime.settings import Settings
from storage import aggregates, comments, database, driver, outbox
from storage.outbox import Letter
from storage.tables import DailyRating, Outbox, Provider


@dataclass(frozen=True, slots=True)
class Counted:
    """What one text cost the database."""

    statements: int
    commits: int


def count(engine: Engine, conversations: list[Conversation]) -> list[Counted]:
    """Take these texts in, in this process, and count what the driver is given for each."""
    seen = {"statements": 0, "commits": 0}
    execute, first = psycopg.Cursor.execute, driver.first

    def statement(cursor: Any, *args: Any, **options: Any) -> Any:
        seen["statements"] += 1
        return execute(cursor, *args, **options)

    def by_libpq(*args: Any) -> Any:
        seen["statements"] += 1
        return first(*args)

    def commit(_connection: Connection) -> None:
        seen["commits"] += 1

    house, counted = House(engine), []
    event.listen(engine, "commit", commit)
    with (
        patch.object(psycopg.Cursor, "execute", statement),
        patch.object(driver, "first", by_libpq),
    ):
        for request in (request for texts in conversations for request in texts):
            before = dict(seen)
            accept(house, twilio.parse(_form(request)), clock.now(), ride=True)
            counted.append(Counted(*(seen[name] - before[name] for name in seen)))
    event.remove(engine, "commit", commit)
    return counted


def _form(request: bytes) -> dict[str, str]:
    return dict(parse_qsl(request.partition(b"\r\n\r\n")[2].decode(), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Books:
    """The database, looked at from outside the processes that are measured."""

    given: Settings
    engine: Engine

    @classmethod
    def open(cls, given: Settings) -> "Books":
        """With connections of its own."""
        return cls(given, database.connect(given, 2))

    def answers(self) -> int:
        """How many responses the dashboard's daily figures hold."""
        return self._number(select(func.coalesce(func.sum(DailyRating.responses), 0)))

    def sent(self) -> int:
        """How many texts the worker `now` has sent."""
        return self._number(select(func.count()).where(Outbox.state == outbox.SENT))

    def idle(self) -> bool:
        """Whether the workers have nothing left to do but wait for receipts."""
        with self.engine.connect() as connection:
            return not (
                aggregates.dirty(connection)
                or comments.unread(connection)
                or outbox.oldest_due(connection)
            )

    def owe(self, addresses: list[str]) -> None:
        """A text to send to each of these, and the bell for it: work for the worker `now`."""
        with self.engine.begin() as connection:
            provider_id = connection.execute(select(Provider.id).limit(1)).scalar_one()
            rows = [
                Letter(
                    provider_id=provider_id,
                    conversation_id=None,
                    inbox_id=None,
                    channel=Channel.SMS,
                    our_address=OUR_NUMBER,
                    to_address=address,
                    kind="invitation",
                    body='{"text": "Overall, how was your experience of our service?"}',
                )
                for address in addresses
            ]
            outbox.put(connection, rows, outbox.QUEUED, clock.now())
        jobs.ring(jobs.connect(self.given.redis_url), jobs.DELIVER)

    def _number(self, query: Select[int]) -> int:
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()
