"""A worker process's things at hand, on the real servers."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from flows.house import House
from runtime.settings import Settings
from tests.flows.talking import Phone
from tests.places import seed
from workers import at_hand
from workers.at_hand import AtHand


@pytest.fixture
def have(given: Settings) -> Iterator[AtHand]:
    """What jobs find; without Telegram, whose bot would be looked for."""
    settings = given.model_copy(update={"telegram_bot_token": None})
    made = at_hand.prepare(settings)
    yield made
    made.redis.close()
    made.house.engine.dispose()
    for sender in set(made.senders.values()):
        getattr(sender, "close", lambda: None)()


@pytest.fixture
def phone(have: AtHand) -> Phone:
    """A person who texts the invented provider."""
    with have.house.engine.begin() as connection:
        place = seed(connection)
    return Phone(have.house, place.number)


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)
