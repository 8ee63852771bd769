"""Is this process alive, is it ready, and what has it counted."""

import hmac
import ipaddress
from datetime import datetime

from flask import Blueprint, Response, jsonify, request
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from rules import alerts as rules
from runtime import clock, metrics
from storage import alerts, keys, mails, outbox, revisions
from webhooks.arrivals import door

routes = Blueprint("health", __name__)

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@routes.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@routes.get("/readyz")
def readyz() -> tuple[Response, int]:
    """What this process needs, each by name: 200 when all are there, else 503."""
    checks = {"database": _database(), "redis": _redis(), "spool": _spool()}
    ready = all(state == "ok" for state in checks.values())
    return jsonify(ready=ready, **checks), 200 if ready else 503


@routes.get("/metrics")
def metrics_page() -> Response:
    """Prometheus text of all web processes, for loopback or whoever has the token."""
    if not _may_read_metrics():
        return Response("metrics answer loopback or a token\n", status=403, mimetype="text/plain")
    _look()
    return Response(metrics.exposition(), mimetype="text/plain; version=0.0.4")


def _look() -> None:
    """Figures that are looked up rather than counted. With the database away they stay as they were."""
    metrics.SPOOL_LINES.set(len(door().spool.waiting()))
    try:
        with door().house.engine.connect() as connection:
            oldest = outbox.oldest_due(connection)
            waiting = alerts.open_by_tier(connection)
            untold = [alerts.oldest_untold(connection), mails.oldest_waiting(connection)]
    except SQLAlchemyError:
        return
    metrics.OUTBOX_OLDEST.set(_age(oldest))
    metrics.UNTOLD_OLDEST.set(max(map(_age, untold)))
    for tier in (rules.NOW, rules.TODAY):
        many, since = waiting.get(tier, (0, None))
        metrics.ALERTS_OPEN.labels(tier).set(many)
        metrics.ALERT_OLDEST.labels(tier).set(_age(since))


def _age(moment: datetime | None) -> float:
    """Seconds since then; 0 for nothing."""
    return max((clock.now() - moment).total_seconds(), 0.0) if moment else 0.0


def _may_read_metrics() -> bool:
    """A proxy on this host makes every caller look like loopback: one that says so is not trusted."""
    token = door().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is not None and hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
        return True
    if any(name in request.headers for name in _FORWARDED):
        return False
    return ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104


def _database() -> str:
    try:
        with door().house.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            if revisions.current(connection) != revisions.newest():
                return "not migrated: run hearback migrate"
            missing = keys.missing_for_opt_outs(connection)
    except SQLAlchemyError:
        return "away"
    return "opt-outs need a key that is not listed: run hearback doctor" if missing else "ok"


def _redis() -> str:
    try:
        door().redis.ping()
    except RedisError:
        return "away"
    return "ok"


def _spool() -> str:
    return "ok" if door().spool.folder.is_dir() else "folder is missing"
