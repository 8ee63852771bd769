"""Posters: what they say, in which order, what each way costs; that they fit, and that the code leads
to the web chat."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import Engine, update

from dashboard import poster as press
from flows.house import House
from flows.posters import Poster, poster
from hearback.cli import main
from rules.telephone import as_written
from runtime.settings import Settings
from storage.tables import Number, Provider, Service
from tests.dashboard.browser import Browser
from tests.dashboard.lint import NHS_OWN
from tests.dashboard.told import Told
from tests.places import DETAILS, Seeded

PUBLIC = "https://feedback.example.org"
PAGE = "/dashboard/services/seaview/ward/posters/"
Opened = Callable[..., Browser]
LONG = "Community and inpatient child and adolescent mental health services, and crisis team, " * 3


def changed(engine: Engine, place: Seeded, **details: Any) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(Provider)
            .where(Provider.id == place.provider_id)
            .values(details={**DETAILS, **details})
        )


def made(engine: Engine, code: str = "SEAVIEW1") -> Poster:
    found = poster(House(engine), PUBLIC, code)
    assert found is not None
    return found


def said(found: Poster) -> dict[str, tuple[str, str, str]]:
    return {way.kind: (way.word, way.say, way.note) for way in found.ways}


def scanned(found: Poster) -> list[str]:
    picture = Image.open(io.BytesIO(press.render(found, "png")))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_text_web_phone_and_paper_come_before_the_chats(engine: Engine, mine: Seeded) -> None:
    changed(engine, mine, telegram_name="hearback_demo_bot")
    found = made(engine)
    assert [way.kind for way in found.ways] == ["text", "web", "phone", "paper", "telegram"]
    assert said(found)["text"] == (
        "SEAVIEW1", "to 01632 960100", "It is free to text this number.",
    )  # fmt: skip
    assert said(found)["telegram"][1] == "Go to t.me/hearback_demo_bot?start=SEAVIEW1"
    assert found.provider == "Seaview Trust"
    assert "999" in found.urgent


def test_a_chat_that_is_off_is_on_no_poster(engine: Engine, mine: Seeded) -> None:
    changed(engine, mine, telegram_name="hearback_demo_bot", chats=[])
    assert "telegram" not in said(made(engine))


def test_each_way_says_what_it_costs(engine: Engine, mine: Seeded) -> None:
    changed(engine, mine, telegram_name="hearback_demo_bot", feedback_phone="0800 1111")
    with engine.begin() as connection:
        connection.execute(update(Number).values(reply_cost="standard_rate"))
    notes = {kind: note for kind, (_, _, note) in said(made(engine)).items()}
    assert notes["text"] == "This costs the same as a normal text."
    assert notes["web"].startswith("Free.")
    assert notes["phone"].endswith("It is free to ring this number.")
    assert notes["telegram"] == (
        "Uses your data. Run by a company outside the NHS. For people of 16 and over."
    )


def test_what_a_provider_does_not_have_is_left_out(engine: Engine, theirs: Seeded) -> None:
    with engine.begin() as connection:
        connection.execute(update(Provider).values(details={}))
        connection.execute(update(Number).values(channel="web"))
    found = made(engine)
    assert [way.kind for way in found.ways] == ["web"]
    assert found.small == ("The team sees your words. They do not see your number.",)


def test_a_link_for_bsl_easy_read_and_languages(engine: Engine, mine: Seeded) -> None:
    changed(engine, mine, access_link="seaview.example/access")
    assert made(engine).small[0] == "BSL, Easy Read or another language: seaview.example/access"


def test_the_code_leads_to_the_web_chat_of_that_touchpoint(
    engine: Engine, mine: Seeded, browser: Browser
) -> None:
    for code in (mine.ward_code, mine.clinic_code):
        assert scanned(made(engine, code)) == [f"{PUBLIC}/talk/{code}"]
        assert browser.get(f"/talk/{code}").status_code == 200


def test_the_code_is_read_with_a_corner_torn_off(engine: Engine, mine: Seeded) -> None:
    picture = Image.open(io.BytesIO(press.render(made(engine), "png"))).convert("RGB")
    (found,) = zxingcpp.read_barcodes(picture)
    corner, size = found.position.bottom_right, 0.25
    width = corner.x - found.position.top_left.x
    torn = (int(corner.x - width * size), int(corner.y - width * size), corner.x, corner.y)
    picture.paste((255, 255, 255), torn)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"{PUBLIC}/talk/SEAVIEW1"]


@pytest.mark.parametrize("name", ["A", "Ŵyŷ, Łódź Świętokrzyskie", LONG[:240], "<b>&{{1}}#[x]"])
def test_one_page_whatever_the_name(engine: Engine, mine: Seeded, name: str) -> None:
    changed(engine, mine, telegram_name="hearback_demo_bot", access_link=LONG[:90])
    with engine.begin() as connection:
        connection.execute(update(Service).values(name=name))
    found = made(engine)
    pdf, svg = press.render(found, "pdf"), press.render(found, "svg").decode()
    assert pdf.startswith(b"%PDF-")
    assert b"/Type/Pages/Count 1/" in pdf
    assert b"pdfuaid" in pdf, "tagged, for people who listen to it"
    assert 'width="595' in svg
    assert 'height="841' in svg
    assert press.render(found, "pdf") == pdf
    assert scanned(found)


@pytest.mark.parametrize(("name", "sign"), [("Ward 😀", "😀"), ("ওয়ার্ড", "ও")])
@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_a_sign_that_the_font_does_not_have_is_named(
    engine: Engine, told: Told, signed_in: Opened, name: str, sign: str, kind: str
) -> None:
    with engine.begin() as connection:
        connection.execute(update(Service).values(name=name))
    answer = signed_in("ward").get(f"{PAGE}SEAVIEW1.{kind}")
    assert answer.status_code == 422
    assert f"has no sign for “{sign}”" in answer.text


def test_our_own_lettering_and_no_nhs_logo(engine: Engine, mine: Seeded) -> None:
    for kind in ("pdf", "svg"):
        assert not NHS_OWN.search(press.render(made(engine), kind).decode("latin-1"))
    assert b"LiberationSans" in press.render(made(engine), "pdf")


def test_an_svg_says_what_it_is(engine: Engine, mine: Seeded) -> None:
    svg = press.render(made(engine), "svg").decode()
    assert 'role="img"><title>How was your care? Ward, Seaview Trust</title>' in svg


@pytest.mark.parametrize(
    ("number", "written"),
    [("+441632960100", "01632 960100"), ("+447700900123", "07700 900123"), ("80870", "80870")],
)
def test_numbers_as_people_write_them(number: str, written: str) -> None:
    assert as_written(number) == written


def test_staff_find_and_download_them(signed_in: Opened) -> None:
    staff = signed_in("ward")
    assert f'href="{PAGE}"' in staff.get("/dashboard/services/seaview/ward").text
    page = staff.get(PAGE).text
    assert f'href="{PAGE}SEAVIEW1.pdf"' in page
    for kind, mimetype in (("pdf", "application/pdf"), ("svg", "image/svg+xml")):
        answer = staff.get(f"{PAGE}SEAVIEW1.{kind}")
        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="poster-SEAVIEW1.{kind}"'
        )
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        PAGE + "SEAVIEW2.pdf",
        PAGE + "HILLTOP1.pdf",
        PAGE + "SEAVIEW1.png",
        "/dashboard/services/hilltop/ward/posters/",
        "/dashboard/services/hilltop/ward/posters/HILLTOP1.pdf",
    ],
)
def test_somebody_elses_is_not_there(signed_in: Opened, path: str) -> None:
    assert signed_in("ward").get(path).status_code == 404


@pytest.mark.parametrize("role", ["board", "data_protection_officer"])
def test_who_may_not_print(signed_in: Opened, role: str) -> None:
    staff = signed_in(role)
    assert PAGE not in staff.get("/dashboard/services/seaview/ward").text
    assert staff.get(PAGE).status_code == 403


def test_the_command_writes_one(
    given: Settings, engine: Engine, mine: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearback.refusing._settings", lambda: given)
    done = CliRunner().invoke(main, ["poster", "seaview1", "--format", "svg"])
    assert done.exit_code == 0
    assert done.stdout_bytes == press.render(made(engine), "svg")
    missing = CliRunner().invoke(main, ["poster", "NOWHERE9"])
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "there is no open touchpoint 'NOWHERE9'" in missing.stderr
