"""How often someone may try to sign in, or write in the web chat.

Counted in Redis for all web processes together; while Redis is away, by each process for itself.
What the counters hold names nobody: an address or an account stands there as a keyed hash.
"""

import ipaddress
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from runtime import log
from storage import crypto

BY_ACCOUNT_AND_ADDRESS = parse("5 per 15 minutes")
BY_ADDRESS = parse("100 per 15 minutes")
"""Failed attempts only; a whole hospital may stand behind one address."""

CHAT_BY_THREAD = parse("60 per 10 minutes")
"""More than anyone types who waits for our answers, even in short lines and in distress."""
NEW_CHATS_BY_ADDRESS = parse("60 per 10 minutes")
CHAT_BY_ADDRESS = parse("600 per 10 minutes")
"""A ward's Wi-Fi is one address: its people together stay far below these, one bot does not."""


class Counters:
    """The counters of one process."""

    def __init__(self, redis_url: str) -> None:
        uri = redis_url.replace("unix://", "redis+unix://", 1)
        shared = RedisStorage(uri, wrap_exceptions=True, socket_timeout=2, socket_connect_timeout=2)
        self._shared = MovingWindowRateLimiter(shared)
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def test(self, limit: RateLimitItem, key: str) -> bool:
        """Whether one more would still be within `limit`."""
        try:
            return self._shared.test(limit, key)
        except StorageError as error:
            _away(error)
            return self._own.test(limit, key)

    def hit(self, limit: RateLimitItem, key: str) -> bool:
        """Count one; False, and nothing counted, when it would be one too many."""
        try:
            return self._shared.hit(limit, key)
        except StorageError as error:
            _away(error)
            return self._own.hit(limit, key)

    def clear(self, limit: RateLimitItem, key: str) -> None:
        """Forget what was counted."""
        try:
            self._shared.clear(limit, key)
        except StorageError as error:
            _away(error)
        self._own.clear(limit, key)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the account's e-mail address as typed, and where it comes from."""

    email: str
    address: str

    @property
    def keys(self) -> tuple[str, str]:
        """What the counters know of it: no account's name and no address can be read there."""
        account = self.email.strip().lower()
        place = _place(self.address)
        return _hashed("sign-in", account, place), _hashed("sign-in", place)


@dataclass(frozen=True, slots=True)
class SignIns:
    """How often one may try to sign in: by account and address together, and by address alone.

    Never by account alone: else a stranger could lock a named member of staff out from afar.
    """

    counters: Counters

    def admits(self, attempt: Attempt) -> bool:
        """Whether this attempt may be tried; it is counted before its password is looked at.

        Counting first means that many attempts at once cannot slip through together.
        """
        both, address = attempt.keys
        tested = self.counters.test(BY_ADDRESS, address)
        return tested and self.counters.hit(BY_ACCOUNT_AND_ADDRESS, both)

    def failed(self, attempt: Attempt) -> None:
        """The password was wrong: that counts against the address too."""
        self.counters.hit(BY_ADDRESS, attempt.keys[1])

    def succeeded(self, attempt: Attempt) -> None:
        """The password was right: earlier slips are forgotten."""
        self.counters.clear(BY_ACCOUNT_AND_ADDRESS, attempt.keys[0])


@dataclass(frozen=True, slots=True)
class Chats:
    """How often one may write in the web chat: by thread, by new chats of an address, by address.

    In this order, and what one limit refuses is not counted by the next: a bot that never keeps its
    cookie uses up new chats only, one that keeps it its own thread only, and people whose chat is
    open go on beside both.
    """

    counters: Counters

    def admits(self, thread: str | None, address: str) -> bool:
        """Count one text of that thread (None: it would open one); False when it is too many."""
        place = _place(address)
        if thread is not None and not self._hit(CHAT_BY_THREAD, "chat-thread", thread):
            return False
        if not place:
            return True
        if thread is None and not self._hit(NEW_CHATS_BY_ADDRESS, "chat-new", place):
            return False
        return self._hit(CHAT_BY_ADDRESS, "chat-address", place)

    def _hit(self, limit: RateLimitItem, *what: str) -> bool:
        return self.counters.hit(limit, _hashed(*what))


def _place(address: str) -> str:
    """An address as it is counted: of IPv6 the network, which one household has whole; "" for
    loopback, which is a proxy on this host that no setting names, and so everybody at once."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return "" if parsed.is_loopback else str(ipaddress.ip_network((parsed, 64), strict=False))
    return "" if parsed.is_loopback else address


def _hashed(*what: str) -> str:
    return crypto.keyring().lookup(*what).hex()


def _away(error: StorageError) -> None:
    log.get().warning("throttle_alone", error=type(error.storage_error).__name__)
