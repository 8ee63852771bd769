"""A script is asked only with its approvals; without them nothing is, and no safety is lost."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, update

from bot import library
from flows import scripts
from flows.house import House
from flows.scripts import VerdictRefused
from rules.approvals import PARTNER
from storage import rulebooks
from storage.rulebooks import Judged
from storage.tables import Alert, Comment, Conversation, OptOut, Response, Rulebook
from tests.flows.talking import Phone, furnished
from tests.places import MOMENT, Seeded, approve

STANDARD = library.script("inpatient")
KIM = Judged("Kim Partner", PARTNER, STANDARD.digest, True, "", False, MOMENT)
ROBIN = replace(KIM, name="Robin Lead", role="experience_lead")
VETO = replace(KIM, approved=False, reason="it blames the carer")
OURS = library.whole_text(library.shipped_text("inpatient"), "ours").replace(
    "Overall,", "All in all,"
)


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    house, seeded = furnished(engine)
    with engine.begin() as connection:
        connection.execute(Rulebook.__table__.delete())  # type: ignore[attr-defined]
    return house, seeded


def kinds(house: House, seeded: Seeded, body: str, number: str = "+447700900001") -> list[str]:
    phone = Phone(House(house.engine, house.demo), seeded.number, number)
    return [reply.kind for _, reply in phone.text(body).replies]


def judge(engine: Engine, seeded: Seeded, *said: Judged, name: str = "inpatient") -> None:
    with engine.begin() as connection:
        for each in said:
            scripts.judge(connection, seeded.provider_id, name, each)


def test_without_approvals_nothing_is_asked_and_words_are_kept(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    assert kinds(*place, "2 lovely staff") == ["thanks"]
    with engine.connect() as connection:
        assert connection.execute(select(Response.rating, Response.script)).all() == [
            ("good", "listening")
        ]
        assert connection.execute(select(Comment.words)).scalars().all() == ["lovely staff"]


def test_without_approvals_danger_is_answered_and_stop_works(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    assert kinds(*place, "I want to kill myself") == ["crisis"]
    assert kinds(*place, "STOP") == ["stop"]
    with engine.connect() as connection:
        assert connection.execute(select(Alert.kind)).scalars().all() == ["crisis"]
        assert len(connection.execute(select(OptOut.key)).all()) == 1


def test_two_people_one_of_them_a_partner_bring_it_to_life(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    judge(engine, place[1], ROBIN)
    assert kinds(*place, "2 kind", "+447700900001") == ["thanks"]
    judge(engine, place[1], KIM)
    assert kinds(*place, "2 kind", "+447700900002") == ["role"]
    with engine.connect() as connection:
        live = connection.execute(select(Rulebook.version, Rulebook.live_from)).all()
    assert live == [(STANDARD.version, MOMENT)]


def test_approvals_of_the_demo_count_there_only(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    house, seeded = place
    judge(engine, seeded, replace(KIM, demo=True), replace(ROBIN, demo=True))
    assert kinds(house, seeded, "2 kind", "+447700900001") == ["thanks"]
    assert kinds(House(engine, demo=True), seeded, "2 kind", "+447700900002") == ["role"]


def test_the_shipped_scripts_are_used_in_the_demo_and_only_there(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    assert kinds(House(engine, demo=True), place[1], "2 kind") == ["role"]


def test_a_veto_stops_it_in_a_conversation_under_way_too(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    judge(engine, place[1], KIM, ROBIN)
    assert kinds(*place, "2") == ["open"]
    judge(engine, place[1], VETO)
    assert kinds(*place, "they were kind") == ["thanks"]
    assert kinds(*place, "4 long wait", "+447700900002") == ["thanks"]
    with engine.connect() as connection:
        assert connection.execute(select(Rulebook.live_from)).scalars().all() == [None]
        words = connection.execute(select(Comment.words).order_by(Comment.id)).scalars().all()
    assert words == ["they were kind", "long wait"]
    judge(engine, place[1], KIM)
    assert kinds(*place, "4 long wait", "+447700900003") == ["role"]


def test_a_veto_stops_a_shipped_script_in_the_demo(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    judge(engine, place[1], replace(VETO, demo=True))
    assert kinds(House(engine, demo=True), place[1], "2 kind") == ["thanks"]


def test_an_own_version_goes_live_and_conversations_keep_the_one_they_began_with(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    house, seeded = place
    judge(engine, seeded, KIM, ROBIN)
    assert kinds(house, seeded, "2", "+447700900001") == ["open"]
    with engine.begin() as connection:
        own = scripts.load(connection, seeded.provider_id, OURS, "ours", "Robin Lead", MOMENT)
        again = scripts.load(connection, seeded.provider_id, OURS, "ours", "Robin Lead", MOMENT)
    assert (own.version, own.digest) == (STANDARD.version + 1, again.digest)
    assert again.version == own.version
    live = scripts.live
    with engine.connect() as connection:
        assert live(connection, seeded.provider_id, "inpatient", demo=False).version == 2
    judge(engine, seeded, replace(KIM, digest=own.digest), replace(ROBIN, digest=own.digest))
    assert kinds(house, seeded, "they were kind", "+447700900001") == ["role"]
    assert kinds(house, seeded, "2", "+447700900002") == ["open"]
    with engine.connect() as connection:
        assert live(connection, seeded.provider_id, "inpatient", demo=False).version == own.version
        query = select(Conversation.script_version).order_by(Conversation.id)
        assert connection.execute(query).scalars().all() == [2, own.version]


def test_a_malformed_script_is_refused_and_what_was_live_goes_on(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    house, seeded = place
    judge(engine, seeded, KIM, ROBIN)
    broken = OURS.replace('"reads": "rating"', '"reads": "odd"')
    refused = pytest.raises(ValueError, match=r"ours:\d+: step 'rating' reads 'odd'")
    with refused, engine.begin() as connection:
        scripts.load(connection, seeded.provider_id, broken, "ours", "Robin Lead", MOMENT)
    assert kinds(house, seeded, "2 kind") == ["role"]


def test_a_version_that_cannot_be_read_any_more_leaves_the_last_good_one_in_use(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    house, seeded = place
    judge(engine, seeded, KIM, ROBIN)
    with engine.begin() as connection:
        own = scripts.load(connection, seeded.provider_id, OURS, "ours", "Robin Lead", MOMENT)
    judge(engine, seeded, replace(KIM, digest=own.digest), replace(ROBIN, digest=own.digest))
    with engine.begin() as connection:
        connection.execute(
            update(Rulebook).where(Rulebook.version == own.version).values(text="no script at all")
        )
    assert kinds(house, seeded, "2 kind") == ["role"]
    with engine.connect() as connection:
        assert connection.execute(select(Conversation.script_version)).scalars().all() == [2]


def test_an_edit_behind_the_approvals_voids_them(
    engine: Engine, place: tuple[House, Seeded]
) -> None:
    house, seeded = place
    with engine.begin() as connection:
        approve(connection, seeded.provider_id, "inpatient")
        connection.execute(update(Rulebook).values(text=OURS))
    assert kinds(house, seeded, "2 kind") == ["thanks"]


def test_a_text_that_nobody_has_is_not_judged(engine: Engine, place: tuple[House, Seeded]) -> None:
    with pytest.raises(VerdictRefused, match="no text of the script 'inpatient' has this SHA-256"):
        judge(engine, place[1], replace(KIM, digest="0" * 64))
    with engine.connect() as connection:
        assert rulebooks.names(connection, place[1].provider_id, rulebooks.SCRIPT) == []
