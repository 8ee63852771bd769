"""Real servers for every test that asks: one PostgreSQL and one Valkey a pytest process, a fresh
database a test, cloned from a migrated template."""

import base64
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from runtime import embedded, settings
from runtime.embedded import Servers
from runtime.settings import Settings
from storage import crypto, database, migrate

SECRET_KEY = "test:" + base64.b64encode(b"invented-for-tests-invented-for-tests").decode()
_names = (f"test_{number}" for number in itertools.count(1))


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The real PostgreSQL and Valkey of this pytest process."""
    with embedded.running(tmp_path_factory.mktemp("servers"), durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """A migrated, empty database to clone; returns its name."""
    crypto.use(crypto.Keyring.parse(SECRET_KEY))
    engine = create_engine(servers.database_url)
    migrate.upgrade(engine)
    engine.dispose()
    name = make_url(servers.database_url).database
    assert name
    return name


@pytest.fixture
def database_url(servers: Servers, template: str) -> Iterator[str]:
    """The address of a fresh, migrated database; dropped afterwards."""
    name = next(_names)
    url = make_url(servers.database_url)
    # No pool: a test may stop and start PostgreSQL in between.
    admin = create_engine(
        url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def redis_url(servers: Servers) -> str:
    """The address of an empty Valkey."""
    with Redis.from_url(servers.redis_url) as client:
        client.flushall()
    return servers.redis_url


@pytest.fixture
def given(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of a process that uses the real servers."""
    return settings.load(
        {
            "HEARBACK_DATABASE_URL": database_url,
            "HEARBACK_REDIS_URL": redis_url,
            "HEARBACK_SECRET_KEY": SECRET_KEY,
            "HEARBACK_PUBLIC_URL": "https://feedback.example.org",
            "HEARBACK_DATA_DIR": str(tmp_path),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "invented-token",
            "TELEGRAM_BOT_TOKEN": "123456:invented",
            "TELEGRAM_WEBHOOK_SECRET": "invented-secret",
        }
    )


@pytest.fixture
def engine(given: Settings) -> Iterator[Engine]:
    """An engine on the fresh database, its keyring in force."""
    made = database.connect(given)
    yield made
    made.dispose()
