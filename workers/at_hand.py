"""What the jobs of one worker process have at hand; RQ calls them by name and hands them nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis import Redis

from bot.channels import email, senders
from bot.channels.email import Post
from bot.channels.sending import Sender
from bot.dialogue.messages import Channel
from flows.house import House
from runtime import jobs
from runtime.settings import Settings
from storage import database

POOL = 2


@dataclass(frozen=True)
class AtHand:
    """The house, the senders, the post for staff and the bells of this process."""

    house: House
    senders: Mapping[Channel, Sender]
    redis: Redis
    post: Post | None
    public_url: str


class _Process:
    at_hand: AtHand | None = None


def prepare(settings: Settings) -> AtHand:
    """Make it, once, before the first job."""
    _Process.at_hand = AtHand(
        house=House(database.connect(settings, POOL), demo=settings.demo),
        senders=senders.configured(settings),
        redis=jobs.connect(settings.redis_url),
        post=email.configured(settings),
        public_url=settings.public_url,
    )
    return _Process.at_hand


def now() -> AtHand:
    """What `prepare` has made; LookupError before that."""
    if _Process.at_hand is None:
        raise LookupError("workers.at_hand.prepare has not been called in this process")
    return _Process.at_hand
