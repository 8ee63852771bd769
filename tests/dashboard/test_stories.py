"""The page of stories: for the team that they were told to, as far as their tellers let it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, text

from storage.tables import Person, Story
from tests.dashboard.browser import Browser
from tests.dashboard.test_triage import plain
from tests.dashboard.told import Told, say
from tests.places import MOMENT

Opened = Callable[..., Browser]
WARD = "/dashboard/services/seaview/ward"
WORDS = "the zorble tea was cold"


@pytest.fixture
def told_one(engine: Engine, told: Told) -> None:
    with engine.begin() as connection:
        response = say(connection, told.mine, "story", WORDS, {"share": "board"})
        person = connection.execute(
            insert(Person)
            .values(provider_id=told.mine.provider_id, channel="sms", key=b"k", key_ids=["test"],
                    seen_at=MOMENT)
            .returning(Person.id)
        ).scalar_one()  # fmt: skip
        connection.execute(
            insert(Story).values(
                provider_id=told.mine.provider_id, service_id=told.mine.ward_id, person_id=person,
                response_id=response, audience="board", script="story", script_version=1,
                agreed_at=MOMENT,
            )
        )  # fmt: skip


@pytest.mark.usefixtures("told_one")
def test_the_team_reads_it_on_its_own_page_and_on_no_list(
    signed_in: Opened, engine: Engine
) -> None:
    browser = signed_in("ward")
    service = browser.get(WARD).text
    assert f"{WARD}/stories" in service
    assert WORDS not in service
    assert WORDS not in browser.get(f"{WARD}/comments").text
    page = plain(browser.get(f"{WARD}/stories").text)
    assert WORDS in page
    assert "The board may read it too, after somebody has released it" in page
    with engine.connect() as connection:
        query = text("SELECT detail FROM audit WHERE action = 'read_stories'")
        assert connection.execute(query).scalars().all() == [{"shown": 1}]


@pytest.mark.usefixtures("told_one")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comments SET held = true WHERE purpose = 'story'",
        "UPDATE comments SET redacted = NULL WHERE purpose = 'story'",
        "UPDATE stories SET withdrawn_at = now()",
        "UPDATE stories SET audience = 'no_one'",
    ],
)
def test_a_held_story_is_not_there(signed_in: Opened, engine: Engine, change: str) -> None:
    """Nor one that is still being read, was taken down, or is for no one."""
    with engine.begin() as connection:
        connection.execute(text(change))
    page = plain(signed_in("ward").get(f"{WARD}/stories").text)
    assert WORDS not in page
    assert "There is no story that you may read" in page


@pytest.mark.usefixtures("told_one")
def test_who_reads_no_comments_reads_no_stories(signed_in: Opened, told: Told) -> None:
    assert signed_in("board").get(f"{WARD}/stories").status_code == 403
    elsewhere = signed_in("ward", service_id=told.mine.clinic_id)
    assert elsewhere.get(f"{WARD}/stories").status_code == 404
    theirs = signed_in("ward", provider_id=told.theirs.provider_id)
    assert theirs.get(f"{WARD}/stories").status_code == 404
