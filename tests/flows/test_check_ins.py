"""Check-ins for carers: only after a yes, only where a named team reads, in the daytime, six at most."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from bot.dialogue.messages import Channel
from flows import check_ins, deliver
from flows.house import House
from runtime import clock
from storage import check_ins as stored
from storage import people
from storage.tables import (
    Account,
    Alert,
    Answer,
    Case,
    CheckIn,
    Comment,
    Conversation,
    Outbox,
    Person,
    Response,
    RotaShift,
)
from tests.flows.talking import Phone, furnished
from tests.flows.test_after_stop import _Recorder
from tests.places import MOMENT, Seeded, also, approve, switch_on

ON = {"check_in_weeks": 4, "check_in_team": "carers' team"}
AGREES = ("CARER1 nobody rings me", "2", "3", "3", "2", "3", "2", "yes")
QUESTIONS = ("check_in", "check_in_last")


class Now:
    """The clock of these tests."""

    def __init__(self) -> None:
        self.at = MOMENT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    made = Now()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    house, seeded = furnished(engine)
    with engine.begin() as connection:
        also(connection, seeded, "CARER1", "carer")
        for script in QUESTIONS:
            approve(connection, seeded.provider_id, script)
        switch_on(connection, seeded, **ON)
        put_on_duty(connection, seeded)
    return house, seeded


def put_on_duty(connection: Connection, seeded: Seeded) -> None:
    account = connection.execute(
        insert(Account)
        .values(email="team@staff.example", name="Jo Carers", password_hash="", active=True,
                created_at=MOMENT)
        .returning(Account.id)
    ).scalar_one()  # fmt: skip
    connection.execute(
        insert(RotaShift).values(
            provider_id=seeded.provider_id, duty="carers", account_id=account,
            weekdays=[1, 2, 3, 4, 5], begins=datetime(2026, 1, 1, 9).time(),
            ends=datetime(2026, 1, 1, 17).time(),
        )
    )  # fmt: skip


@pytest.fixture
def carer(place: tuple[House, Seeded], now: Now) -> Phone:
    """A carer who has said yes."""
    house, seeded = place
    phone = Phone(house, seeded.number)
    for said in AGREES:
        phone.text(said)
    now.at = phone.now
    return phone


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        found = connection.execute(select(*columns).order_by(columns[0].table.c.id))
        return [tuple(row) for row in found]


def asked(engine: Engine) -> int:
    """How many check-ins have been written."""
    kinds = [kind for (kind,) in rows(engine, Outbox.kind)]
    return kinds.count("check_in")


def weeks_pass(carer: Phone, now: Now, weeks: int = 4) -> int:
    """Until the next one is due; returns how many were worked off then."""
    now.at = max(now.at, carer.now) + timedelta(weeks=weeks)
    carer.now = now.at
    return check_ins.send_due(carer.house)


def test_a_yes_is_kept_with_its_time_and_its_wording(engine: Engine, carer: Phone) -> None:
    assert rows(
        engine, CheckIn.script, CheckIn.script_version, CheckIn.every_weeks, CheckIn.agreed_at,
        CheckIn.due_at, CheckIn.sent, CheckIn.ended_at,
    ) == [("carer", 2, 4, carer.now, carer.now + timedelta(weeks=4), 0, None)]  # fmt: skip


@pytest.mark.parametrize("said", ["no", "2", "I don't want to say"])
def test_nothing_but_a_yes_is_an_agreement(
    engine: Engine, place: tuple[House, Seeded], said: str
) -> None:
    phone = Phone(place[0], place[1].number)
    for each in (*AGREES[:-1], said):
        phone.text(each)
    assert rows(engine, CheckIn.id) == []


def test_where_no_team_is_named_nobody_is_asked(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    with engine.begin() as connection:
        switch_on(connection, place[1], check_in_weeks=4)
    phone = Phone(place[0], place[1].number)
    for said in AGREES:
        phone.text(said)
    assert phone.said[-2].replies[0][1].kind == "thanks_carer"
    assert rows(engine, CheckIn.id) == []


def test_it_is_asked_when_it_is_due_and_not_before(engine: Engine, carer: Phone, now: Now) -> None:
    now.at += timedelta(weeks=4, minutes=-1)
    assert check_ins.send_due(carer.house) == 0
    now.at += timedelta(minutes=1)
    assert check_ins.send_due(carer.house) == 1
    assert rows(engine, Outbox.kind, Outbox.state, Outbox.inbox_id)[-1] == (
        "check_in", "queued", None,
    )  # fmt: skip
    assert rows(engine, Conversation.script)[-1] == ("check_in",)
    assert rows(engine, CheckIn.sent, CheckIn.due_at) == [(1, now.at + timedelta(weeks=4))]


def test_two_clocks_send_one(engine: Engine, carer: Phone, now: Now) -> None:
    now.at += timedelta(weeks=4)
    several = [threading.Thread(target=check_ins.send_due, args=(carer.house,)) for _ in range(6)]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    check_ins.send_due(carer.house)
    assert asked(engine) == 1


def test_nothing_is_left_of_one_that_failed_half_way(
    engine: Engine, carer: Phone, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    now.at += timedelta(weeks=4)
    with monkeypatch.context() as broken:
        broken.setattr(stored, "sent", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            check_ins.send_due(carer.house)
    assert asked(engine) == 0
    assert check_ins.send_due(carer.house) == 1
    assert asked(engine) == 1


# In hours of UTC: London is an hour ahead by then.
@pytest.mark.parametrize("hour", [19, 23, 3, 7])
def test_never_at_night_by_londons_clock(engine: Engine, carer: Phone, now: Now, hour: int) -> None:
    now.at = (now.at + timedelta(weeks=5)).replace(hour=hour, minute=30)
    check_ins.send_due(carer.house)
    assert asked(engine) == 0
    ((due_at,),) = rows(engine, CheckIn.due_at)
    assert now.at < due_at < now.at + timedelta(hours=14)
    assert f"{due_at.astimezone(clock.LONDON):%H:%M}" == "09:00"
    now.at = due_at
    check_ins.send_due(carer.house)
    assert asked(engine) == 1


def test_one_that_was_held_up_until_the_night_waits_for_the_morning(
    engine: Engine, carer: Phone, now: Now
) -> None:
    weeks_pass(carer, now)
    now.at = now.at.replace(hour=22)
    recorder = _Recorder()
    senders = dict.fromkeys(Channel, recorder)
    taken = len(recorder.taken)
    deliver.deliver(carer.house, senders)
    assert len(recorder.taken) == taken
    ((kind, state, due_at),) = rows(engine, Outbox.kind, Outbox.state, Outbox.due_at)[-1:]
    assert (kind, state) == ("check_in", "queued")
    now.at = due_at
    assert deliver.deliver(carer.house, senders) == 1
    assert rows(engine, Outbox.state)[-1] == ("sent",)
    assert now.at.astimezone(clock.LONDON).hour == 9


def test_it_ends_after_six_and_goes_on_only_with_a_new_yes(
    engine: Engine, carer: Phone, now: Now
) -> None:
    for _ in range(6):
        weeks_pass(carer, now)
        carer.text("1")
    for _ in range(3):
        weeks_pass(carer, now)
    assert asked(engine) == 6
    assert rows(engine, CheckIn.sent, CheckIn.ended_why) == [(6, "all_sent")]
    assert [script for (script,) in rows(engine, Conversation.script)][1:] == [
        *["check_in"] * 5, "check_in_last",
    ]  # fmt: skip
    carer.text("yes")
    assert rows(engine, CheckIn.sent, CheckIn.ended_why) == [(6, "all_sent"), (0, None)]
    weeks_pass(carer, now)
    assert asked(engine) == 7


def test_later_is_a_week_later_and_is_counted(engine: Engine, carer: Phone, now: Now) -> None:
    weeks_pass(carer, now)
    assert [reply.kind for _, reply in carer.text("LATER").replies] == ["check_in_later"]
    assert rows(engine, CheckIn.sent, CheckIn.due_at) == [(1, carer.now + timedelta(weeks=1))]
    assert weeks_pass(carer, now, weeks=1) == 1
    assert asked(engine) == 2


@pytest.mark.parametrize("said", ["STOP", "please stop texting me", "STOP. I can't go on"])
def test_stop_ends_them_and_start_does_not_bring_them_back(
    engine: Engine, carer: Phone, now: Now, said: str
) -> None:
    carer.text(said)
    assert rows(engine, CheckIn.ended_why) == [("stopped",)]
    carer.text("START")
    weeks_pass(carer, now, weeks=9)
    assert asked(engine) == 0


def test_the_carriers_own_opt_out_ends_them(engine: Engine, carer: Phone, now: Now) -> None:
    with engine.begin() as connection:
        people.opt_out(connection, "sms", carer.number, "carrier", carer.now)
    assert rows(engine, CheckIn.ended_why) == [("stopped",)]


def test_an_opt_out_of_another_address_ends_nothing(engine: Engine, carer: Phone) -> None:
    with engine.begin() as connection:
        people.opt_out(connection, "sms", "+447700900999", "text", carer.now)
        people.opt_out(connection, "whatsapp", carer.number, "text", carer.now)
    assert rows(engine, CheckIn.ended_why) == [(None,)]


def test_who_asks_to_be_deleted_is_never_asked_again(
    engine: Engine, carer: Phone, now: Now
) -> None:
    carer.text("delete my data")
    carer.text("DELETE")
    assert rows(engine, CheckIn.ended_why) == [("erased",)]
    weeks_pass(carer, now, weeks=9)
    assert asked(engine) == 0


def test_an_address_that_is_gone_ends_them(engine: Engine, carer: Phone, now: Now) -> None:
    with engine.begin() as connection:
        connection.execute(update(Person).values(address=None))
    weeks_pass(carer, now)
    assert asked(engine) == 0
    assert rows(engine, CheckIn.ended_why) == [("erased",)]


def test_nobody_on_the_duty_no_check_in(engine: Engine, carer: Phone, now: Now) -> None:
    with engine.begin() as connection:
        connection.execute(update(RotaShift).values(duty="complaints"))
    weeks_pass(carer, now)
    assert asked(engine) == 0
    with engine.begin() as connection:
        connection.execute(update(RotaShift).values(duty="carers"))
    now.at += timedelta(days=1)
    check_ins.send_due(carer.house)
    assert asked(engine) == 1


def test_while_people_see_to_what_they_said_they_are_not_asked(
    engine: Engine, carer: Phone, now: Now
) -> None:
    carer.text("my husband hits me")
    weeks_pass(carer, now)
    assert asked(engine) == 0
    assert rows(engine, CheckIn.ended_at) == [(None,)]


def test_ok_needs_nobody_and_is_kept(engine: Engine, carer: Phone, now: Now) -> None:
    weeks_pass(carer, now)
    carer.text("1")
    assert rows(engine, Response.purpose, Response.role)[-1] == ("check_in", "carer")
    assert rows(engine, Alert.id) == []
    with engine.connect() as connection:
        query = select(Answer.code).where(Answer.question == "check_in")
        assert connection.execute(query).scalars().all() == ["ok"]


@pytest.mark.parametrize("said", ["2", "3", "mum fell twice this week"])
def test_what_is_hard_is_a_case_due_by_the_end_of_the_next_working_day(
    engine: Engine, carer: Phone, now: Now, said: str
) -> None:
    weeks_pass(carer, now)
    carer.text(said)
    assert rows(engine, Alert.kind, Alert.tier) == [("check_in", "today")]
    monday = carer.now.date()
    assert monday.isoweekday() == 1
    assert rows(engine, Case.kind, Case.due_on, Case.wants_call) == [
        ("check_in", monday + timedelta(days=1), None)
    ]


@pytest.mark.parametrize("said", ["1 but she sleeps badly", "2 he wanders", "he wanders at night"])
def test_words_are_read_by_the_named_team_before_anybody_else(
    engine: Engine, carer: Phone, now: Now, said: str
) -> None:
    weeks_pass(carer, now)
    carer.text(said)
    assert rows(engine, Comment.purpose, Comment.held)[-1] == ("check_in", True)
    assert rows(engine, Case.kind) == [("check_in",)]


def test_a_call_is_their_own_yes(engine: Engine, carer: Phone, now: Now) -> None:
    weeks_pass(carer, now)
    for said in ("3", "I have not slept", "yes"):
        carer.text(said)
    assert rows(engine, Case.kind, Case.wants_call) == [("check_in", True)]
    assert rows(engine, Comment.purpose, Comment.held)[-1] == ("check_in", True)


def test_in_another_language_it_is_asked_in_that_language(
    engine: Engine, carer: Phone, now: Now
) -> None:
    with engine.begin() as connection:
        connection.execute(update(CheckIn).values(language="pl"))
    weeks_pass(carer, now)
    assert "jak się masz" in rows(engine, Outbox.letter)[-1][0].encode().decode("unicode_escape")
