"""A thread holds what two addresses wrote to each other, in order, and nothing of anyone else."""

import pytest
from sqlalchemy import Engine, text

from bot.dialogue.messages import Channel
from flows.house import House
from flows.threads import Line, thread
from tests.flows.talking import Phone, furnished
from tests.places import seed


def _thread(house: House, ours: str, theirs: str) -> list[Line]:
    return thread(house, Channel.SMS, ours, theirs)


@pytest.fixture
def phone(engine: Engine) -> Phone:
    """Somebody who has said one thing."""
    house, place = furnished(engine)
    phone = Phone(house, place.number)
    phone.text("2 kind staff")
    return phone


def test_in_the_order_in_which_it_was_said(phone: Phone) -> None:
    phone.text("2")
    lines = _thread(phone.house, phone.to, phone.number)
    assert [line.ours for line in lines] == [False, True, False, True]
    assert [line.text for line in lines if not line.ours] == ["2 kind staff", "2"]
    assert [line.at for line in lines] == sorted(line.at for line in lines)


def test_somebody_else_has_another_thread(phone: Phone) -> None:
    assert _thread(phone.house, phone.to, "+447700900002") == []


def test_each_of_our_numbers_has_its_own(phone: Phone, engine: Engine) -> None:
    with engine.begin() as connection:
        other = seed(connection, "hilltop", "+441632960200", "654321").number
    Phone(phone.house, other, phone.number).text("5 nobody came")
    here, there = (_thread(phone.house, ours, phone.number) for ours in (phone.to, other))
    assert [line.text for line in there if not line.ours] == ["5 nobody came"]
    assert [line.text for line in here if not line.ours] == ["2 kind staff"]
    assert not {line.text for line in there if line.ours} & {"5 nobody came", "2 kind staff"}
    assert len(here) == len(there) == 2


def test_erased_words_are_gone(phone: Phone, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE inbox SET letter = NULL"))
    assert all(line.ours for line in _thread(phone.house, phone.to, phone.number))
