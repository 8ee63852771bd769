"""One number serves all wards: which place a text names, in the shapes that people type from a poster;
and chats that a provider has not switched on. Through the real doors.
"""

import itertools
import json

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, text
from twilio.request_validator import RequestValidator

from hearback.cli import main
from runtime.settings import Settings
from storage import people
from storage.tables import Inbox, Number, Outbox, Response
from tests.places import Seeded, seed

PUBLIC = "https://feedback.example.org"
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "invented-secret"}
_refs = itertools.count(1)


def texts(client: FlaskClient, said: str, to: str = "+441632960100", front: str = "") -> str:
    """Our answer to a text by a new person."""
    number = next(_refs)
    fields = {
        "AccountSid": "AC0",
        "MessageSid": f"SM{number}",
        "From": f"{front}+447700900{number:03}",
        "To": front + to,
        "Body": said,
        "NumMedia": "0",
    }
    path = f"/webhooks/twilio/{'whatsapp' if front else 'sms'}"
    signature = RequestValidator("invented-token").compute_signature(PUBLIC + path, fields)
    answer = client.post(path, data=fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200
    return answer.text


def told(engine: Engine) -> list[tuple[str, str | None, str | None]]:
    """(service, rating, comment) of each response, in order."""
    query = text(
        "SELECT s.code, r.rating, c.words FROM responses r JOIN services s ON s.id = r.service_id"
        " LEFT JOIN comments c ON c.response_id = r.id ORDER BY r.id"
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [(row.code, row.rating, None if row.words is None else "words") for row in rows]


@pytest.mark.parametrize(
    ("said", "service", "rating", "comment"),
    [
        ("SEAVIEW2 2", "clinic", "good", None),
        ("SEAVIEW2 2 lovely", "clinic", "good", "words"),
        ("seaview2: 1", "clinic", "very_good", None),
        ("Seaview2. 1", "clinic", "very_good", None),
        ("seaview 2 2 lovely", "clinic", "good", "words"),
        ("Seaview-2, 4 nobody came", "clinic", "poor", "words"),
        ("SEAVIEW2\n5", "clinic", "very_poor", None),
        ("  SEAVIEW2 everyone was kind", "clinic", None, "words"),
        ("2 lovely", "ward", "good", "words"),
        ("SEAVIEW9 2 lovely", "ward", None, "words"),
        ("HILLTOP1 2 lovely", "ward", None, "words"),
        ("good 2 see the nurses smile", "ward", None, "words"),
        ("SEAVIEW22 1", "ward", "very_good", "words"),
    ],
)
@pytest.mark.usefixtures("seeded")
def test_the_word_of_a_poster(
    client: FlaskClient,
    engine: Engine,
    said: str,
    service: str,
    rating: str | None,
    comment: str | None,
) -> None:
    with engine.begin() as connection:
        seed(connection, "hilltop", "+441632960200", "654321")
    texts(client, said)
    assert told(engine) == [(service, rating, comment)]


def test_the_word_alone_opens_with_the_question_of_that_place(
    client: FlaskClient, engine: Engine, seeded: Seeded
) -> None:
    for said in ("SEAVIEW2", "seaview 2", "Seaview2."):
        assert "Overall, how was your experience" in texts(client, said)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT touchpoint_id FROM conversations")).scalars().all()
    assert found == [seeded.clinic_touchpoint] * 3
    assert told(engine) == []


@pytest.mark.parametrize("said", ["SEAVIEW2 STOP", "seaview2 stop please", "SEAVIEW2: unsubscribe"])
@pytest.mark.usefixtures("seeded")
def test_stop_behind_the_word_is_stop(client: FlaskClient, engine: Engine, said: str) -> None:
    assert "no more texts from us" in texts(client, said)
    sender = f"+447700900{next(_refs) - 1:03}"
    with engine.connect() as connection:
        assert people.opted_out(connection, "sms", sender)


@pytest.mark.usefixtures("seeded")
def test_danger_behind_the_word_is_answered(client: FlaskClient) -> None:
    assert "116 123" in texts(client, "SEAVIEW2 I want to kill myself")


# ------------------------------------------------------------------------------ switched off


@pytest.fixture
def reachable(client: FlaskClient, engine: Engine, seeded: Seeded) -> Seeded:
    """With a WhatsApp number beside the bot: a row, which is not the switch."""
    with engine.begin() as connection:
        values = {"reply_cost": "free", "carrier_answers_stop": False}
        connection.execute(
            insert(Number).values(
                provider_id=seeded.provider_id, touchpoint_id=seeded.ward_touchpoint,
                channel="whatsapp", address="+441632960101", carrier_answers_help=False, **values,
            )
        )  # fmt: skip
        connection.execute(text("UPDATE providers SET details = details - 'chats'"))
    return seeded


def writes(client: FlaskClient, said: str) -> None:
    number = next(_refs)
    person = {"id": 77, "is_bot": False, "first_name": "A"}
    chat = {"id": 77, "type": "private", "first_name": "A"}
    message = {"message_id": number, "date": 1772452800, "chat": chat, "from": person, "text": said}
    update = {"update_id": number, "message": message}
    assert client.post("/webhooks/telegram", json=update, headers=SECRET).status_code == 200


def sent(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(Outbox.kind, Outbox.letter).order_by(Outbox.id)).all()
    return [(row.kind, json.loads(row.letter)["text"]) for row in rows]


@pytest.mark.usefixtures("reachable")
def test_a_chat_that_is_off_gets_a_kind_answer_and_nothing_is_counted(
    client: FlaskClient, engine: Engine
) -> None:
    answer = texts(client, "2 kind staff", "+441632960101", front="whatsapp:")
    writes(client, "/start SEAVIEW2")
    writes(client, "2 kind staff")
    assert "Seaview Trust does not read messages that are sent here" in answer
    assert "01632 960123" in answer
    assert "999" in answer
    assert [kind for kind, _ in sent(engine)] == ["switched_off"] * 3
    with engine.connect() as connection:
        assert connection.execute(select(Response.id)).all() == []
        assert set(connection.execute(select(Inbox.state)).scalars()) == {"unknown_place"}


@pytest.mark.usefixtures("reachable")
def test_stop_holds_in_a_chat_that_is_off(client: FlaskClient, engine: Engine) -> None:
    writes(client, "/stop")
    writes(client, "hello")
    assert [kind for kind, _ in sent(engine)] == ["stop"]


@pytest.mark.usefixtures("reachable")
def test_text_messages_and_the_web_have_no_switch(client: FlaskClient, engine: Engine) -> None:
    assert "switched" not in texts(client, "2 kind staff")
    assert client.get("/talk/SEAVIEW1").status_code == 200
    assert len(told(engine)) == 1


def test_the_command_switches_on_and_off(
    given: Settings, engine: Engine, reachable: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearback.refusing._settings", lambda: given)

    def chats(*more: str) -> str:
        done = CliRunner().invoke(main, ["chats", "seaview", *more])
        assert done.exit_code == 0, done.output
        return done.output

    assert chats() == "whatsapp: off\ntelegram: off\n"
    assert chats("--on", "telegram") == "whatsapp: off\ntelegram: on\n"
    assert chats("--on", "telegram") == "whatsapp: off\ntelegram: on\n"
    assert chats("--on", "whatsapp", "--off", "telegram") == "whatsapp: on\ntelegram: off\n"
    lost = CliRunner().invoke(main, ["chats", "nowhere"])
    assert (lost.exit_code, lost.stdout) == (2, "")
    with engine.connect() as connection:
        name = connection.execute(text("SELECT details->>'pals_number' FROM providers")).scalar()
    assert name == "01632 960123", "other details stay"
