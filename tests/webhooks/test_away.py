"""Databases away: what the doors answer, and that nothing is lost."""

from collections import Counter

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from flows.house import Door
from runtime.embedded import Servers
from storage.tables import Inbox, Outbox, Response
from tests.webhooks.test_telegram import send as send_update
from tests.webhooks.test_telegram import update
from tests.webhooks.test_twilio import form, send
from webhooks.draining import drain


def test_redis_away_is_no_matter(client: FlaskClient, servers: Servers) -> None:
    servers.valkey.stop()
    try:
        answer = send(client, form())
    finally:
        servers.valkey.start()
    assert answer.status_code == 200
    assert "<Message" in answer.text


def test_the_database_away_spools_and_drains(
    client: FlaskClient, door: Door, servers: Servers, engine: Engine
) -> None:
    servers.postgres.stop()
    try:
        answer = send(client, form())
        told = send_update(client, update(3, "4 long wait"))
        again = send(client, form())
    finally:
        servers.postgres.start()
    assert [answer.status_code, told.status_code, again.status_code] == [200, 200, 200]
    assert "<Message" not in answer.text
    assert len(door.spool.waiting()) == 3
    assert drain(door) == 3
    with engine.connect() as connection:
        ratings = connection.execute(select(Response.rating)).scalars().all()
        assert Counter(ratings) == {"poor": 1, "very_good": 1}
        assert len(connection.execute(select(Inbox.id)).all()) == 2
        assert set(connection.execute(select(Outbox.state)).scalars()) == {"queued"}
    assert drain(door) == 0


def test_both_away_asks_to_try_again_and_still_keeps_it(
    client: FlaskClient, door: Door, servers: Servers
) -> None:
    servers.postgres.stop()
    servers.valkey.stop()
    try:
        answer = send(client, form())
    finally:
        servers.postgres.start()
        servers.valkey.start()
    assert answer.status_code == 503
    assert len(door.spool.waiting()) == 1


def test_a_restart_between_two_texts_needs_no_spool(
    client: FlaskClient, door: Door, servers: Servers
) -> None:
    assert send(client, form()).status_code == 200
    servers.postgres.stop()
    servers.postgres.start()
    answer = send(client, form(MessageSid="SM2", Body="2"))
    assert "<Message" in answer.text
    assert door.spool.waiting() == []
