"""The pages on real servers, with two invented providers and browsers of people who look."""

from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine

from flows.house import Door, House
from hearback.web import make_app
from runtime import jobs
from runtime.settings import Settings
from storage.spool import Spool
from tests.dashboard.browser import Browser
from tests.dashboard.told import Told, tell
from tests.places import Seeded, seed


@pytest.fixture
def mine(engine: Engine) -> Seeded:
    """The provider of most tests."""
    with engine.begin() as connection:
        return seed(connection)


@pytest.fixture
def theirs(engine: Engine, mine: Seeded) -> Seeded:
    """Another provider, whose staff must see nothing of `mine`, and the other way round."""
    with engine.begin() as connection:
        return seed(connection, "hilltop", "+441632960200", "654321")


@pytest.fixture
def told(engine: Engine, mine: Seeded, theirs: Seeded) -> Told:
    """Answers and comments at both, counted into the daily tables."""
    with engine.begin() as connection:
        return tell(connection, mine, theirs)


@pytest.fixture
def door(given: Settings, engine: Engine) -> Iterator[Door]:
    """What the web process has at hand."""
    yield from _door(given, engine)


@pytest.fixture
def demo_door(given: Settings, engine: Engine) -> Iterator[Door]:
    """The same in the demo."""
    yield from _door(given.model_copy(update={"demo": True}), engine)


def _door(given: Settings, engine: Engine) -> Iterator[Door]:
    spool = Spool(given.data_dir / "spool")
    spool.check()
    redis = jobs.connect(given.redis_url)
    yield Door(given, House(engine), redis, spool)
    redis.close()


class _Compiled(BytecodeCache):
    """Templates compiled once for all applications of these tests: most of their time otherwise."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def _application(door: Door) -> Flask:
    made = make_app(door)
    made.jinja_env.bytecode_cache = _Compiled()
    return made


@pytest.fixture
def app(door: Door) -> Flask:
    """The application as a trust runs it."""
    return _application(door)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody who has not signed in."""
    return Browser(app)


@pytest.fixture
def demo(demo_door: Door) -> Browser:
    """Somebody who looks at the demo."""
    return Browser(_application(demo_door))


@pytest.fixture
def signed_in(app: Flask, engine: Engine, told: Told) -> Callable[..., Browser]:
    """A browser of a new member of staff with this role at the first provider (or where it says)."""

    def open_one(role: str = "experience_lead", **place: int) -> Browser:
        browser = Browser(app)
        with engine.begin() as connection:
            email = told.hire(connection, role, **place)
        assert browser.sign_in(email).status_code == 303
        return browser

    return open_one
