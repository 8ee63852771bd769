"""`hearback doctor` and the start: what an operator is told of keys, servers and debts."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from hearback import cli
from runtime import clock
from runtime.settings import Settings
from storage import crypto, revisions
from storage.spool import Spool
from tests.conftest import SECRET_KEY
from tests.flows.talking import Phone, furnished
from workers.parent import Parent

NEXT = "next:" + base64.b64encode(b"the-key-of-the-year-after-this-one").decode()
WORDS = "zephyrine words"


@pytest.fixture
def run(given: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command as the environment of this test's installation has it."""
    environment = {
        field.alias: str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
        for name, field in Settings.model_fields.items()
        if (value := getattr(given, name)) is not None and field.alias
    }

    def invoke(*arguments: str, keys: str = SECRET_KEY, **changed: str) -> Result:
        told = {**environment, "HEARBACK_SECRET_KEY": keys, **changed}
        return CliRunner().invoke(cli.main, arguments, env=told)

    return invoke


@pytest.fixture
def phone(engine: Engine) -> Phone:
    """Somebody whose texts are stepped, answered, read and counted, as in a healthy house."""
    house, place = furnished(engine)
    return Phone(house, place.number, now=clock.now() - timedelta(minutes=1))


def _well(engine: Engine) -> None:
    """The clock has just looked, and everything is worked off."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE comments SET redacted = 'kind'"))
        connection.execute(text("DELETE FROM dirty_days"))
        connection.execute(
            text("INSERT INTO ticks (name, due_at, claimed_at) VALUES ('sweep', now(), now())")
        )


def _faults(result: Result) -> list[str]:
    return [line for line in result.output.splitlines() if line.startswith("FAULT")]


def test_a_house_in_order(run: Callable[..., Result], engine: Engine, phone: Phone) -> None:
    phone.text(f"1 {WORDS}")
    _well(engine)
    result = run("doctor")
    assert (result.exit_code, _faults(result)) == (0, [])
    for line in (
        "settings: read",
        "redis: answers",
        f"at revision {revisions.newest()}, the newest",
    ):
        assert line in result.output
    assert "'test': seals from now on; is needed by comments.words 1" in result.output
    for private in (WORDS, phone.number, phone.number[1:], "Seaview"):
        assert private not in result.output


@pytest.mark.parametrize(
    ("spoils", "line"),
    [
        ("UPDATE inbox SET state = 'to_step'", "inbox: 1 texts could not be stepped"),
        ("UPDATE outbox SET state = 'queued'", "outbox: a text is due and has not left"),
        ("UPDATE outbox SET state = 'sending'", "outbox: a text has no receipt"),
        ("UPDATE outbox SET state = 'unconfirmed'", "outbox: 1 texts are unconfirmed"),
        ("UPDATE comments SET redacted = NULL", "comments: 1 are not read yet, the oldest for 1 h"),
        (
            "INSERT INTO dirty_days (provider_id, service_id, day, marked_at) "
            "VALUES (1, 1, now(), now() - interval '1 hour')",
            "figures: a day is not counted again",
        ),
        (
            "UPDATE ticks SET claimed_at = now() - interval '2 days'",
            "clock: has not looked for 2 d",
        ),
        ("DELETE FROM ticks", "clock: has not looked yet"),
        (
            "INSERT INTO erasures (provider_id, asked_at, due_at, look_at) "
            "SELECT 1, now(), now(), now() - interval '1 hour'",
            "erasures: what is due has not gone, the oldest for 1 h",
        ),
        (
            "WITH owner AS (INSERT INTO accounts (email, name, created_at) "
            "VALUES ('dpo@example.org', 'Pat', now()) RETURNING id) "
            "INSERT INTO holds (provider_id, kind, reason, account_id, review_on, placed_at) "
            "SELECT 1, 'legal', '', id, '2026-01-31', now() FROM owner",
            "holds: 1 are past the day",
        ),
        ("UPDATE alembic_version SET version_num = '0001'", "database: at revision 0001, this"),
    ],
)
def test_each_fault_has_its_line(
    run: Callable[..., Result], engine: Engine, phone: Phone, spoils: str, line: str
) -> None:
    phone.now -= timedelta(hours=1)
    phone.text(f"1 {WORDS}")
    _well(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'delivered'"))
    assert run("doctor").exit_code == 0
    with engine.begin() as connection:
        connection.execute(text(spoils))
    result = run("doctor")
    assert result.exit_code == 1
    (fault,) = _faults(result)
    assert line in fault


def test_what_cannot_be_reached(run: Callable[..., Result]) -> None:
    result = run(
        "doctor",
        HEARBACK_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none",
        HEARBACK_REDIS_URL="redis://127.0.0.1:9/0",
    )
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in _faults(result)] == ["FAULT redis", "FAULT database"]


def test_each_wrong_setting_has_its_line(run: Callable[..., Result]) -> None:
    result = run("doctor", PORT="many", HEARBACK_PUBLIC_URL="")
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in _faults(result)] == [
        "FAULT HEARBACK_PUBLIC_URL",
        "FAULT PORT",
    ]


def test_a_folder_that_cannot_sync_and_a_text_set_aside(
    run: Callable[..., Result], given: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _well(engine)
    spool = Spool(given.data_dir / "spool")
    spool.check()
    spool.add("letter", clock.now())
    spool.add("another", clock.now())
    spool.set_aside(spool.waiting()[0])
    result = run("doctor")
    assert _faults(result) == ["FAULT spool: 1 texts that no listed key opens"]
    assert "'test': seals from now on; is needed by spool 2" in result.output

    def full(_: Any) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("storage.spool.os.fsync", full)
    assert "cannot keep texts safely (ENOSPC)" in _faults(run("doctor"))[0]


def test_which_keys_may_go(run: Callable[..., Result], engine: Engine, phone: Phone) -> None:
    phone.text(f"1 {WORDS}")
    _well(engine)
    both = run("doctor", keys=f"{NEXT},{SECRET_KEY}").output
    assert "'next': seals from now on; is needed by nothing" in both
    assert "'test': is needed by comments.words 1, " in both
    assert "people.key 1" in both
    assert "may be removed" not in both
    unused = run("doctor", keys=f"{SECRET_KEY},{NEXT}").output
    assert "'next': is needed by nothing: may be removed" in unused
    result = run("doctor", keys=NEXT)
    assert "key 'test': is not listed, and is needed by comments.words 1" in _faults(result)[0]


STARTS = ("migrate", "web", "worker")


@pytest.mark.parametrize("command", STARTS)
def test_nothing_starts_without_the_key_of_an_opt_out(
    run: Callable[..., Result], phone: Phone, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearback.web_process.run", lambda _: None)
    monkeypatch.setattr(Parent, "run", lambda parent: parent.ready())
    phone.text("STOP")
    result = run(command, keys=NEXT)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "HEARBACK_SECRET_KEY does not list the key 'test'" in line
    assert phone.number not in line


@pytest.mark.parametrize("command", STARTS)
def test_with_every_key_it_starts(
    run: Callable[..., Result], phone: Phone, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr("hearback.web_process.run", lambda _: started.append("web"))
    monkeypatch.setattr(
        Parent, "run", lambda parent: started.append("worker") if parent.ready() else None
    )
    phone.text("STOP")
    result = run(command, keys=f"{NEXT},{SECRET_KEY}")
    assert result.exit_code == 0, result.output
    assert started == ([] if command == "migrate" else [command])


def test_web_starts_and_workers_wait_while_the_database_is_away(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text must be taken in; nothing must be sent before it is known who said STOP."""
    away = {"HEARBACK_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    served: list[object] = []
    monkeypatch.setattr("hearback.web_process.run", served.append)
    assert run("web", **away).exit_code == 0
    assert served
    asked: list[bool] = []
    monkeypatch.setattr(Parent, "run", lambda parent: asked.append(parent.ready()))
    run("worker", **away)
    assert asked == [False]


def test_the_parent_of_the_workers_waits_until_it_may_start() -> None:
    answers, waits = [False, False, False, True], list[float]()
    parent = Parent(lambda: answers.pop(0), waits.append)
    parent._wait()
    assert answers == []
    assert waits == [1.0, 1.0]


def test_a_touched_row_needs_the_newest_key_alone(
    run: Callable[..., Result], engine: Engine, phone: Phone
) -> None:
    phone.text("STOP")
    crypto.use(crypto.Keyring.parse(f"{NEXT},{SECRET_KEY}"))
    phone.text("a text of somebody who has opted out")
    with engine.connect() as connection:
        for table in ("people", "opt_outs"):
            found = connection.execute(text(f"SELECT key_ids FROM {table}")).scalars().all()
            assert found == [["next"]], table
    assert run("web", keys=SECRET_KEY).exit_code == 2
