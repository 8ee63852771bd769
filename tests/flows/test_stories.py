"""Stories: read by nobody before a yes, by whom their tellers name after it, and by nobody after STORY."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from flows import erase
from flows.house import House
from flows.understand import understand
from storage import database, erasures, stories
from storage.tables import Alert, Case, Comment, Consent, Response, Story
from tests.flows.talking import Phone, furnished
from tests.places import Seeded, also

TELLS = ("STORY1 the tea was always cold", "0", "a flask would do", "1")


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    house, seeded = furnished(engine)
    with engine.begin() as connection:
        also(connection, seeded, "STORY1", "story")
    return house, seeded


@pytest.fixture
def teller(place: tuple[House, Seeded]) -> Phone:
    phone = Phone(place[0], place[1].number)
    for said in TELLS:
        phone.text(said)
    understand(place[0])
    return phone


def read_by_team(engine: Engine, seeded: Seeded) -> list[tuple[str, tuple[str, ...]]]:
    with database.staff(engine, [seeded.provider_id]) as connection:
        found = stories.seen(connection, seeded.ward_id, 10)
        assert bool(found) is bool(
            connection.execute(select(Comment.id).where(Comment.purpose == "story")).all()
        )
    return [(each.audience, each.words) for each in found]


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        found = connection.execute(select(*columns).order_by(columns[0].table.c.id))
        return [tuple(row) for row in found]


@pytest.mark.parametrize(("said", "audience"), [("1", "team"), ("2", "board"), ("3", "anyone")])
def test_nobody_reads_it_before_a_yes_and_everybody_named_after_it(
    engine: Engine, place: tuple[House, Seeded], teller: Phone, said: str, audience: str
) -> None:
    assert read_by_team(engine, place[1]) == []
    teller.text(said)
    words = ("the tea was always cold", "a flask would do")
    assert read_by_team(engine, place[1]) == [(audience, words)]


@pytest.mark.parametrize("said", ["4", "nobody please", "I'd rather not say"])
def test_a_story_for_no_one_is_read_by_no_one(
    engine: Engine, place: tuple[House, Seeded], teller: Phone, said: str
) -> None:
    teller.text(said)
    assert read_by_team(engine, place[1]) == []


@pytest.mark.parametrize("away", [(), ("no", "2"), ("no", "2", "SEAVIEW2 2 kind nurses")])
def test_story_takes_it_down_at_once_from_any_conversation(
    engine: Engine, place: tuple[House, Seeded], teller: Phone, away: tuple[str, ...]
) -> None:
    for said in ("3", *away):
        teller.text(said)
    assert len(read_by_team(engine, place[1])) == 1
    (reply,) = [reply for _, reply in teller.text("story").replies]
    assert reply.kind == "story.down"
    assert read_by_team(engine, place[1]) == []
    assert rows(engine, Story.withdrawn_at) == [(teller.now,)]
    assert ("story", False, teller.now) in rows(engine, Consent.kind, Consent.given, Consent.at)


def test_a_story_with_a_part_that_is_held_is_held_as_a_whole(
    engine: Engine, place: tuple[House, Seeded], teller: Phone
) -> None:
    teller.text("3")
    with engine.begin() as connection:
        part = update(Comment).where(Comment.question == "change")
        connection.execute(part.values(held=True))
    assert read_by_team(engine, place[1]) == []
    with engine.begin() as connection:
        connection.execute(update(Comment).values(held=False))
    assert len(read_by_team(engine, place[1])) == 1


def test_what_is_deleted_leaves_no_story(
    engine: Engine, place: tuple[House, Seeded], teller: Phone
) -> None:
    for said in ("3", "no", "2", "delete my data", "DELETE"):
        teller.text(said)
    with engine.connect() as connection:
        (due,) = erasures.due(connection, teller.now + erase.WITHIN)
    assert erase.erase(place[0], due, teller.now + erase.WITHIN)
    assert rows(engine, Story.id) == []
    assert rows(engine, Comment.id) == []


def test_after_stop_it_is_taken_down_in_silence(
    engine: Engine, place: tuple[House, Seeded], teller: Phone
) -> None:
    for said in ("3", "STOP"):
        teller.text(said)
    assert teller.text("STORY").replies == ()
    assert read_by_team(engine, place[1]) == []


def test_a_wish_to_be_deleted_takes_it_down_at_once(
    engine: Engine, place: tuple[House, Seeded], teller: Phone
) -> None:
    for said in ("3", "delete my data"):
        teller.text(said)
    assert len(read_by_team(engine, place[1])) == 1
    teller.text("DELETE")
    assert read_by_team(engine, place[1]) == []


def test_somebody_elses_story_stays(
    engine: Engine, place: tuple[House, Seeded], teller: Phone
) -> None:
    teller.text("2")
    Phone(place[0], place[1].number, "+447700900002").text("STORY")
    assert len(read_by_team(engine, place[1])) == 1


def test_each_consent_is_its_own_with_its_time_and_wording(engine: Engine, teller: Phone) -> None:
    moments = []
    for said in ("2", "no", "yes"):
        teller.text(said)
        moments.append(teller.now)
    assert rows(
        engine, Consent.kind, Consent.given, Consent.at, Consent.script, Consent.script_version
    ) == [
        ("story", True, moments[0], "story", 1),
        ("texts", False, moments[1], "story", 1),
        ("ring_me", True, moments[2], "story", 1),
    ]
    assert rows(engine, Story.audience, Story.agreed_at, Story.script, Story.script_version) == [
        ("board", moments[0], "story", 1)
    ]
    assert rows(engine, Alert.kind) == [("contact",)]
    assert rows(engine, Case.kind, Case.wants_call) == [("contact", True)]


def test_it_is_no_answer_to_the_friends_and_family_test(engine: Engine, teller: Phone) -> None:
    assert rows(engine, Response.purpose, Response.rating) == [("story", None)]
