"""Staff carry out a person's rights by command: what goes, what is shown, who did it, and no number in argv."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from flows.understand import understand
from hearback import cli
from runtime.settings import Settings
from storage import accounts
from tests.flows.talking import Phone, furnished
from tests.places import MOMENT

OFFICER = "dpo@seaview.example.org"
WORDS = "2 the zorbleflux staff were kind, my name is Quendolyn"


@pytest.fixture
def phone(engine: Engine, given: Settings, monkeypatch: pytest.MonkeyPatch) -> Phone:
    monkeypatch.setattr("hearback.refusing._settings", lambda: given)
    house, place = furnished(engine)
    with engine.begin() as connection:
        accounts.add(connection, OFFICER, "Pat Officer", None, MOMENT)
    phone = Phone(house, place.number)
    phone.text(WORDS)
    phone.text("1")
    return phone


def _run(*words: str, number: str = "07700 900001") -> Result:
    runner = CliRunner()
    return runner.invoke(
        cli.main, [*words, "--provider", "seaview", "--by", OFFICER], input=f"{number}\n"
    )


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _audited(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT action, account_id FROM audit ORDER BY id"))
        return [tuple(row) for row in rows]


def test_a_dry_run_says_what_would_go_and_changes_nothing(phone: Phone, engine: Engine) -> None:
    ran = _run("erase", "--dry-run")
    assert ran.exit_code == 0, ran.output
    assert "would go:\n  2 texts of theirs, 2 of ours, 1 comments" in ran.output
    assert "nothing has changed" in ran.output
    assert _count(engine, "inbox") == 2
    assert _count(engine, "erasures") == _count(engine, "audit") == 0
    with engine.connect() as connection:
        open_ = connection.execute(text("SELECT closed_at FROM conversations")).scalar_one()
    assert open_ is None


def test_staff_delete_at_once_and_it_is_written_down_who(phone: Phone, engine: Engine) -> None:
    ran = _run("erase")
    assert ran.exit_code == 0, ran.output
    assert "gone:\n  2 texts of theirs, 2 of ours, 1 comments" in ran.output
    assert _count(engine, "inbox") == _count(engine, "people") == 0
    assert _count(engine, "responses") == 1
    assert _audited(engine) == [("erasure_asked", 1), ("erased", None)]
    again = _run("erase")
    assert again.exit_code == 2
    assert "holds nothing from that number" in again.output


def test_what_waits_is_said_and_listed(phone: Phone, engine: Engine) -> None:
    phone.text("I want to kill myself")
    ran = _run("erase")
    assert ran.exit_code == 0, ran.output
    assert "waits: an alert" in ran.output
    assert _count(engine, "inbox") == 3
    runner = CliRunner()
    listed = runner.invoke(cli.main, ["erasures", "--provider", "seaview"])
    assert "by Pat Officer; gone so far: 0 texts" in listed.output
    assert "an alert about what they told us is open" in listed.output


def test_the_list_of_wishes_says_what_is_due_and_done(phone: Phone) -> None:
    runner = CliRunner()
    assert "nobody" in runner.invoke(cli.main, ["erasures", "--provider", "seaview"]).output
    phone.text("delete my data")
    phone.text("DELETE")
    listed = runner.invoke(cli.main, ["erasures", "--provider", "seaview"]).output
    assert listed == "1: asked 2026-03-02 by the person, by text; due 2026-03-09\n"
    _run("erase")
    done, first = runner.invoke(cli.main, ["erasures", "--provider", "seaview"]).output.splitlines()
    assert "done" in done
    assert "due" in first
    assert phone.number not in listed


def test_everything_held_is_shown_to_read_and_as_json(phone: Phone, engine: Engine) -> None:
    phone.text("please ring me, I want to complain")
    phone.text("STOP")
    understand(phone.house)
    read = _run("export-person")
    assert read.exit_code == 0, read.output
    for said in (
        WORDS,
        "What is held of +447700900001 (sms)",
        "rating: good",
        "Not in here: 0 notes",
    ):
        assert said in read.output
    held = json.loads(_run("export-person", "--json").output)
    assert held["texts"][0]["words"] == WORDS
    assert held["address"] == phone.number
    assert held["comments"][0]["words"].startswith("the zorbleflux staff were kind")
    assert "[name]" in held["comments"][0]["redacted"]
    assert len(held["letters"]) >= 3
    assert [each["rating"] for each in held["answers"]] == ["good"]
    assert [each["source"] for each in held["opt_out"]] == ["text"]
    assert held["alerts"]
    assert held["cases"]
    assert [each["what"] for each in held["uses"]].count("exported_person") == 2
    assert [each[0] for each in _audited(engine)].count("exported_person") == 2


def test_what_staff_wrote_is_withheld_and_counted(phone: Phone, engine: Engine) -> None:
    phone.text("I want to kill myself")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO alert_deeds (alert_id, provider_id, account_id, deed, reason, at) "
                "SELECT id, provider_id, 1, 'kept', :reason, now() FROM alerts"
            ),
            {"reason": b"sealed words of staff"},
        )
    held = json.loads(_run("export-person", "--json").output)
    assert held["withheld"]["notes_of_staff"] == 1
    assert "alert_kept" in [each["what"] for each in held["uses"]]


def _hold(*words: str, lines: str) -> Result:
    given = ["hold", "put", "--provider", "seaview", "--by", OFFICER, "--kind", "legal"]
    later = ["--review-on", "2036-01-31"]
    return CliRunner().invoke(cli.main, [*given, *later, *words], input=lines)


def _lift(number: int) -> Result:
    given = ["hold", "lift", str(number), "--provider", "seaview", "--by", OFFICER]
    return CliRunner().invoke(cli.main, given)


@pytest.mark.parametrize(
    ("words", "lines"),
    [((), "07700 900001\nasked by the coroner\n"), (("--everybody",), "a public inquiry\n")],
    ids=["one", "everybody"],
)
def test_nothing_under_a_hold_is_deleted_until_it_is_lifted(
    phone: Phone, engine: Engine, words: tuple[str, ...], lines: str
) -> None:
    placed = _hold(*words, lines=lines)
    assert placed.exit_code == 0, placed.output
    waits = _run("erase")
    assert "waits: somebody has put a hold on it" in waits.output
    assert _count(engine, "inbox") == 2
    listed = CliRunner().invoke(cli.main, ["hold", "list", "--provider", "seaview"]).output
    assert listed.startswith("1: legal, ")
    assert lines.splitlines()[-1] in listed
    assert _lift(1).exit_code == 0
    assert _lift(1).exit_code == 2
    assert _run("erase").output.startswith("gone:\n  2 texts")
    assert _count(engine, "people") == 0
    done = [each[0] for each in _audited(engine)]
    assert done[:1] + done[3:4] == ["hold_placed", "hold_lifted"]


def test_a_hold_on_somebody_else_keeps_nothing(phone: Phone, engine: Engine) -> None:
    Phone(phone.house, phone.to, "+447700900002").text("5 nobody came")
    assert _hold(lines="07700 900002\nasked by the coroner\n").exit_code == 0
    assert _run("erase").output.startswith("gone:")
    assert _count(engine, "people") == 1


@pytest.mark.parametrize(
    ("words", "lines", "said"),
    [
        ((), "07700 900001\n", "reason as the last line"),
        (("--review-on", "2020-01-01"), "07700 900001\nwhy\n", "a day to come"),
        (("--by", "nobody@example.org"), "07700 900001\nwhy\n", "no open account"),
    ],
)
def test_a_hold_needs_a_person_a_reason_and_a_day(
    phone: Phone, engine: Engine, words: tuple[str, ...], lines: str, said: str
) -> None:
    ran = _hold(*words, lines=lines)
    assert ran.exit_code == 2
    assert said in ran.output
    assert _count(engine, "holds") == 0


def test_a_story_and_who_may_read_it_is_shown(phone: Phone, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO stories (provider_id, service_id, person_id, response_id, audience, "
                "script, script_version, agreed_at) SELECT provider_id, service_id, 1, id, 'board', "
                "'story', 1, first_at FROM responses"
            )
        )
    held = json.loads(_run("export-person", "--json").output)
    assert [each["audience"] for each in held["stories"]] == ["board"]


def test_nobody_else_is_in_it(phone: Phone) -> None:
    Phone(phone.house, phone.to, "+447700900002").text("5 nobody came to my vintharrow")
    assert "vintharrow" not in _run("export-person").output


@pytest.mark.parametrize(
    ("words", "number", "said"),
    [
        (("erase",), "", "as one line on stdin"),
        (("erase", "--channel", "telegram"), "07700 900 001", "digits alone"),
        (("erase",), "07700 900555", "holds nothing from that number"),
        (("export-person", "--channel", "whatsapp"), "07700 900001", "holds nothing"),
        (("export-person", "--by", "nobody@example.org"), "07700 900001", "no open account"),
        (("erase", "--provider", "elsewhere"), "07700 900001", "no provider with the code"),
    ],
)
def test_bad_input_is_one_line_without_the_number(
    phone: Phone, engine: Engine, words: tuple[str, ...], number: str, said: str
) -> None:
    given = ["--provider", "seaview", "--by", OFFICER, *words[1:]]
    ran = CliRunner().invoke(cli.main, [words[0], *given], input=f"{number}\n")
    assert ran.exit_code == 2
    assert said in ran.output
    assert len(ran.output.strip().splitlines()) == 1
    assert "900" not in ran.output
    assert _count(engine, "audit") == 0
