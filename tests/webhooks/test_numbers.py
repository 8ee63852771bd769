"""What a number's own settings and the carrier's own handling make of STOP, START, YES and HELP, on every
channel, through the real doors: who answers, and whether the person is opted out afterwards.
"""

import itertools
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update
from twilio.request_validator import RequestValidator

from storage import people
from storage.tables import Number, Outbox
from tests.places import Seeded

PUBLIC = "https://feedback.example.org"
THEIRS = "+447700900001"
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "invented-secret"}
_refs = itertools.count(1)


@pytest.fixture
def numbers(client: FlaskClient, engine: Engine, seeded: Seeded) -> Seeded:
    """A WhatsApp number beside the SMS number and the bot."""
    with engine.begin() as connection:
        connection.execute(
            insert(Number).values(
                provider_id=seeded.provider_id,
                touchpoint_id=seeded.ward_touchpoint,
                channel="whatsapp",
                address="+441632960101",
                reply_cost="free",
                carrier_answers_stop=False,
                carrier_answers_help=False,
            )
        )
    return seeded


def carrier(engine: Engine, *, stop: bool, help_: bool) -> None:
    """Every number's carrier answers STOP and START, HELP, or leaves them to us."""
    with engine.begin() as connection:
        connection.execute(
            update(Number).values(carrier_answers_stop=stop, carrier_answers_help=help_)
        )


def by_twilio(client: FlaskClient, channel: str, said: str, told: str = "") -> bool:
    """Whether our own reply went back."""
    front, ours = ("whatsapp:", "1") if channel == "whatsapp" else ("", "0")
    fields = {
        "AccountSid": "AC0",
        "MessageSid": f"SM{next(_refs)}",
        "From": front + THEIRS,
        "To": f"{front}+44163296010{ours}",
        "Body": said,
        "NumMedia": "0",
        **({"OptOutType": told} if told else {}),
    }
    path = f"/webhooks/twilio/{channel}"
    signature = RequestValidator("invented-token").compute_signature(PUBLIC + path, fields)
    answer = client.post(path, data=fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200
    return "<Message" in answer.text


def by_telegram(client: FlaskClient, engine: Engine, said: str) -> bool:
    """Whether our own reply was put into the outbox."""
    number = next(_refs)
    person = {"id": 77, "is_bot": False, "first_name": "A"}
    message = {
        "message_id": number,
        "date": 1772452800,
        "chat": {"id": 77, "type": "private", "first_name": "A"},
        "from": person,
        "text": said,
    }
    before = letters(engine)
    update_ = {"update_id": number, "message": message}
    assert client.post("/webhooks/telegram", json=update_, headers=SECRET).status_code == 200
    return letters(engine) > before


def letters(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(Outbox.__table__.select()).all())


def opted_out(engine: Engine, channel: str) -> bool:
    with engine.connect() as connection:
        return people.opted_out(connection, channel, "77" if channel == "telegram" else THEIRS)


CARRIER_WORDS = ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "QUIT", "revoke", "OptOut"]


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("answers", [True, False], ids=["carrier answers", "we answer"])
@pytest.mark.parametrize("channel", ["sms", "whatsapp", "telegram"])
def test_stop_start_and_help_get_exactly_one_answer(
    client: FlaskClient, engine: Engine, channel: str, answers: bool
) -> None:
    def says(said: str) -> bool:
        if channel == "telegram":
            return by_telegram(client, engine, said)
        return by_twilio(client, channel, said)

    carrier(engine, stop=answers, help_=answers)
    for word in CARRIER_WORDS[:2]:
        assert says(word) is not answers, word
        assert opted_out(engine, channel), word
        assert says("START") is not answers
        assert not opted_out(engine, channel)
    assert says("HELP") is not answers
    assert says("please stop texting me"), "no carrier knows that one"
    assert opted_out(engine, channel)


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("word", CARRIER_WORDS)
def test_each_word_of_the_carrier_opts_out_whoever_answers_it(
    client: FlaskClient, engine: Engine, word: str
) -> None:
    carrier(engine, stop=True, help_=False)
    assert not by_twilio(client, "sms", word)
    assert opted_out(engine, "sms")


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize(("stop", "help_"), list(itertools.product([True, False], repeat=2)))
def test_the_two_settings_do_not_mix(
    client: FlaskClient, engine: Engine, stop: bool, help_: bool
) -> None:
    carrier(engine, stop=stop, help_=help_)
    assert by_twilio(client, "sms", "info") is not help_
    assert by_twilio(client, "sms", "stop") is not stop


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize(
    ("said", "told", "out"),
    [
        ("STOP", "STOP", True),
        ("ARRET", "STOP", True),
        ("HELP", "HELP", False),
        ("AIDE", "HELP", False),
    ],
)
def test_advanced_opt_out_has_answered_already(
    client: FlaskClient, engine: Engine, channel: str, said: str, told: str, out: bool
) -> None:
    carrier(engine, stop=False, help_=False)
    assert not by_twilio(client, channel, said, told)
    assert opted_out(engine, channel) is out


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize(
    ("said", "told", "out"),
    [
        ("YES", "", True),
        ("yes please", "", True),
        ("1", "", True),
        ("thanks", "", True),
        ("start smoking advice was good", "", True),
        ("START", "", False),
        ("unstop", "", False),
        ("YES", "START", False),
        ("OUI", "START", False),
    ],
)
@pytest.mark.parametrize("answers", [True, False])
def test_only_start_or_the_carriers_word_opts_in(
    client: FlaskClient,
    engine: Engine,
    channel: str,
    said: str,
    told: str,
    out: bool,
    answers: bool,
) -> None:
    carrier(engine, stop=answers, help_=answers)
    by_twilio(client, channel, "STOP")
    spoke = by_twilio(client, channel, said, told)
    assert opted_out(engine, channel) is out
    if out:
        assert not spoke, "nothing after STOP"


@pytest.mark.usefixtures("numbers")
def test_an_opt_out_on_one_channel_is_none_on_another(client: FlaskClient, engine: Engine) -> None:
    by_twilio(client, "sms", "STOP")
    assert opted_out(engine, "sms")
    assert not opted_out(engine, "whatsapp")
    assert by_twilio(client, "whatsapp", "2 kind staff")


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("answers", [True, False])
def test_danger_beside_stop_is_answered_whoever_answers_stop(
    client: FlaskClient, engine: Engine, answers: bool
) -> None:
    carrier(engine, stop=answers, help_=answers)
    assert by_twilio(client, "sms", "STOP. I can't go on")
    assert opted_out(engine, "sms")
    assert by_twilio(client, "sms", "I want to kill myself"), "the one exception"


def test_block_and_unblock_on_telegram(client: FlaskClient, engine: Engine, numbers: Any) -> None:
    def membership(status: str) -> None:
        number = next(_refs)
        person = {"id": 77, "is_bot": False, "first_name": "A"}
        bot = {"id": 123456, "is_bot": True, "first_name": "B", "username": "b"}
        until = {"until_date": 0} if status == "kicked" else {}
        change = {
            "chat": {"id": 77, "type": "private", "first_name": "A"},
            "from": person,
            "date": 1772452800,
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": status, **until},
        }
        update_ = {"update_id": number, "my_chat_member": change}
        assert client.post("/webhooks/telegram", json=update_, headers=SECRET).status_code == 200

    by_telegram(client, engine, "2 kind staff")
    membership("kicked")
    assert opted_out(engine, "telegram")
    membership("member")
    assert opted_out(engine, "telegram"), "lifting a block asks for nothing"
    assert not by_telegram(client, engine, "hello again")
    assert by_telegram(client, engine, "/start")
    assert not opted_out(engine, "telegram")
