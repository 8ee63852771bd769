"""The rota's page: who may keep it, what it says, and that a live provider is never left uncovered."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from rules.rota import DUTIES
from tests.cover import Covered, cover
from tests.dashboard.browser import Browser
from tests.dashboard.told import Told

Opened = Callable[..., Browser]
PAGE = "/dashboard/rota"


@pytest.fixture
def covered(engine: Engine, told: Told) -> Covered:
    with engine.begin() as connection:
        return cover(connection, told.mine)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def shifts(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        query = "SELECT duty, account_id, weekdays, begins::text, ends::text FROM rota_shifts"
        return [tuple(row) for row in connection.execute(text(query + " ORDER BY id"))]


def form(told: Told, **fields: object) -> dict[str, str]:
    given = {
        "provider": told.mine.provider_id, "days": "12345", "begins": "09:00", "ends": "17:00",
        "duty": "safeguarding", **fields,
    }  # fmt: skip
    return {name: str(value) for name, value in given.items()}


@pytest.mark.parametrize("role", ["administrator", "safeguarding"])
def test_who_keeps_the_rota(signed_in: Opened, covered: Covered, role: str) -> None:
    page = plain(signed_in(role).get(PAGE).text)
    assert "Seaview Trust Live since" in page
    assert "Hilltop" not in page
    assert "Lee Night Every day, all day and night" in page
    assert "Nobody is on this duty" not in page


@pytest.mark.parametrize("role", ["ward", "service_lead", "experience_lead", "on_call", "board"])
def test_who_does_not(signed_in: Opened, covered: Covered, role: str) -> None:
    browser = signed_in(role)
    assert browser.get(PAGE).status_code == 403
    assert "Rota" not in browser.get("/dashboard/").text


def test_a_bare_rota_says_what_is_missing(signed_in: Opened, told: Told) -> None:
    page = plain(signed_in("administrator").get(PAGE).text)
    assert page.count("Nobody is on this duty.") == len(DUTIES)
    assert "There is no named fallback" in page


def test_somebody_is_put_on_a_duty_once(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    browser = signed_in("administrator")
    browser.get(PAGE)
    for _ in range(2):
        answer = browser.post(f"{PAGE}/add", form(told, account=covered.guard))
        assert (answer.status_code, answer.location) == (303, PAGE)
        browser.get(PAGE)
    added = ("safeguarding", covered.guard, [1, 2, 3, 4, 5], "09:00:00", "17:00:00")
    assert shifts(engine).count(added) == 1
    assert "Jo Guard Monday to Friday, 09:00 to 17:00" in plain(browser.page)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"begins": ""}, 422, "Enter both times"),
        ({"ends": "25:00"}, 422, "Enter both times"),
        ({"duty": "on_call"}, 422, "Choose somebody whose role fits this duty"),
        ({"account": 999}, 422, "Choose somebody whose role fits this duty"),
        ({"days": "89"}, 400, "Sorry"),
        ({"duty": "gardening"}, 400, "Sorry"),
        ({"provider": 999}, 404, "Page not found"),
    ],
)
def test_what_cannot_be(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered,
    fields: dict[str, object], status: int, said: str,
) -> None:  # fmt: skip
    before = shifts(engine)
    browser = signed_in("administrator")
    browser.get(PAGE)
    answer = browser.post(f"{PAGE}/add", form(told, **{"account": covered.pals, **fields}))
    assert answer.status_code == status
    assert said in answer.text
    assert shifts(engine) == before


def test_the_last_one_of_a_live_provider_stays(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    browser = signed_in("administrator")
    browser.get(PAGE)
    (on_call,) = [found for found in _removals(browser) if "Lee Night" in found[1]]
    answer = browser.post(f"{PAGE}/remove", form(told, shift=on_call[0]))
    assert answer.status_code == 422
    assert "Lee Night is the last one on this duty" in answer.text
    assert len(shifts(engine)) == len(DUTIES)


def test_the_carers_duty_may_be_left_empty_for_nobody_must_be_asked_how_things_are(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    browser = signed_in("administrator")
    browser.get(PAGE)
    (carers,) = [found for found in _removals(browser) if "Carers" in found[1]]
    assert browser.post(f"{PAGE}/remove", form(told, shift=carers[0])).status_code == 303
    assert "carers" not in {duty for duty, *_ in shifts(engine)}


def test_one_of_two_may_go_and_going_twice_is_going_once(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    browser = signed_in("administrator")
    browser.get(PAGE)
    browser.post(f"{PAGE}/add", form(told, account=covered.fallback))
    browser.get(PAGE)
    (guard,) = [found for found in _removals(browser) if "Jo Guard" in found[1]]
    for _ in range(2):
        assert browser.post(f"{PAGE}/remove", form(told, shift=guard[0])).status_code == 303
        browser.get(PAGE)
    assert "Jo Guard" not in str(_removals(browser))
    assert (
        "Nobody covers these hours: Monday to Friday, midnight to 09:00; Monday to Friday, 17:00 to midnight; "
        "Saturday and Sunday, all day."
    ) in plain(browser.page)


def test_before_going_live_everything_may_go(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE providers SET live_at = NULL"))
    browser = signed_in("administrator")
    page = plain(browser.get(PAGE).text)
    assert "Not live" in page
    assert "hearback provider go-live seaview" in page
    for shift, _ in _removals(browser):
        browser.post(f"{PAGE}/remove", form(told, shift=shift))
        browser.get(PAGE)
    assert shifts(engine) == []


def test_the_fallback_is_somebody_who_can_open_everything(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    browser = signed_in("administrator")
    browser.get(PAGE)
    assert browser.post(f"{PAGE}/fallback", form(told, account=covered.pals)).status_code == 422
    assert browser.post(f"{PAGE}/fallback", form(told, account=covered.guard)).status_code == 303
    with engine.connect() as connection:
        named = connection.execute(text("SELECT account_id FROM rota_fallbacks")).scalars().all()
    assert named == [covered.guard]


def test_every_change_is_written_down(
    signed_in: Opened, engine: Engine, told: Told, covered: Covered
) -> None:
    browser = signed_in("administrator")
    browser.get(PAGE)
    browser.post(f"{PAGE}/add", form(told, account=covered.fallback))
    browser.post(f"{PAGE}/fallback", form(told, account=covered.guard))
    with engine.connect() as connection:
        query = "SELECT action, subject_id, detail FROM audit WHERE action LIKE '%a%d%' ORDER BY id"
        noted = [tuple(row) for row in connection.execute(text(query)) if row[0] != "read_comments"]
    assert ("rota_added", covered.fallback, {"duty": "safeguarding"}) in noted
    assert ("fallback_named", covered.guard, {}) in noted


def _removals(browser: Browser) -> list[tuple[int, str]]:
    """(shift, what its button says) of the page that is shown."""
    found = re.findall(r'name="shift" value="(\d+)">\s*<button[^>]*>(.*?)</button>', browser.page)
    return [(int(shift), words) for shift, words in found]
