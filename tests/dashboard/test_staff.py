"""What staff see: figures from the daily counts, readable comments only, and only their own."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from tests.dashboard.browser import Browser
from tests.dashboard.told import HELD_WORDS, SECRET_WORDS, Told, say

Opened = Callable[..., Browser]
WARD = "/dashboard/services/seaview/ward"
THEIRS = "/dashboard/services/hilltop/ward"
LEAVING = {f"/talk/SEAVIEW{number}/leave" for number in (1, 2)}
"""Leads out of the site, on purpose."""


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_overview_counts_as_nhs_england_does(signed_in: Opened) -> None:
    """9 positive of 12 answers is 75%: "don't know" counts, an answer of words alone does not."""
    page = _plain(signed_in().get("/dashboard/").text)
    assert "12 answers since" in page
    assert "75% said their experience was very good or good" in page
    assert re.search(r"so far 9 78% 11%", page)
    assert re.search(r"\w+ 20\d\d 3 67% 33%", page)
    assert re.search(r"Ward Main site 12 75%", page)
    assert re.search(r"Clinic Main site 0 –", page)


def test_overview_ranks_nobody_and_shows_only_ours(signed_in: Opened) -> None:
    page = _plain(signed_in().get("/dashboard/").text)
    assert page.index("Clinic") < page.index("Ward Main site")
    assert "Hilltop" not in page


def test_figures_come_from_the_daily_counts(signed_in: Opened, engine: Engine) -> None:
    browser = signed_in()
    with engine.begin() as connection:
        connection.execute(text("UPDATE daily_ratings SET responses = 500 WHERE rating = 'good'"))
    assert "510 answers since" in browser.get("/dashboard/").text


def test_service_page(signed_in: Opened) -> None:
    page = _plain(signed_in().get(WARD).text)
    assert "Very good 7 answers: read the comments 58%" in page
    assert "Don’t know 1 answers: read the comments 8%" in page
    assert "All six 12 100%" in page
    assert "1 comment is being read." in page
    assert "comment number 29 No rating · Carer · by text" in page


@pytest.mark.parametrize("path", [WARD, WARD + "/comments", WARD + "/comments?rating=poor"])
def test_held_and_original_words_are_nowhere(signed_in: Opened, path: str) -> None:
    response = signed_in().get(path)
    assert response.status_code == 200
    assert HELD_WORDS not in response.text
    assert SECRET_WORDS not in response.text
    assert "other provider" not in response.text
    assert "None" not in response.text


def test_comments_page_by_page_without_gap_or_repeat(signed_in: Opened) -> None:
    browser, path = signed_in(), WARD + "/comments"
    seen: list[int] = []
    while path:
        page = browser.get(path).text
        seen += [int(number) for number in re.findall(r"comment number (\d+)", page)]
        older = re.search(r'href="([^"]+)">Older comments', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == list(range(29, -1, -1))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("rating=poor", 200),
        ("rating=splendid", 404),
        ("month=2026-02", 200),
        ("month=2026-13", 404),
        ("month=soon", 404),
        ("before=nonsense", 200),
    ],
)
def test_comments_of_one_answer_or_month(signed_in: Opened, query: str, status: int) -> None:
    assert signed_in().get(f"{WARD}/comments?{query}").status_code == status


def test_every_figure_of_a_service_opens_its_words(signed_in: Opened) -> None:
    browser = signed_in()
    links = re.findall(r'href="([^"]+/comments\?[^"]+)"', browser.get(WARD).text)
    assert len({link for link in links if "rating=" in link}) == 5
    assert len({link for link in links if "month=" in link}) == 2
    for link in links:
        assert browser.get(link).status_code == 200


@pytest.mark.parametrize("path", [THEIRS, THEIRS + "/comments", "/dashboard/services/seaview/no"])
def test_another_providers_service_looks_like_none(signed_in: Opened, path: str) -> None:
    assert signed_in().get(path).status_code == 404


def test_reading_comments_is_written_down(signed_in: Opened, engine: Engine, told: Told) -> None:
    signed_in().get(WARD)
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT provider_id, subject_id, detail FROM audit WHERE action = 'read_comments'")
        ).one()
    assert row == (told.mine.provider_id, told.mine.ward_id, {"shown": 5})


def test_words_are_escaped(signed_in: Opened, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE comments SET redacted = '<script>x</script>' WHERE NOT held")
        )
    assert "&lt;script&gt;x&lt;/script&gt;" in signed_in().get(WARD).text


def test_links_of_staff_pages_lead_somewhere(signed_in: Opened) -> None:
    browser = signed_in()
    todo, seen = ["/dashboard/"], set[str]()
    while todo:
        path = todo.pop()
        seen.add(path)
        response = browser.get(path)
        assert response.status_code == 200, path
        page = response.text if response.mimetype == "text/html" else ""
        found = re.findall(r'(?:href|src)="(/[^"]*)"', page)
        todo += {link.replace("&amp;", "&") for link in found} - seen - set(todo) - LEAVING
    assert len(seen) > 10


def test_what_carers_answer_to_check_ins_stands_with_their_words(
    signed_in: Opened, engine: Engine, told: Told
) -> None:
    with engine.begin() as connection:
        for code, words in (("ok", None), ("hard", "up all night"), ("ok", None)):
            say(connection, told.mine, "check_in", words, {"check_in": code})
    page = _plain(signed_in("ward").get(WARD).text)
    assert "“OK” 2, “Hard” 1" in page
    assert "up all night Check-in: Hard · Carer" in page


def test_a_role_without_words_sees_no_check_in(
    signed_in: Opened, engine: Engine, told: Told
) -> None:
    with engine.begin() as connection:
        say(connection, told.mine, "check_in", "up all night", {"check_in": "hard"})
    page = _plain(signed_in("board").get(WARD).text)
    assert "check-in" not in page
