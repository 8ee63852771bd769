"""Telegram's door: the secret, the shapes of updates, and replies by the outbox."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from storage.tables import Inbox, Outbox, Response

PATH = "/webhooks/telegram"
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "invented-secret"}


def update(number: int, said: str) -> dict[str, Any]:
    """A private text message as Telegram posts it."""
    person = {"id": 77, "is_bot": False, "first_name": "Invented", "language_code": "en"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1772452800,
            "chat": {"id": 77, "type": "private", "first_name": "Invented"},
            "from": person,
            "text": said,
        },
    }


def send(client: FlaskClient, content: Any, headers: dict[str, str] | None = None) -> TestResponse:
    return client.post(PATH, json=content, headers=SECRET if headers is None else headers)


def states(engine: Engine, column: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(column)).scalars())


def test_a_text_is_taken_and_the_reply_is_queued(client: FlaskClient, engine: Engine) -> None:
    assert send(client, update(1, "2 kind staff")).status_code == 200
    assert states(engine, Response.rating) == ["good"]
    assert states(engine, Outbox.state) == ["queued"]


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}])
def test_without_the_secret(client: FlaskClient, engine: Engine, headers: dict[str, str]) -> None:
    assert send(client, update(1, "2"), headers).status_code == 403
    assert states(engine, Inbox.id) == []


def test_the_same_update_again_is_one_row(client: FlaskClient, engine: Engine) -> None:
    for _ in range(3):
        assert send(client, update(5, "2 kind staff")).status_code == 200
    assert len(states(engine, Inbox.id)) == 1
    assert len(states(engine, Outbox.id)) == 1


@pytest.mark.parametrize("content", [[], {}, {"update_id": "x"}, {"update_id": 1, "message": 3}])
def test_what_is_no_update_gets_a_line(client: FlaskClient, content: Any) -> None:
    answer = send(client, content)
    assert answer.status_code == 400
    assert answer.text.strip()


def test_what_is_not_for_us_is_taken_quietly(client: FlaskClient, engine: Engine) -> None:
    assert send(client, {"update_id": 9, "poll_answer": {}}).status_code in (200, 400)
    assert states(engine, Inbox.id) == []


def test_an_unknown_touchpoint_is_answered_kindly(client: FlaskClient, engine: Engine) -> None:
    assert send(client, update(1, "/start NOWHERE9")).status_code == 200
    assert states(engine, Inbox.state) == ["unknown_place"]
    assert states(engine, Outbox.kind) == ["unknown_place"]


def test_a_group_is_declined_kindly_and_nothing_is_counted(
    client: FlaskClient, engine: Engine
) -> None:
    content = update(8, "/start")
    content["message"]["chat"] = {"id": -88, "type": "group", "title": "Invented"}
    assert send(client, content).status_code == 200
    assert states(engine, Outbox.kind) == ["group"]
    assert states(engine, Response.id) == []


def test_a_press_is_acknowledged_in_the_answer_however_often_it_comes(
    client: FlaskClient, engine: Engine
) -> None:
    content = pressed(11, "good")
    for _ in range(2):
        answer = send(client, content)
        assert answer.get_json() == {"method": "answerCallbackQuery", "callback_query_id": "4711"}
    assert states(engine, Response.rating) == ["good"]
    assert len(states(engine, Outbox.id)) == 1


def pressed(number: int, code: str) -> dict[str, Any]:
    """A button under our message, pressed."""
    chat = {"id": 77, "type": "private", "first_name": "Invented"}
    held = {"message_id": 8, "date": 1772452800, "chat": chat, "text": "How was it?"}
    query = {"id": "4711", "from": {"id": 77, "is_bot": False, "first_name": "Invented"}}
    return {
        "update_id": number,
        "callback_query": {**query, "chat_instance": "1", "data": code, "message": held},
    }
