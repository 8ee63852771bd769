"""Health, readiness and metrics: who may read them and what they say."""

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import update

from flows.house import Door
from hearback.web import make_app
from runtime import clock
from runtime.embedded import Servers
from storage import people
from storage.tables import OptOut


def test_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_ready_names_each_part(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "database": "ok", "redis": "ok", "spool": "ok"}


def test_not_ready_without_redis(client: FlaskClient, servers: Servers) -> None:
    servers.valkey.stop()
    try:
        answer = client.get("/readyz")
    finally:
        servers.valkey.start()
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["redis"] == "away"


def test_not_ready_without_a_key_that_an_opt_out_needs(client: FlaskClient, door: Door) -> None:
    with door.house.engine.begin() as connection:
        people.opt_out(connection, "sms", "+447700900001", "text", clock.now())
        connection.execute(update(OptOut).values(key_ids=["removed"]))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "opt-outs need a key that is not listed" in answer.json["database"]


def test_metrics_answer_loopback(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    for name in (
        "hearback_inbound_total",
        "hearback_reply_seconds",
        "hearback_outbox_oldest_seconds",
        "hearback_spool_lines",
        "hearback_bell_lost_total",
        "hearback_sent_total",
    ):
        assert f"# TYPE {name} " in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_metrics_do_not_trust_a_proxys_loopback(client: FlaskClient, header: str) -> None:
    assert client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 403


def test_metrics_do_not_answer_strangers(client: FlaskClient) -> None:
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_base=stranger).status_code == 403


def test_metrics_answer_the_token(door: Door) -> None:
    given = door.settings.model_copy(update={"metrics_token": SecretStr("invented-metrics-token")})
    client = make_app(Door(given, door.house, door.redis, door.spool)).test_client()
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    for token, status in (("invented-metrics-token", 200), ("other", 403)):
        answer = client.get(
            "/metrics", environ_base=stranger, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == status
