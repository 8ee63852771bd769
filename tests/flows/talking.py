"""What flow tests need: a house on the real database, and one person who texts."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.channels.values import Text
from bot.dialogue.messages import Channel, Inbound
from flows.accept import Accepted, accept
from flows.house import House
from tests.places import MOMENT, Seeded, seed

_refs = itertools.count(1)


def furnished(engine: Engine) -> tuple[House, Seeded]:
    """A house with the invented provider in it."""
    with engine.begin() as connection:
        place = seed(connection)
    return House(engine), place


@dataclass
class Phone:
    """A person with a phone, texting `to`; time goes on by a minute with each text."""

    house: House
    to: str
    number: str = "+447700900001"
    now: datetime = MOMENT
    said: list[Accepted] = field(default_factory=list)

    def text(self, body: str, ref: str | None = None, *, ride: bool = True) -> Accepted:
        """Send one text; `ref` given again is a provider's retry."""
        self.now += timedelta(minutes=1)
        text = Text(
            channel=Channel.SMS,
            account="AC0",
            provider_ref=ref or f"SM{next(_refs)}",
            our_address=self.to,
            their_address=self.number,
            inbound=Inbound(text=body, channel=Channel.SMS),
        )
        accepted = accept(self.house, text, self.now, ride=ride)
        self.said.append(accepted)
        return accepted
