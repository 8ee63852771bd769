"""A web application on the real servers, and ways to speak to it as the providers do."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from flows.house import Door, House
from hearback.web import make_app
from runtime import jobs
from runtime.settings import Settings
from storage.spool import Spool
from tests.places import Seeded, seed


@pytest.fixture
def seeded(engine: Engine) -> Seeded:
    """The invented provider, in the fresh database."""
    with engine.begin() as connection:
        return seed(connection)


@pytest.fixture
def door(given: Settings, engine: Engine) -> Iterator[Door]:
    """What the web process has at hand."""
    spool = Spool(given.data_dir / "spool")
    spool.check()
    redis = jobs.connect(given.redis_url)
    yield Door(given, House(engine), redis, spool)
    redis.close()


@pytest.fixture
def client(door: Door, seeded: Seeded) -> FlaskClient:
    """A client of the whole application."""
    return make_app(door).test_client()
