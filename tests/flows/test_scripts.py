"""Scripts beyond the standard one: what their answers become as rows, and what they do not count as."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot.dialogue.messages import Reply
from flows.aggregate import aggregate
from flows.house import House
from storage.tables import (
    Alert,
    Answer,
    Case,
    Comment,
    Consent,
    DailyRating,
    DailyRole,
    Response,
    Touchpoint,
)
from tests.flows.talking import Phone, furnished
from tests.places import MOMENT, Seeded, also, switch_on


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    house, seeded = furnished(engine)
    with engine.begin() as connection:
        also(connection, seeded, "CARER1", "carer")
        switch_on(connection, seeded, asks_feeling=True, bereavement_number="01632 960456")
    return house, seeded


@pytest.fixture
def phone(place: tuple[House, Seeded]) -> Phone:
    house, seeded = place
    return Phone(house, seeded.number)


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def kinds(phone: Phone, body: str) -> list[str]:
    replies: list[Reply] = [reply for _, reply in phone.text(body).replies]
    return [reply.kind for reply in replies]


CARER = ("CARER1 nobody rings me", "2 they asked once", "no", "3", "2", "struggling", "1")


def test_a_carers_own_touchpoint_asks_the_carers_own_questions(
    engine: Engine, phone: Phone
) -> None:
    said = [kind for body in CARER for kind in kinds(phone, body)]
    assert said == [
        "involved", "informed", "knows_contact", "assessment", "how_you_are", "consent",
        "thanks_carer",
    ]  # fmt: skip
    columns = (Response.purpose, Response.role, Response.view, Response.rating, Response.script)
    assert rows(engine, *columns) == [("carer", "carer", "own_view", None, "carer")]
    assert rows(engine, Answer.question, Answer.code) == [
        ("assessment", "no"),
        ("how_you_are", "struggling"),
        ("informed", "no"),
        ("involved", "partly"),
        ("knows_contact", "no"),
    ]
    assert rows(engine, Comment.question, Comment.words, Comment.purpose) == [
        ("comment", "nobody rings me", "carer"),
        ("involved", "they asked once", "carer"),
    ]
    assert rows(engine, Consent.kind, Consent.given) == [("texts", True)]


def test_it_does_not_count_as_the_friends_and_family_test(engine: Engine, phone: Phone) -> None:
    for body in CARER:
        phone.text(body)
    while aggregate(phone.house):
        pass
    assert rows(engine, DailyRating.rating) == []
    assert rows(engine, DailyRole.role) == []


def test_an_answer_alone_makes_a_response_and_the_last_one_counts(
    engine: Engine, phone: Phone
) -> None:
    phone.text("CARER1")
    phone.text("skip")
    assert rows(engine, Response.id) == []
    phone.text("1")
    assert rows(engine, Answer.question, Answer.code) == [("involved", "yes")]
    phone.text("sorry, meant 3")
    assert rows(engine, Answer.question, Answer.code) == [("involved", "no")]
    assert rows(engine, Response.purpose, Response.role) == [("carer", "carer")]


def test_feelings_are_kept_each_by_its_code_and_the_rating_counts(
    engine: Engine, phone: Phone
) -> None:
    phone.text("4 they talked over me")
    assert kinds(phone, "5 and 8, and small") == ["role"]
    assert rows(engine, Answer.question, Answer.code) == [
        ("feeling", "angry"),
        ("feeling", "ignored"),
    ]
    while aggregate(phone.house):
        pass
    assert rows(engine, DailyRating.rating, DailyRating.responses) == [("poor", 1)]


def test_an_answer_with_danger_in_it_is_held(engine: Engine, phone: Phone) -> None:
    for body in (*CARER[:5], "I want to end it all"):
        phone.text(body)
    assert rows(engine, Comment.question, Comment.held)[-2:] == [
        ("how_you_are", True), ("involved", False)
    ]  # fmt: skip


def test_a_script_that_may_not_be_used_on_a_channel_asks_nothing_and_keeps_the_words(
    engine: Engine, place: tuple[House, Seeded], phone: Phone
) -> None:
    """Staff have a link of their own and never the number that patients text."""
    with engine.begin() as connection:
        also(connection, place[1], "STAFF1", "staff")
    assert kinds(phone, "STAFF1") == ["listening"]
    assert kinds(phone, "two of us for thirty beds") == ["thanks"]
    assert rows(engine, Response.script, Response.role, Response.purpose) == [
        ("listening", None, "experience")
    ]
    assert rows(engine, Comment.words) == [("two of us for thirty beds",)]


def test_a_card_brings_its_script_and_no_number_has_it_as_its_own(
    engine: Engine, place: tuple[House, Seeded], phone: Phone
) -> None:
    _, seeded = place
    with engine.begin() as connection:
        also(connection, seeded, "CARE5", "bereaved")
        connection.execute(
            update(Touchpoint).where(Touchpoint.id == seeded.ward_touchpoint).values(script="bereaved")
        )  # fmt: skip
    assert kinds(phone, "hello") == ["listening"]
    assert kinds(phone, "CARE5 they were so gentle with her") == ["bereaved_ring"]
    assert kinds(phone, "1") == ["thanks_bereaved"]
    assert rows(engine, Response.script, Response.role, Response.view, Response.purpose) == [
        ("bereaved", "family", "own_view", "bereaved")
    ]


def test_a_bereaved_person_who_wants_a_call_is_put_before_people(
    engine: Engine, place: tuple[House, Seeded], phone: Phone
) -> None:
    with engine.begin() as connection:
        also(connection, place[1], "CARE5", "bereaved")
    phone.text("CARE5 they were so gentle with her")
    phone.text("yes")
    assert rows(engine, Alert.kind, Alert.tier) == [("contact", "today")]
    due_on = MOMENT.date() + timedelta(days=2)
    assert rows(engine, Case.kind, Case.wants_call, Case.due_on) == [("contact", True, due_on)]


def test_a_bereaved_person_who_complains_has_made_a_complaint(
    engine: Engine, place: tuple[House, Seeded], phone: Phone
) -> None:
    with engine.begin() as connection:
        also(connection, place[1], "CARE5", "bereaved")
    for said in ("CARE5 nobody told us", "yes", "I want to make a complaint", "1"):
        phone.text(said)
    assert rows(engine, Alert.kind) == [("complaint",)]
    due_on = MOMENT.date() + timedelta(days=3)
    assert rows(engine, Case.kind, Case.wants_call, Case.due_on) == [("complaint", True, due_on)]
