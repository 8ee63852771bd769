"""From an alert to letters: who is written to, once, and again only when something new is to be told."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from bot.channels.email import Mail
from bot.channels.errors import Policy, SendError
from flows import mail, telling
from flows.house import House
from flows.sweep import sweep
from runtime import clock, jobs
from storage import outbox
from storage.tables import Account, Alert, Outbox
from storage.tables import Mail as MailTable
from tests.cover import Covered, cover
from tests.flows.talking import Phone, furnished
from tests.flows.test_alert import BY_STAFF, COMPLAINT, CRISIS, HARM, LAPSE
from tests.places import Seeded

URL = "https://feedback.example.org"


@dataclass
class Box:
    """A post that keeps letters, or fails as it is told to."""

    letters: list[Mail] = field(default_factory=list)
    fails: SendError | None = None

    def send(self, mail_: Mail) -> None:
        if self.fails:
            raise self.fails
        self.letters.append(mail_)


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    return furnished(engine)


@pytest.fixture
def covered(engine: Engine, place: tuple[House, Seeded]) -> Covered:
    with engine.begin() as connection:
        return cover(connection, place[1])


@pytest.fixture
def phone(place: tuple[House, Seeded], covered: Covered) -> Phone:
    house, seeded = place
    phone = Phone(house, seeded.number)
    phone.now = clock.now() - timedelta(hours=1)
    return phone


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(*columns).order_by(columns[0].table.c.id)))


def named(engine: Engine) -> list[tuple[str, str]]:
    """(name, kind) of every letter asked for."""
    with engine.connect() as connection:
        query = select(Account.name, MailTable.kind).join(
            MailTable, MailTable.account_id == Account.id
        )
        return [(row[0], row[1]) for row in connection.execute(query.order_by(MailTable.id))]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (CRISIS, [("Lee Night", "alert_now")]),
        (HARM, [("Jo Guard", "alert_today")]),
        (BY_STAFF, [("Ines Lead", "alert_today")]),
        (LAPSE, [("Max Safer", "alert_today")]),
        (COMPLAINT, [("Pat Pals", "call")]),
    ],
)
def test_the_right_people_are_told_once(
    engine: Engine, phone: Phone, said: str, told: list[tuple[str, str]]
) -> None:
    assert jobs.ALERT in phone.text(said).bells
    assert jobs.ALERT in sweep(phone.house, clock.now())
    assert (telling.tell(phone.house), telling.tell(phone.house)) == (1, 0)
    assert named(engine) == told
    assert rows(engine, Alert.tell_at, Alert.told_at.is_not(None)) == [(None, True)]


def test_an_ordinary_text_rings_nothing(phone: Phone) -> None:
    assert jobs.ALERT not in phone.text("1 the nurse was lovely").bells
    assert jobs.ALERT not in sweep(phone.house, clock.now())


def test_a_letter_leaves_and_holds_no_word_of_the_person(engine: Engine, phone: Phone) -> None:
    phone.text(f"5 {CRISIS} said Quendolyn")
    telling.tell(phone.house)
    box = Box()
    assert mail.send_due(phone.house, box, URL) == 1
    assert mail.send_due(phone.house, box, URL) == 0
    (letter,) = box.letters
    assert letter.address == "oncall@seaview1.example"
    assert f"{URL}/dashboard/triage/" in letter.text
    for said in ("kill", "Quendolyn", phone.number, phone.number[3:], "Ward"):
        assert said not in letter.text + letter.subject
    assert rows(engine, MailTable.state) == [("sent",)]


def test_who_runs_the_service_is_not_told_of_harm_there(
    engine: Engine, phone: Phone, place: tuple[House, Seeded], covered: Covered
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO grants (account_id, provider_id, service_id, role) "
                "VALUES (:account, :provider, :service, 'ward')"
            ),
            {
                "account": covered.lead,
                "provider": place[1].provider_id,
                "service": place[1].ward_id,
            },
        )
    phone.text(BY_STAFF)
    telling.tell(phone.house)
    assert named(engine) == [("Noor Deputy", "alert_today")]


def test_with_nobody_to_tell_it_waits_and_is_tried_again(engine: Engine, phone: Phone) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM rota_shifts"))
        connection.execute(text("DELETE FROM rota_fallbacks"))
    phone.text(CRISIS)
    telling.tell(phone.house)
    assert named(engine) == []
    ((tell_at, told_at),) = rows(engine, Alert.tell_at, Alert.told_at)
    assert tell_at > clock.now() + timedelta(minutes=4)
    assert told_at is None


@pytest.mark.parametrize("state", [outbox.REFUSED, outbox.FAILED])
def test_a_reply_that_did_not_arrive_is_told_of(engine: Engine, phone: Phone, state: str) -> None:
    accepted = phone.text(CRISIS)
    telling.tell(phone.house)
    with engine.begin() as connection:
        connection.execute(
            update(Outbox).where(Outbox.id == accepted.replies[0][0]).values(state=state)
        )
    assert jobs.ALERT in sweep(phone.house, clock.now())
    telling.tell(phone.house)
    telling.tell(phone.house)
    assert named(engine) == [("Lee Night", "alert_now"), ("Lee Night", "not_reached")]
    assert rows(engine, Alert.unreached_at) != [(None,)]


@pytest.mark.parametrize(
    ("policy", "state", "fallback"),
    [
        (Policy.RETRY, "queued", False),
        (Policy.MISCONFIGURED, "queued", False),
        (Policy.GIVE_UP, "failed", True),
        (Policy.UNCONFIRMED, "unconfirmed", True),
    ],
)
def test_what_becomes_of_a_letter_that_did_not_leave(
    engine: Engine, phone: Phone, policy: Policy, state: str, fallback: bool
) -> None:
    phone.text(CRISIS)
    telling.tell(phone.house)
    mail.send_due(phone.house, Box(fails=SendError(policy, "450")), URL)
    assert rows(engine, MailTable.state)[0] == (state,)
    assert (("Noor Deputy", "alert_now") in named(engine)) is fallback


def test_without_a_way_out_letters_wait(engine: Engine, phone: Phone) -> None:
    phone.text(CRISIS)
    telling.tell(phone.house)
    mail.send_due(phone.house, None, URL)
    assert rows(engine, MailTable.state, MailTable.error_code) == [("queued", "no_smtp_url")]


def test_a_letter_that_a_dead_worker_held_is_unconfirmed_and_the_fallback_is_told(
    engine: Engine, phone: Phone
) -> None:
    phone.text(CRISIS)
    telling.tell(phone.house)
    with engine.begin() as connection:
        connection.execute(
            update(MailTable).values(state="sending", changed_at=clock.now() - timedelta(minutes=3))
        )
    assert jobs.ALERT in sweep(phone.house, clock.now())
    box = Box()
    mail.send_due(phone.house, box, URL)
    assert rows(engine, MailTable.state) == [("unconfirmed",), ("sent",)]
    assert [letter.name for letter in box.letters] == ["Noor Deputy"]
