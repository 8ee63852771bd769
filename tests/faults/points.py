"""Every fault point of the way of a text, and how a test reaches it: who dies there, doing what.

A scenario leaves the process dead and its successor at work; what follows is the same for all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, select, text, update
from sqlalchemy.engine import make_url

from runtime import clock
from runtime.jobs import QueueName
from storage import check_ins
from storage.check_ins import Agreement
from storage.tables import Conversation, Person
from tests.faults.stage import CHAT, Stage, until
from tests.places import approve, switch_on

Scenario = Callable[[Stage, str], None]

FIRST, SECOND = "2 the nurse was lovely", "1"
GONE = "+447700900003"
"""Somebody of whom nothing is left in the end."""
DANGER, AFTERWARDS = "5 I want to kill myself", "thank you"


def _answered(point: str) -> list[list[int]]:
    """What a provider may see: no answer and then one; bells are rung beside the answer, which
    may have left before the process died there."""
    return [[0, 200], [200]] if point.startswith("bell.") else [[0, 200]]


def by_sms(stage: Stage, point: str) -> None:
    """The web worker dies with a signed text in its hands; Twilio tries once more, at once."""
    web = stage.web(point)
    delivery = stage.texts(FIRST)
    stage.died(web, point, child=True)
    assert [attempt.status for attempt in delivery.attempts] in _answered(point)
    stage.texts(SECOND)


def by_danger(stage: Stage, point: str) -> None:
    """The same with words that somebody must read, and with what is said after them."""
    web = stage.web(point)
    delivery = stage.texts(DANGER)
    stage.died(web, point, child=True)
    assert [attempt.status for attempt in delivery.attempts] in _answered(point)
    stage.texts(AFTERWARDS)


def by_telegram(stage: Stage, point: str) -> None:
    """The same with an update; the replies leave by the outbox."""
    web = stage.web(point)
    pushed = stage.telegram.says(CHAT, FIRST)
    stage.died(web, point, child=True)
    assert [pushed.attempts[0].status] in [each[:1] for each in _answered(point)]
    assert pushed.taken
    stage.telegram.says(CHAT, SECOND)


def by_polling(stage: Stage, point: str) -> None:
    """The web worker that polls dies before Telegram knows that its update has come."""
    stage.telegram.webhook = ""
    stage.telegram.says(CHAT, FIRST)
    web = stage.web(point, TELEGRAM_WEBHOOK_SECRET="")
    stage.died(web, point, child=True)
    stage.telegram.says(CHAT, SECOND)
    until(lambda: not stage.telegram.waiting, "the updates are confirmed", web)


def by_receipt(stage: Stage, point: str) -> None:
    """The web worker dies with Twilio's receipt in its hands."""
    web = stage.web(point)
    stage.texts(FIRST)
    stage.died(web, point, child=True)
    stage.texts(SECOND)
    stage.twilio.wait_idle()


def by_receipt_alone(stage: Stage, point: str) -> None:
    """The same, and no receipt is ever tried again: only a look-up can tell."""
    stage.twilio.retries = 0
    by_receipt(stage, point)


def by_failing_step(stage: Stage, point: str) -> None:
    """The web worker dies while it keeps a text whose step has failed."""
    web = stage.web(point)
    stage.texts(FIRST)
    with broken_dialogue(stage):
        delivery = stage.texts(SECOND)
        stage.died(web, point, child=True)
        assert [attempt.status for attempt in delivery.attempts] in _answered(point)
        assert stage.state("SELECT state FROM inbox ORDER BY id DESC LIMIT 1") == [("to_step",)]


def by_catching_up(stage: Stage, point: str) -> None:
    """The worker dies while it steps a text that had to wait."""
    with stage.nearby():
        stage.texts(FIRST)
        with broken_dialogue(stage):
            stage.texts(SECOND)
    _worker_dies(stage, point, QueueName.NOW)


def by_spooling(stage: Stage, point: str) -> None:
    """The web worker dies while it puts a text on disk, because the database is away."""
    web = stage.web(point)
    with database_away(stage):
        delivery = stage.texts(FIRST)
        stage.died(web, point, child=True)
        assert [attempt.status for attempt in delivery.attempts] in _answered(point)
        assert stage.door.spool.waiting()


def by_draining(stage: Stage, point: str) -> None:
    """The web worker dies when the database has a text that is still on disk too."""
    with database_away(stage), stage.nearby():
        stage.texts(FIRST)
    assert len(stage.door.spool.waiting()) == 1
    web = stage.web(point)
    stage.died(web, point, child=True)
    until(lambda: not stage.door.spool.waiting(), "the spool is drained again", web)


def by_delivering(stage: Stage, point: str) -> None:
    """The worker dies while it sends two replies to Telegram."""
    with stage.nearby():
        stage.telegram.says(CHAT, FIRST)
        stage.telegram.says(CHAT, SECOND)
    _worker_dies(stage, point, QueueName.NOW)


def by_telling(stage: Stage, point: str) -> None:
    """The worker dies while it tells whoever is on duty of somebody in danger."""
    with stage.nearby():
        stage.texts(DANGER)
        stage.texts(AFTERWARDS)
    _worker_dies(stage, point, QueueName.NOW)


def by_sending_to_twilio(stage: Stage, point: str) -> None:
    """The worker dies while it sends by API what rode back and never arrived."""
    replies_are_lost(stage)
    stage.sweep_for("settle")
    _worker_dies(stage, point, QueueName.NOW)


def by_settling(stage: Stage, point: str) -> None:
    """The worker dies while it asks Twilio what became of replies."""
    replies_are_lost(stage)
    _worker_dies(stage, point, QueueName.NOW)


def by_reading(stage: Stage, point: str) -> None:
    """The worker dies while it redacts, or counts."""
    with stage.nearby():
        stage.texts(FIRST)
        stage.texts(SECOND)
    _worker_dies(stage, point, QueueName.LATER)


def by_checking_in(stage: Stage, point: str) -> None:
    """The worker dies while it asks a carer, who agreed to it weeks ago, how things are."""
    with stage.nearby():
        stage.texts(FIRST)
        stage.texts(SECOND)
    carer_has_agreed(stage)
    _worker_dies(stage, point, QueueName.LATER)
    stage.half_an_hour()
    assert stage.state("SELECT sent FROM check_ins") == [(1,)]


def carer_has_agreed(stage: Stage) -> None:
    """The person's yes, of some weeks ago; their provider has a carers' team, and no night."""
    now = clock.now()
    with stage.door.house.engine.begin() as connection:
        for script in ("check_in", "check_in_last"):
            approve(connection, stage.seeded.provider_id, script)
        switch_on(
            connection, stage.seeded, check_in_weeks=4, check_in_team="carers' team",
            sending_hours="00:00-24:00",
        )  # fmt: skip
        connection.execute(text("UPDATE conversations SET touched_at = now() - interval '9 days'"))
        (person,) = connection.execute(select(Person.id)).scalars()
        agreement = Agreement(
            stage.seeded.provider_id, person, stage.seeded.ward_touchpoint, "sms",
            stage.seeded.number, "en", "carer", 2, 4,
        )  # fmt: skip
        check_ins.agree(connection, agreement, now, now)


def by_erasing(stage: Stage, point: str) -> None:
    """The worker dies while it takes out what somebody else has asked us to delete."""
    with stage.nearby():
        for body in (FIRST, "delete my data", "DELETE"):
            stage.twilio.text(GONE, stage.seeded.number, body)
        stage.texts(FIRST)
        stage.texts(SECOND)
        stage.twilio.wait_idle()
    with stage.door.house.engine.begin() as connection:
        connection.execute(text("UPDATE erasures SET look_at = asked_at"))
    _worker_dies(stage, point, QueueName.LATER)
    done = "SELECT done_at IS NOT NULL FROM erasures"
    until(lambda: stage.state(done) == [(True,)], "the next worker erases")
    left = (
        "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM inbox), count(*) FROM comments"
    )
    assert stage.state(left) == [(1, 2, 1)]
    assert stage.state("SELECT texts, waits_for FROM erasures") == [(3, None)]


def by_the_clock(stage: Stage, point: str) -> None:
    """The clock dies before it has rung for bells that were lost; the next minute's rings."""
    with stage.nearby():
        stage.telegram.says(CHAT, FIRST)
    stage.minutes_pass()
    stage.door.redis.flushall()
    ticking = stage.clock(point)
    stage.died(ticking, point)
    assert stage.queued() == set()
    stage.minutes_pass(1)
    stage.clock()
    until(lambda: stage.queued() == {"deliver", "understand", "aggregate"}, "bells ring")


def _worker_dies(stage: Stage, point: str, queue: QueueName) -> None:
    """The sweeper rings, the worker dies; minutes later it rings again, and the next one works."""
    dying = stage.worker(queue, point)
    stage.sweep()
    stage.died(dying, point)
    lost = stage.begun(queue)
    stage.minutes_pass(3)
    stage.sweep()
    alive = stage.worker(queue)
    until(
        lambda: stage.queued(queue) == set() and stage.begun(queue) == lost,
        "the next worker hears",
        alive,
    )


def replies_are_lost(stage: Stage) -> None:
    """Two texts are kept and answered, and Twilio never gets our answers."""
    with stage.nearby():
        for body in (FIRST, SECOND):
            stage.texts(body, lose_answers=2)
    stage.minutes_pass()


@contextmanager
def broken_dialogue(stage: Stage) -> Iterator[None]:
    """Conversations whose state no version can read, until the operator has mended them."""
    engine = stage.door.house.engine
    with engine.begin() as connection:
        kept = connection.execute(select(Conversation.id, Conversation.state)).all()
        connection.execute(update(Conversation).values(state="no state at all"))
    yield
    with engine.begin() as connection:
        for row in kept:
            mended = update(Conversation).where(Conversation.id == row.id).values(state=row.state)
            connection.execute(mended)


@contextmanager
def database_away(stage: Stage) -> Iterator[None]:
    """This test's database throws everybody out and lets nobody in."""
    url = make_url(stage.given.database_url)
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )
        yield
        connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'))
    admin.dispose()


POINTS: dict[str, tuple[Scenario, ...]] = {
    "twilio.verified": (by_sms,),
    "telegram.verified": (by_telegram,),
    "poll.accepted": (by_polling,),
    "accept.kept": (by_sms,),
    "accept.stepped": (by_sms,),
    "alert.kept": (by_danger,),
    "accept.before_commit": (by_sms, by_polling),
    "accept.kept_for_later": (by_failing_step,),
    "accept.after_commit": (by_sms, by_telegram),
    "bell.marked": (by_sms,),
    "bell.rung": (by_telegram,),
    "bell.heard": (by_delivering,),
    "door.rung": (by_sms,),
    "twilio.answering": (by_sms,),
    "spool.before_write": (by_spooling,),
    "spool.written": (by_spooling,),
    "spool.accepted": (by_draining,),
    "catch_up.before_commit": (by_catching_up,),
    "catch_up.after_commit": (by_catching_up,),
    "deliver.claimed": (by_delivering, by_sending_to_twilio),
    "deliver.sent": (by_delivering, by_sending_to_twilio),
    "deliver.recorded": (by_delivering,),
    "alert.told": (by_telling,),
    "mail.claimed": (by_telling,),
    "mail.sent": (by_telling,),
    "mail.recorded": (by_telling,),
    "receipt.verified": (by_receipt,),
    "receipt.before_commit": (by_receipt_alone,),
    "receipt.after_commit": (by_receipt,),
    "settle.looking": (by_settling,),
    "settle.looked_up": (by_settling,),
    "understand.before_commit": (by_reading,),
    "understand.after_commit": (by_reading,),
    "aggregate.before_commit": (by_reading,),
    "aggregate.after_commit": (by_reading,),
    "check_ins.before_commit": (by_checking_in,),
    "check_ins.after_commit": (by_checking_in,),
    "erase.remembered": (by_erasing,),
    "erase.before_commit": (by_erasing,),
    "erase.after_commit": (by_erasing,),
    "clock.claimed": (by_the_clock,),
    "sweep.looked": (by_the_clock,),
}
"""Each point, with one scenario or more that reaches it."""
