"""The way in: one text becomes rows, once, in one commit, with a fixed number of statements."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, select, text

from bot.dialogue import engine as dialogue
from bot.dialogue.messages import Channel
from flows.accept import Outcome
from flows.house import House
from runtime import jobs
from storage import driver, outbox
from storage.driver import Statement
from storage.tables import Comment, Consent, Conversation, DirtyDay, Inbox, OptOut, Response
from storage.tables import Outbox as OutboxTable
from tests.flows.talking import Phone, furnished
from tests.places import Seeded, seed


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    return furnished(engine)


@pytest.fixture
def phone(place: tuple[House, Seeded]) -> Phone:
    house, seeded = place
    return Phone(house, seeded.number)


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(*columns).order_by(columns[0])))


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Iterator[list[str]]:
    """The statements, by whichever way they reach the driver, and the commits that happen inside."""
    seen: list[str] = []
    execute, first = psycopg.Cursor.execute, driver.first

    def counting(cursor: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(str(statement).split(None, 1)[0])
        return execute(cursor, statement, *args, **kwargs)

    def counting_too(connection: Any, statement: Statement, values: Any) -> Any:
        seen.append(statement.sql.decode().split(None, 1)[0])
        return first(connection, statement, values)

    def on_commit(_c: Any) -> None:
        seen.append("COMMIT")

    event.listen(engine, "commit", on_commit)
    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", counting)
        patched.setattr(driver, "first", counting_too)
        yield seen
    event.remove(engine, "commit", on_commit)


CONVERSATION = ("1 the nurse was lovely", "2", "1", "1")


def test_a_whole_conversation_becomes_one_response(engine: Engine, phone: Phone) -> None:
    for body in CONVERSATION:
        phone.text(body)
    found = rows(engine, Response.rating, Response.role, Response.mode, Response.channel)
    assert found == [("very_good", "carer", "sms", "sms")]
    assert rows(engine, Comment.words, Comment.held, Comment.redacted) == [
        ("the nurse was lovely", False, None)
    ]
    assert rows(engine, Consent.kind, Consent.given) == [("texts", True)]
    assert rows(engine, Conversation.finished_at.is_not(None)) == [(True,)]


def test_replies_ride_and_wait_for_their_receipt(engine: Engine, phone: Phone) -> None:
    accepted = phone.text("1 the nurse was lovely")
    assert accepted.outcome is Outcome.NEW
    assert len(accepted.replies) == 1
    assert rows(engine, OutboxTable.id, OutboxTable.state) == [
        (accepted.replies[0][0], outbox.HANDED)
    ]
    assert set(accepted.bells) == {jobs.AGGREGATE, jobs.UNDERSTAND}


def test_without_a_ride_replies_wait_in_the_outbox(engine: Engine, phone: Phone) -> None:
    accepted = phone.text("1", ride=False)
    assert jobs.DELIVER in accepted.bells
    assert rows(engine, OutboxTable.state) == [(outbox.QUEUED,)]


def test_one_commit_and_the_same_few_statements_each(
    engine: Engine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.text("1", ref="warm-up")
    other = Phone(phone.house, phone.to, "+447700900002")
    numbers = []
    for body in CONVERSATION:
        with counted(monkeypatch, engine) as seen:
            other.text(body)
        numbers.append(seen)
    assert [seen.count("COMMIT") for seen in numbers] == [1] * 4
    statements = [len(seen) - 1 for seen in numbers]
    assert set(statements) == {2}, numbers


def test_the_same_text_again_is_seen_and_answered_alike_while_handed(
    engine: Engine, phone: Phone
) -> None:
    first = phone.text("4 long wait", ref="SMsame")
    again = phone.text("4 long wait", ref="SMsame")
    assert again.outcome is Outcome.SEEN
    assert [reply.text for _, reply in again.replies] == [reply.text for _, reply in first.replies]
    with engine.begin() as connection:
        outbox.settle(connection, first.replies[0][0], outbox.DELIVERED, phone.now)
    phone.now += timedelta(days=1)
    assert phone.text("4 long wait", ref="SMsame").replies == ()
    assert len(rows(engine, Inbox.id)) == 1
    assert len(rows(engine, Response.id)) == 1


@pytest.mark.slow
def test_one_text_ten_times_from_eight_threads(engine: Engine, phone: Phone) -> None:
    outcomes: list[str] = []

    def send() -> None:
        own = Phone(phone.house, phone.to)
        outcomes.extend(own.text("2 kind", ref="SMten").outcome for _ in range(10))

    _together([send] * 8)
    assert outcomes.count("new") == 1
    assert len(outcomes) == 80
    assert len(rows(engine, Response.id)) == 1
    assert len(rows(engine, OutboxTable.id)) == 1


@pytest.mark.slow
def test_four_hundred_texts_of_one_person_at_once_lose_no_word(
    engine: Engine, phone: Phone
) -> None:
    phone.text("2 word0")

    def send(start: int) -> None:
        own = Phone(phone.house, phone.to)
        for number in range(start, start + 50):
            own.text(f"also word{number}x was said")

    _together([lambda start=start: send(start) for start in range(1, 401, 50)])
    ((words,),) = rows(engine, Comment.words)
    missing = [number for number in range(1, 401) if f"word{number}x" not in words]
    assert missing == []
    assert len(rows(engine, Response.id)) == 1
    assert len(rows(engine, Inbox.id)) == 401


def _together(actions: list[Any]) -> None:
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_stop_holds_for_the_number_and_start_ends_it(engine: Engine, phone: Phone) -> None:
    phone.text("1 fine")
    stopped = phone.text("STOP")
    assert [reply.kind for _, reply in stopped.replies] == ["stop"]
    assert len(rows(engine, OptOut.source)) == 1
    assert phone.text("it was a nice ward").replies == ()
    assert phone.text("YES").replies == ()
    phone.text("START")
    assert rows(engine, OptOut.source) == []


def test_words_after_stop_are_kept(engine: Engine, phone: Phone) -> None:
    phone.text("2 good food")
    phone.text("STOP")
    assert rows(engine, Response.rating) == [("good",)]
    assert rows(engine, Comment.words) == [("good food",)]


def test_a_concern_is_held_from_birth(engine: Engine, phone: Phone) -> None:
    phone.text("5 nobody came. I want to kill myself")
    assert rows(engine, Comment.held, Comment.concern) == [(True, "crisis")]
    assert rows(engine, Response.rating) == [("very_poor",)]


def test_a_keyword_names_the_touchpoint(
    engine: Engine, place: tuple[House, Seeded], phone: Phone
) -> None:
    _, seeded = place
    phone.text(f"{seeded.clinic_code.lower()} 2 quick and kind")
    assert rows(engine, Response.service_id, Response.rating) == [(seeded.clinic_id, "good")]
    assert rows(engine, Comment.words) == [("quick and kind",)]


def test_another_keyword_opens_another_conversation(
    engine: Engine, place: tuple[House, Seeded], phone: Phone
) -> None:
    _, seeded = place
    phone.text("2 good ward")
    phone.text(f"{seeded.clinic_code} 4 slow clinic")
    found = {
        (row.service_id, row.rating) for row in rows(engine, Response.service_id, Response.rating)
    }
    assert found == {(seeded.ward_id, "good"), (seeded.clinic_id, "poor")}


def test_a_correction_changes_the_response_and_marks_its_first_day(
    engine: Engine, phone: Phone
) -> None:
    phone.text("1")
    first_day = phone.now.date()
    phone.now += timedelta(days=3)
    phone.text("sorry, meant 4")
    assert rows(engine, Response.rating, Response.day) == [("poor", first_day)]
    assert {row.day for row in rows(engine, DirtyDay.day)} == {first_day}


def test_a_week_after_the_end_a_rating_is_a_new_answer(engine: Engine, phone: Phone) -> None:
    for body in CONVERSATION:
        phone.text(body)
    phone.now += timedelta(days=8)
    phone.text("4 not so good this time")
    assert sorted(row.rating for row in rows(engine, Response.rating)) == ["poor", "very_good"]


def test_an_unknown_number_gets_a_kind_answer_and_a_row(engine: Engine, phone: Phone) -> None:
    lost = Phone(phone.house, "+441632960999")
    accepted = lost.text("1 lovely")
    assert accepted.outcome is Outcome.UNKNOWN_PLACE
    assert "01632 960123" in accepted.replies[0][1].text
    assert "111" in accepted.replies[0][1].text
    assert rows(engine, Inbox.state) == [("unknown_place",)]
    assert rows(engine, Response.id) == []


@pytest.fixture
def not_live(engine: Engine) -> Phone:
    """A person who texts a provider that has no rota yet."""
    with engine.begin() as connection:
        seeded = seed(connection, live_at=None)
    return Phone(House(engine), seeded.number)


def test_a_provider_that_is_not_live_is_like_a_place_that_is_not_there(
    engine: Engine, not_live: Phone
) -> None:
    accepted = not_live.text("SEAVIEW1 2 lovely")
    assert accepted.outcome is Outcome.UNKNOWN_PLACE
    assert "no team has seen your text" in accepted.replies[0][1].text
    assert "01632 960123" in accepted.replies[0][1].text
    assert rows(engine, Inbox.state) == [("unknown_place",)]
    assert rows(engine, Response.id) == []


@pytest.mark.parametrize(
    ("said", "kind", "number"),
    [
        ("I want to kill myself", "crisis", "116 123"),
        ("my husband hits me", "harm", "press 55"),
        ("he is having a heart attack", "ward", "999"),
    ],
)
def test_danger_told_where_nobody_reads_gets_the_numbers_and_no_promise(
    not_live: Phone, said: str, kind: str, number: str
) -> None:
    ((_, reply),) = not_live.text(said).replies
    assert reply.kind == kind
    assert number in reply.text
    assert "no team has seen your text" in reply.text
    assert "will read" not in reply.text


def test_even_there_stop_holds_and_a_crisis_is_answered_after_it(
    engine: Engine, not_live: Phone
) -> None:
    assert [reply.kind for _, reply in not_live.text("STOP").replies] == ["stop"]
    assert not_live.text("my husband hits me").replies == ()
    assert [reply.kind for _, reply in not_live.text("I want to kill myself").replies] == ["crisis"]
    assert [reply.kind for _, reply in not_live.text("STOP. I can't go on").replies] == ["crisis"]
    assert len(rows(engine, OptOut.key)) == 1


@pytest.fixture
def broken_step(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A dialogue that raises while the list holds True."""
    broken = [True]
    real = dialogue.step

    def step(*args: Any) -> Any:
        if broken[0]:
            raise ZeroDivisionError("invented fault")
        return real(*args)

    monkeypatch.setattr(dialogue, "step", step)
    return broken


def test_a_failed_step_keeps_the_text_and_later_ones_wait_in_order(
    engine: Engine, phone: Phone, broken_step: list[bool]
) -> None:
    from flows.catch_up import catch_up

    accepted = phone.text("2 first words")
    assert (accepted.outcome, accepted.replies) == (Outcome.TO_STEP, ())
    assert accepted.bells == (jobs.CATCH_UP,)
    broken_step[0] = False
    assert phone.text("second words").outcome is Outcome.TO_STEP
    assert catch_up(phone.house)[0] == 2
    assert rows(engine, Comment.words) == [("first words\nsecond words",)]
    assert {row.state for row in rows(engine, Inbox.state)} == {"stepped"}
    assert phone.text("third").outcome is Outcome.NEW


def test_a_text_that_keeps_failing_stays_for_the_operator(
    engine: Engine, phone: Phone, broken_step: list[bool]
) -> None:
    from flows.catch_up import catch_up

    phone.text("2 first words")
    assert catch_up(phone.house) == (0, ())
    assert rows(engine, Inbox.state, Inbox.attempts) == [("to_step", 1)]


def test_web_replies_are_there_at_once(engine: Engine, place: tuple[House, Seeded]) -> None:
    from bot.channels.values import Text
    from bot.dialogue.messages import Inbound
    from flows.accept import accept

    house, seeded = place
    told = Text(
        channel=Channel.WEB,
        account="web",
        provider_ref="once-token-0000001",
        our_address=seeded.ward_code,
        their_address="conversation-token-1",
        inbound=Inbound("", Channel.WEB, choice="good"),
        touchpoint=seeded.ward_code,
    )
    accepted = accept(house, told, Phone(house, "").now, ride=False)
    assert jobs.DELIVER not in accepted.bells
    assert rows(engine, OutboxTable.state) == [(outbox.SENT,)]
    assert rows(engine, Response.rating, Response.mode) == [("good", "online")]


def test_nothing_a_person_said_is_plain_in_the_database(engine: Engine, phone: Phone) -> None:
    phone.text("2 canaryword from canaryville")
    phone.text("STOP")
    with engine.connect() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        for table in list(tables):
            dump = str(connection.execute(text(f"SELECT {table}::text FROM {table}")).all())
            assert "canary" not in dump, table
            assert "7700900001" not in dump, table
