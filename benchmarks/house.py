"""Hearback as it is measured: its database with one invented provider, its processes, their environment."""

import base64
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, insert

from benchmarks import processes
from benchmarks.processes import Running
from benchmarks.texts import ACCOUNT, OUR_NUMBER, PUBLIC_URL, TOKEN
from bot import library
from flows import scripts
from runtime import clock, embedded, settings
from runtime.embedded import Servers
from runtime.settings import Settings
from storage import database, migrate
from storage.rulebooks import Judged
from storage.tables import Number, Provider, Service, Site, Touchpoint

DATABASE = "bench"


@dataclass(frozen=True, slots=True)
class Ground:
    """What all the measured share: a folder, real servers with fsync on, and what ends at the end."""

    folder: Path
    servers: Servers
    undo: ExitStack

    @property
    def folder_of_sockets(self) -> Path:
        """Where PostgreSQL listens."""
        return self.servers.postgres.socket.parent

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> Running:
        """A process that ends with the bench."""
        port = int(environment.get("PORT", "0"))
        running = processes.start(
            name, command, environment, self.folder / f"{name}.log", port=port
        )
        self.undo.callback(running.stop)
        return running


def ground(folder: Path, undo: ExitStack) -> Ground:
    """Start PostgreSQL and Valkey on `folder`. Raises EmbeddedError."""
    folder.mkdir(parents=True, exist_ok=True)
    servers = undo.enter_context(embedded.running(folder / "servers", durable=True))
    return Ground(folder, servers, undo)


def fresh_database(servers: Servers, name: str) -> str:
    """An empty database; returns its address in psycopg's form."""
    with psycopg.connect(servers.postgres.dsn, autocommit=True) as link:
        link.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return servers.postgres.dsn.replace("@/hearback?", f"@/{name}?")


def environment(here: Ground, twilio_api: str) -> dict[str, str]:
    """The settings of Hearback's processes. Nothing leaves this machine: Twilio's API is `twilio_api`."""
    return {
        "HEARBACK_DATABASE_URL": fresh_database(here.servers, DATABASE),
        "HEARBACK_REDIS_URL": here.servers.redis_url,
        "HEARBACK_SECRET_KEY": "bench:"
        + base64.b64encode(b"invented for the bench, 32 bytes").decode(),
        "HEARBACK_PUBLIC_URL": PUBLIC_URL,
        "HEARBACK_DATA_DIR": str(here.folder / "data"),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": twilio_api,
    }


def migrated(values: dict[str, str]) -> Settings:
    """The database in its newest shape, with one provider that answers one number."""
    given = settings.load(values)
    engine = database.connect(given, 1)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        _furnish(connection)
    engine.dispose()
    return given


def _furnish(connection: Connection) -> None:
    now = clock.now()
    details = {"pals_number": "01632 960123", "carers_number": "01632 960321", "replies_free": True}
    provider = _row(
        connection,
        Provider,
        code="bench",
        name="Bench Trust",
        details=details,
        created_at=now,
        live_at=now,
    )
    site = _row(connection, Site, provider_id=provider, code="S1", name="Main site")
    service = _row(
        connection, Service, provider_id=provider, site_id=site, code="ward", name="Ward",
        setting="inpatient", script="inpatient",
    )  # fmt: skip
    digest = library.script("inpatient").digest
    for person, role in (("Kim Partner", "lived_experience_partner"), ("Robin Lead", "board")):
        said = Judged(person, role, digest, approved=True, reason="", demo=False, at=now)
        scripts.judge(connection, provider, "inpatient", said)
    touchpoint = _row(
        connection, Touchpoint, provider_id=provider, service_id=service, code="BENCH1",
        name="Discharge", stage="discharge",
    )  # fmt: skip
    _row(
        connection, Number, provider_id=provider, touchpoint_id=touchpoint, channel="sms",
        address=OUR_NUMBER, reply_cost="free", carrier_answers_stop=False,
        carrier_answers_help=False,
    )  # fmt: skip


def _row(connection: Connection, table: type, **values: object) -> int:
    made = insert(table).values(**values).returning(table.id)  # type: ignore[attr-defined]
    number: int = connection.execute(made).scalar_one()
    return number


def floor(here: Ground, values: dict[str, str]) -> Running:
    """The same web server with an application that does nothing."""
    command = processes.python("benchmarks.floor")
    return here.start("floor", command, {**values, "PORT": str(processes.free_port())}).await_port()


def web(here: Ground, values: dict[str, str]) -> Running:
    """Hearback's web processes."""
    command = processes.python("hearback", "web")
    return here.start("web", command, {**values, "PORT": str(processes.free_port())}).await_port()


def work(here: Ground, values: dict[str, str]) -> Running:
    """Hearback's workers and its clock; returns the workers' parent."""
    here.start("clock", processes.python("hearback", "clock"), values)
    return here.start("worker", processes.python("hearback", "worker"), values)
