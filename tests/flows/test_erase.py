"""Deletion as people ask for it: what goes after seven days, what stays, and what must wait."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from flows import erase
from flows.accept import Outcome
from flows.aggregate import aggregate
from flows.understand import understand
from storage import erasures, people
from storage.tables import Comment
from tests.flows.talking import Phone, furnished

KIND = "2 the zorbleflux staff were kind"
DANGER = "5 I want to kill myself"
LATER = erase.WITHIN + timedelta(minutes=1)
OF_A_PERSON = (
    "people", "conversations", "inbox", "outbox", "comments", "answers", "consents", "alert_texts",
)  # fmt: skip


@pytest.fixture
def phone(engine: Engine) -> Phone:
    """Somebody who is about to tell us something."""
    house, place = furnished(engine)
    return Phone(house, place.number)


def _asks_twice(phone: Phone) -> None:
    phone.text("delete my data")
    phone.text("DELETE")


def _due(phone: Phone, at: datetime) -> list[int]:
    with phone.house.engine.connect() as connection:
        return erasures.due(connection, at)


def _erase(phone: Phone, at: datetime | None = None) -> list[erase.Erased | None]:
    at = at or phone.now + LATER
    return [erase.erase(phone.house, each, at) for each in _due(phone, at)]


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _figures(engine: Engine) -> list[Any]:
    tables = ("daily_ratings", "daily_roles", "daily_modes")
    return [_rows(engine, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]


def _close(engine: Engine, table: str = "alerts") -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET closed_at = now()"))


def test_once_is_no_wish_and_twice_is_one_for_seven_days_later(phone: Phone) -> None:
    phone.text(KIND)
    phone.text("delete my data")
    assert _due(phone, phone.now + timedelta(days=30)) == []
    phone.text("DELETE")
    assert _due(phone, phone.now + erase.WITHIN - timedelta(seconds=1)) == []
    assert len(_due(phone, phone.now + erase.WITHIN)) == 1
    asked = _rows(phone.house.engine, "SELECT action, subject_kind, account_id FROM audit")
    assert asked == [("erasure_asked", "erasure", None)]


def test_all_goes_but_the_rating_and_no_figure_moves(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    phone.text("1")
    understand(phone.house)
    aggregate(phone.house)
    figures = _figures(engine)
    _asks_twice(phone)
    (erased,) = _erase(phone)
    assert erased
    assert (erased.waits_for, erased.gone.texts, erased.gone.comments) == (None, 4, 1)
    assert erased.gone.letters > 0
    assert {table: _count(engine, table) for table in OF_A_PERSON} == dict.fromkeys(OF_A_PERSON, 0)
    kept = _rows(engine, "SELECT rating, conversation_id FROM responses")
    assert kept == [("good", None)]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO dirty_days (provider_id, service_id, day, marked_at) "
                "SELECT provider_id, service_id, day, now() FROM responses"
            )
        )
    aggregate(phone.house)
    assert _figures(engine) == figures != []


def test_the_opt_out_stays(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    phone.text("STOP")
    _asks_twice(phone)
    _erase(phone)
    assert _count(engine, "people") == 0
    with engine.connect() as connection:
        assert people.opted_out(connection, "sms", phone.number)


def test_what_is_said_afterwards_is_a_new_conversation_and_stays(
    phone: Phone, engine: Engine
) -> None:
    phone.text(KIND)
    _asks_twice(phone)
    thanks = phone.text("thanks")
    phone.text("4 nobody came when I rang")
    assert thanks.replies == ()
    (erased,) = _erase(phone)
    assert erased
    assert erased.waits_for is None
    assert _count(engine, "people") == _count(engine, "conversations") == 1
    assert _count(engine, "inbox") == 2
    with engine.connect() as connection:
        (words,) = connection.execute(select(Comment.words)).scalars()
    assert words == "4 nobody came when I rang"


def test_what_the_provider_brings_again_is_not_kept_again(phone: Phone, engine: Engine) -> None:
    phone.text(KIND, "SM-first")
    _asks_twice(phone)
    _erase(phone)
    for ride in (True, False):
        again = phone.text(KIND, "SM-first", ride=ride)
        assert (again.outcome, again.replies) == (Outcome.SEEN, ())
    assert _count(engine, "inbox") == _count(engine, "people") == 0
    assert phone.text(KIND, "SM-other").outcome is Outcome.NEW


def test_an_open_alert_keeps_its_conversation_until_it_is_closed(
    phone: Phone, engine: Engine
) -> None:
    phone.text(DANGER)
    _asks_twice(phone)
    (waiting,) = _erase(phone)
    assert waiting
    assert waiting.waits_for == "alert"
    assert waiting.gone.texts == 0
    assert _count(engine, "inbox") == 3
    assert _count(engine, "comments") == _count(engine, "people") == 1
    tomorrow = phone.now + LATER + timedelta(days=1)
    assert _due(phone, tomorrow - timedelta(minutes=2)) == []
    _close(engine)
    (erased,) = _erase(phone, tomorrow)
    assert erased
    assert erased.waits_for is None
    assert {table: _count(engine, table) for table in OF_A_PERSON} == dict.fromkeys(OF_A_PERSON, 0)
    left = _rows(engine, "SELECT kind, address, person_id, response_id FROM alerts")
    assert left == [("crisis", None, 0, None)]
    assert _due(phone, tomorrow + timedelta(days=9)) == []


def test_another_conversation_does_not_wait_for_the_alert(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    phone.now += timedelta(days=100)
    phone.text(DANGER)
    _asks_twice(phone)
    (erased,) = _erase(phone)
    assert erased
    assert (erased.waits_for, erased.gone.texts, erased.gone.comments) == ("alert", 1, 1)
    assert _rows(engine, "SELECT count(*) FROM inbox") == [(3,)]


def test_an_open_case_waits_also_when_its_alert_is_closed(phone: Phone, engine: Engine) -> None:
    phone.text("please ring me, I want to complain")
    _asks_twice(phone)
    _close(engine)
    (waiting,) = _erase(phone)
    assert waiting
    assert waiting.waits_for == "case"
    _close(engine, "cases")
    (erased,) = _erase(phone, phone.now + LATER + timedelta(days=1))
    assert erased
    assert erased.waits_for is None
    assert _count(engine, "people") == 0


def test_a_text_that_was_not_stepped_is_not_lost(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    _asks_twice(phone)
    with engine.begin() as connection:
        connection.execute(text("UPDATE inbox SET state = 'to_step' WHERE id = 1"))
    (waiting,) = _erase(phone)
    assert waiting
    assert waiting.waits_for == "step"
    assert _count(engine, "inbox") == 3


def test_nobody_else_is_touched(phone: Phone, engine: Engine) -> None:
    other = Phone(phone.house, phone.to, "+447700900002", phone.now)
    other.text(KIND)
    phone.text("5 nobody came")
    _asks_twice(phone)
    _erase(phone)
    tables = ("inbox", "people", "comments")
    assert [_count(engine, table) for table in tables] == [1, 1, 1]


def test_twice_changes_nothing(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    _asks_twice(phone)
    (first,) = _due(phone, phone.now + LATER)
    assert erase.erase(phone.house, first, phone.now + LATER)
    assert erase.erase(phone.house, first, phone.now + LATER) is None
    assert len(_rows(engine, "SELECT id FROM audit WHERE action = 'erased'")) == 1


def test_two_wishes_of_one_person(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    _asks_twice(phone)
    phone.text("5 one more thing")
    _asks_twice(phone)
    assert [each.waits_for for each in _erase(phone) if each] == [None, None]
    assert _count(engine, "people") == _count(engine, "inbox") == 0


def test_a_text_that_comes_meanwhile_waits_and_is_kept(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    _asks_twice(phone)
    (due,) = _due(phone, phone.now + LATER)
    coming = threading.Thread(target=phone.text, args=("4 nobody came",))
    with engine.begin() as connection:
        wish = erasures.claim(connection, due)
        coming.start()
        coming.join(0.5)
        assert coming.is_alive()
        assert wish
        erase._take_out(connection, wish, phone.now + LATER)
    coming.join(10)
    assert phone.said[-1].outcome is Outcome.NEW
    assert _count(engine, "inbox") == _count(engine, "people") == _count(engine, "comments") == 1


def test_hashes_of_erased_texts_are_forgotten_in_the_end(phone: Phone, engine: Engine) -> None:
    phone.text(KIND)
    _asks_twice(phone)
    _erase(phone)
    assert _count(engine, "erased_texts") == 3
    at = phone.now + LATER + erasures.REMEMBERED
    for later, left in ((timedelta(0), 3), (timedelta(seconds=1), 0)):
        with engine.begin() as connection:
            erasures.forget(connection, at + later)
        assert _count(engine, "erased_texts") == left
