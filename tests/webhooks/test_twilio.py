"""Twilio's door: who may come in, what is answered, and what bad input gets."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from runtime import metrics
from storage.tables import Inbox, OptOut, Outbox, Response

PATH = "/webhooks/twilio/sms"
PUBLIC = "https://feedback.example.org"
_FORM = {
    "AccountSid": "AC0",
    "MessageSid": "SM1",
    "From": "+447700900001",
    "To": "+441632960100",
    "Body": "1 the nurse was lovely",
    "NumMedia": "0",
}


def form(**changed: str) -> dict[str, str]:
    return {**_FORM, **changed}


def send(
    client: FlaskClient, fields: dict[str, str], path: str = PATH, signed_for: str | None = None
) -> TestResponse:
    """Post the form, signed by Twilio's own library for the public address."""
    validator = RequestValidator("invented-token")
    signature = validator.compute_signature(signed_for or PUBLIC + path, fields)
    return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})


def count(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def refused() -> float:
    return float(metrics.INBOUND.labels("sms", "refused")._value.get())


def test_a_signed_text_is_answered_in_twiml(client: FlaskClient, engine: Engine) -> None:
    answer = send(client, form())
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    assert "<Message " in answer.text
    assert f"{PUBLIC}/webhooks/twilio/status?outbox=" in answer.text
    assert count(engine, Response) == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "bm90IHRoaXMgb25lIGF0IGFsbA=="}],
)
def test_unsigned_or_wrongly_signed(
    client: FlaskClient, engine: Engine, headers: dict[str, str]
) -> None:
    before = refused()
    answer = client.post(PATH, data=form(), headers=headers)
    assert answer.status_code == 403
    assert count(engine, Inbox) == 0
    assert refused() == before + 1


def test_signed_for_another_address(client: FlaskClient, engine: Engine) -> None:
    answer = send(client, form(), signed_for=f"https://elsewhere.example.org{PATH}")
    assert answer.status_code == 403
    assert count(engine, Inbox) == 0


def test_the_requests_own_host_does_not_matter(client: FlaskClient) -> None:
    fields = form()
    signature = RequestValidator("invented-token").compute_signature(PUBLIC + PATH, fields)
    answer = client.post(
        PATH,
        data=fields,
        headers={"X-Twilio-Signature": signature, "Host": "internal", "X-Forwarded-Host": "x"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("missing", ["From", "To", "Body", "MessageSid", "AccountSid"])
def test_a_missing_field_is_named(client: FlaskClient, engine: Engine, missing: str) -> None:
    fields = form()
    del fields[missing]
    answer = send(client, fields)
    assert answer.status_code == 400
    assert missing in answer.text
    assert count(engine, Inbox) == 0


def _raw(client: FlaskClient, body: bytes) -> TestResponse:
    return client.post(
        PATH,
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": "x"},
    )


@pytest.mark.parametrize(
    "body",
    [
        b"Body=%ff%fe&From=%2B447700900001",
        b"\xff\xfe\x00",
        b"Body=" + b"x" * 70_000,
        b"a=1&" * 500,
        b"",
        b"=&=&&&===",
    ],
)
def test_bytes_that_are_no_text_get_4xx(client: FlaskClient, engine: Engine, body: bytes) -> None:
    answer = _raw(client, body)
    assert 400 <= answer.status_code < 500
    assert len(answer.text.strip().splitlines()) >= 1
    assert count(engine, Inbox) == 0


@pytest.mark.parametrize(
    "said",
    ["👍👍", "2 بہت اچھا", "1 \u202eback", "4 " + "long " * 300, "3 a\r\nb\tc", "2 \u200b", "5 ﷽"],
)
def test_odd_texts_are_stored_faithfully(client: FlaskClient, engine: Engine, said: str) -> None:
    answer = send(client, form(Body=said))
    assert answer.status_code == 200
    with engine.connect() as connection:
        letter = connection.execute(select(Inbox.letter)).scalar_one()
    assert letter is not None
    assert json.loads(letter)["text"] == said


def test_a_nul_is_refused_with_a_line(client: FlaskClient) -> None:
    answer = send(client, form(Body="1 a\0b"))
    assert answer.status_code == 400
    assert "NUL" in answer.text


def test_the_same_sid_again_gets_the_same_answer(client: FlaskClient, engine: Engine) -> None:
    first, again = send(client, form()), send(client, form())
    assert first.text == again.text
    assert count(engine, Response) == 1


def test_an_empty_answer_once_the_receipt_came(client: FlaskClient) -> None:
    first = send(client, form())
    path = first.text.split('action="', 1)[1].split('"', 1)[0].removeprefix(PUBLIC)
    receipt = {"MessageSid": "SM77", "MessageStatus": "delivered", "To": "+447700900001"}
    assert send(client, receipt, path=path).status_code == 204
    again = send(client, form())
    assert "<Message" not in again.text


def test_receipts_never_move_backwards(client: FlaskClient, engine: Engine) -> None:
    path = send(client, form()).text.split('action="', 1)[1].split('"', 1)[0]
    for status in ("delivered", "sent", "queued", "failed"):
        receipt = {"MessageSid": "SM77", "MessageStatus": status, "To": "+447700900001"}
        send(client, receipt, path=path.removeprefix(PUBLIC))
    with engine.connect() as connection:
        assert connection.execute(select(Outbox.state)).scalars().all() == ["delivered"]


def test_21610_in_a_receipt_is_an_opt_out(client: FlaskClient, engine: Engine) -> None:
    path = send(client, form()).text.split('action="', 1)[1].split('"', 1)[0]
    receipt = {
        "MessageSid": "SM77",
        "MessageStatus": "failed",
        "ErrorCode": "21610",
        "To": "+447700900001",
    }
    send(client, receipt, path=path.removeprefix(PUBLIC))
    assert count(engine, OptOut) == 1
    assert "<Message" not in send(client, form(MessageSid="SM2", Body="nice ward")).text


def test_an_unsigned_receipt_is_refused(client: FlaskClient) -> None:
    answer = client.post("/webhooks/twilio/status?outbox=1", data={"MessageSid": "SM1"})
    assert answer.status_code == 403


def test_a_receipt_for_nothing_of_ours_is_taken_quietly(client: FlaskClient) -> None:
    receipt = {"MessageSid": "SM99", "MessageStatus": "sent", "To": "+447700900001"}
    assert send(client, receipt, path="/webhooks/twilio/status?outbox=999").status_code == 204


def test_whatsapp_at_the_sms_address_is_refused(client: FlaskClient) -> None:
    fields = form(From="whatsapp:+447700900001", To="whatsapp:+441632960100")
    assert send(client, fields).status_code == 400


def test_an_unknown_number_is_answered_kindly(client: FlaskClient, engine: Engine) -> None:
    answer = send(client, form(To="+441632960555"))
    assert answer.status_code == 200
    assert "01632 960123" in answer.text
    with engine.connect() as connection:
        assert connection.execute(select(Inbox.state)).scalar_one() == "unknown_place"


def test_get_is_not_a_way_in(client: FlaskClient) -> None:
    assert client.get(PATH).status_code == 405


def test_a_multipart_body_is_refused_not_crashed(client: FlaskClient) -> None:
    answer = client.post(PATH, data={"Body": "x"}, content_type="multipart/form-data")
    assert 400 <= answer.status_code < 500
