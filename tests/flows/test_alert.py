"""Words that people must read: the alert is written with the text, and what follows joins it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot import library
from flows.house import House
from storage.tables import Alert, AlertText, Comment, DailyRating, Response
from tests.flows.talking import Phone, furnished
from tests.flows.test_accept import CONVERSATION, counted
from tests.places import MOMENT, Seeded

CRISIS = "I want to kill myself"
HARM = "my husband hits me"
BY_STAFF = "the night nurse hits my mum"
LAPSE = "they gave him the wrong medication"
COMPLAINT = "I want to make a complaint about the food"


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    return furnished(engine)


@pytest.fixture
def phone(place: tuple[House, Seeded]) -> Phone:
    house, seeded = place
    return Phone(house, seeded.number)


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(*columns).order_by(columns[0].table.c.id)))


def closed(engine: Engine, decision: str | None = None) -> None:
    """As if somebody had closed every alert."""
    with engine.begin() as connection:
        connection.execute(update(Alert).values(closed_at=MOMENT, decision=decision))
        if decision == "released":
            connection.execute(update(Comment).values(held=False))


@pytest.mark.parametrize(
    ("said", "kind", "tier", "reply", "allegation"),
    [
        (CRISIS, "crisis", "now", "crisis", False),
        (HARM, "abuse", "today", "harm", False),
        (BY_STAFF, "abuse", "today", "harm", True),
        (LAPSE, "safety", "today", None, False),
        (COMPLAINT, "complaint", "today", "contact", False),
    ],
)
def test_what_is_found_is_an_alert_and_its_comment_is_held(
    engine: Engine, phone: Phone, said: str, kind: str, tier: str, reply: str, allegation: bool
) -> None:
    phone.text(f"5 {said}")
    assert rows(
        engine, Alert.kind, Alert.tier, Alert.reply, Alert.allegation, Alert.tell_at, Alert.channel
    ) == [(kind, tier, reply, allegation, phone.now, "sms")]
    assert rows(engine, AlertText.place, AlertText.words) == [("raised", f"5 {said}")]
    assert rows(engine, Comment.held) == [(True,)]


def test_it_knows_rule_edition_service_and_address(
    engine: Engine, phone: Phone, place: tuple[House, Seeded]
) -> None:
    phone.text(CRISIS)
    ((rule, edition, service, address, language),) = rows(
        engine, Alert.rule, Alert.rules_version, Alert.service_id, Alert.address, Alert.language
    )
    assert rule in {each.id for each in library.concerns().rules}
    assert edition == library.rules_version()
    assert (service, address, language) == (place[1].ward_id, phone.number, "en")


@pytest.mark.parametrize("texts", [(CRISIS,), ("please can someone ring me", "2", "4")])
def test_it_knows_the_response_as_soon_as_there_is_one(
    engine: Engine, phone: Phone, texts: tuple[str, ...]
) -> None:
    for said in texts:
        phone.text(said)
    assert rows(engine, Alert.response_id) == rows(engine, Response.id)


def test_what_was_said_before_comes_with_it(engine: Engine, phone: Phone) -> None:
    phone.text("4 nobody came when I rang")
    phone.text("that night I wanted to die")
    assert rows(engine, AlertText.place, AlertText.words) == [
        ("before", "nobody came when I rang"),
        ("raised", "that night I wanted to die"),
    ]


def test_texts_that_follow_join_the_open_alert(engine: Engine, phone: Phone) -> None:
    phone.text(CRISIS)
    phone.text("sorry to bother you")
    phone.text("4")
    assert rows(engine, AlertText.place, AlertText.words) == [
        ("raised", CRISIS), ("after", "sorry to bother you"), ("after", "4"),
    ]  # fmt: skip
    assert rows(engine, Alert.version, Alert.heard_at) == [(2, phone.now)]


def test_after_it_is_closed_nothing_joins_and_a_new_concern_is_a_new_alert(
    engine: Engine, phone: Phone
) -> None:
    phone.text(CRISIS)
    closed(engine, "released")
    phone.text("thank you")
    assert len(rows(engine, AlertText.id)) == 1
    phone.text("I still want to die")
    assert rows(engine, Alert.kind, Alert.closed_at.is_(None)) == [
        ("crisis", False), ("crisis", True),
    ]  # fmt: skip


def test_more_words_to_a_comment_that_is_kept_are_an_alert_again(
    engine: Engine, phone: Phone
) -> None:
    """Else they would stand in a comment that no list and no queue shows."""
    phone.text(HARM)
    closed(engine, "kept")
    phone.text("he came back last night")
    assert rows(engine, Alert.kind, Alert.tier, Alert.rule)[1:] == [
        ("abuse", "today", "further-words")
    ]
    assert rows(engine, Comment.held) == [(True,)]


def test_words_while_an_alert_is_open_are_held_and_must_be_decided_on_anew(
    engine: Engine, phone: Phone
) -> None:
    phone.text(HARM)
    with engine.begin() as connection:
        connection.execute(update(Alert).values(decision="released"))
        connection.execute(update(Comment).values(held=False))
    phone.text("the food was cold too")
    assert rows(engine, Alert.decision) == [(None,)]
    assert rows(engine, Comment.held) == [(True,)]


def test_graver_words_change_what_the_alert_is_and_are_told_of_at_once(
    engine: Engine, phone: Phone
) -> None:
    phone.text(COMPLAINT)
    told(engine, phone)
    phone.text(CRISIS)
    assert rows(engine, Alert.kind, Alert.tier, Alert.reply, Alert.tell_at) == [
        ("crisis", "now", "crisis", phone.now)
    ]


def test_lesser_words_change_nothing(engine: Engine, phone: Phone) -> None:
    phone.text(CRISIS)
    told(engine, phone)
    phone.text(COMPLAINT)
    assert rows(engine, Alert.kind, Alert.tell_at) == [("crisis", None)]
    assert rows(engine, AlertText.contact) == [(False,), (True,)]


def test_a_crisis_said_again_is_told_of_again_but_not_with_every_text(
    engine: Engine, phone: Phone
) -> None:
    phone.text(CRISIS)
    told(engine, phone)
    first = phone.now
    phone.text("I really want to kill myself")
    phone.text("I am going to end my life")
    assert rows(engine, Alert.tell_at) == [(first + timedelta(minutes=10),)]


def test_an_allegation_that_comes_to_light_later_is_told_of(engine: Engine, phone: Phone) -> None:
    phone.text("someone here hits my mum")
    told(engine, phone)
    phone.text("it is the night nurse")
    assert rows(engine, Alert.allegation, Alert.tell_at) == [(True, phone.now)]


@pytest.mark.parametrize("texts", [("STOP. I can't go on",), ("STOP", CRISIS)])
def test_stop_is_noted(engine: Engine, phone: Phone, texts: tuple[str, ...]) -> None:
    for said in texts:
        phone.text(said)
    assert rows(engine, Alert.kind, Alert.stopped) == [("crisis", True)]


def test_its_rating_counts_all_the_same(engine: Engine, phone: Phone) -> None:
    from flows.aggregate import aggregate

    phone.text(f"5 {CRISIS}")
    aggregate(phone.house)
    assert rows(engine, Response.rating) == [("very_poor",)]
    with engine.connect() as connection:
        counted_ = connection.execute(select(DailyRating.rating, DailyRating.responses)).all()
    assert counted_ == [("very_poor", 1)]


def test_somebody_elses_text_joins_nothing_and_pays_nothing(
    engine: Engine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [Phone(phone.house, phone.to, f"+44770090000{number}") for number in (2, 3)]
    Phone(phone.house, phone.to, "+447700900009").text("1", ref="warm-up")
    costs = []
    for other in others:
        for body in CONVERSATION:
            with counted(monkeypatch, engine) as seen:
                other.text(body)
            costs.append(len(seen))
        phone.text(CRISIS)
    assert len(set(costs)) == 1, costs
    assert rows(engine, AlertText.words) == [(CRISIS,), (CRISIS,)]
    assert len({row.conversation_id for row in rows(engine, Alert.conversation_id)}) == 1


def test_nothing_is_left_of_an_alert_whose_text_was_not_kept(
    engine: Engine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import accept

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(accept, "_bells", broken)
    with pytest.raises(ZeroDivisionError):
        phone.text(CRISIS)
    assert rows(engine, Alert.id) == []
    assert rows(engine, AlertText.id) == []


def told(engine: Engine, phone: Phone) -> None:
    """As if somebody had been told of every alert just now."""
    with engine.begin() as connection:
        connection.execute(update(Alert).values(tell_at=None, told_at=phone.now))
