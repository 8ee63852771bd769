"""Every route says who may open it, and the table of roles holds for every page."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from dashboard.permissions import PUBLIC, ROLES, SIGNED_IN, Permission, permission_of
from storage import accounts
from storage.accounts import Granted
from storage.tables.staff import STAFF_ROLES
from tests.dashboard.browser import Browser
from tests.dashboard.told import Told

Opened = Callable[..., Browser]
OURS = (
    "triage.",
    "cases.",
    "mails.",
    "talk.",
    "posters.",
    "rota.",
    "staff.",
    "sign_in.",
    "public.",
    "phone.",
    "static_files.",
)
WARD = "/dashboard/services/seaview/ward"
CLINIC = "/dashboard/services/seaview/clinic"


def test_every_route_names_its_permission(demo: Browser) -> None:
    views = demo.app.view_functions
    ours = {name: view for name, view in views.items() if name.startswith(OURS)}
    assert len(ours) > 12
    known = {PUBLIC, SIGNED_IN, *Permission}
    assert {name for name, view in ours.items() if permission_of(view) not in known} == set()


def test_only_what_is_meant_to_be_open_is_open(app: Flask) -> None:
    """Without a sign-in, everything under /dashboard/ but the sign-in itself leads to the sign-in."""
    browser = Browser(app)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff.") and "GET" in (rule.methods or ()):
            path = rule.rule.replace("<provider>", "seaview").replace("<code>", "ward")
            answer = browser.get(path)
            assert (answer.status_code, "/dashboard/sign-in" in answer.headers["Location"]) == (
                303,
                True,
            )


def test_every_role_is_in_the_table() -> None:
    assert set(ROLES) == set(STAFF_ROLES)


FIGURES_AND_WORDS = {"ward", "service_lead", "experience_lead", "safeguarding"}
FIGURES_ONLY = {
    "board", "data_protection_officer", "administrator", "on_call", "patient_safety",
}  # fmt: skip


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_what_a_role_opens(signed_in: Opened, role: str) -> None:
    browser = signed_in(role)
    figures = 200 if role in FIGURES_AND_WORDS | FIGURES_ONLY else 403
    words = 200 if role in FIGURES_AND_WORDS else 403
    assert browser.get("/dashboard/").status_code == figures
    service = browser.get(WARD)
    assert service.status_code == figures
    assert ("comment number" in service.text) == (words == 200)
    assert ("/comments" in service.text) == (words == 200)
    assert browser.get(WARD + "/comments").status_code == words


def test_a_role_at_one_service_only(signed_in: Opened, told: Told) -> None:
    browser = signed_in("ward", service_id=told.mine.clinic_id)
    overview = browser.get("/dashboard/").text
    assert CLINIC in overview
    assert WARD not in overview
    assert "No answers since" in overview
    assert browser.get(CLINIC).status_code == 200
    assert browser.get(WARD).status_code == 404
    assert browser.get(WARD + "/comments").status_code == 404


def test_a_role_at_another_provider(signed_in: Opened, told: Told) -> None:
    browser = signed_in("experience_lead", provider_id=told.theirs.provider_id)
    assert (
        "words told to the other provider" in browser.get("/dashboard/services/hilltop/ward").text
    )
    assert browser.get(WARD).status_code == 404
    assert "Seaview" not in browser.get("/dashboard/").text


def test_words_at_one_provider_figures_at_another(
    signed_in: Opened, told: Told, engine: Engine
) -> None:
    """Holding a permission somewhere does not carry it elsewhere."""
    browser = signed_in("board")
    with engine.begin() as connection:
        account = connection.execute(text("SELECT max(id) FROM accounts")).scalar_one()
        granted = Granted("experience_lead", told.theirs.provider_id)
        accounts.grant(connection, account, granted)
    assert browser.get("/dashboard/services/hilltop/ward/comments").status_code == 200
    assert browser.get(WARD).status_code == 200
    assert "comment number" not in browser.page
    assert browser.get(WARD + "/comments").status_code in {403, 404}
