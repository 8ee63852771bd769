"""How often someone may try to sign in: by account and address together, and by address alone.

Never by account alone: else a stranger could lock a named member of staff out from afar. Counted in
Redis for all web processes together; while Redis is away, by each process for itself.
"""

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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the account's e-mail address as typed, and where it comes from."""

    email: str
    address: str

    @property
    def keys(self) -> tuple[str, str]:
        """What the counters know of it: no account's name and no address can be read there."""
        keyring = crypto.keyring()
        account = self.email.strip().lower()
        return (
            keyring.lookup("sign-in", account, self.address).hex(),
            keyring.lookup("sign-in", self.address).hex(),
        )


class Throttle:
    """The counters of one process."""

    def __init__(self, redis_url: str) -> None:
        uri = redis_url.replace("unix://", "redis+unix://", 1)
        shared = RedisStorage(uri, wrap_exceptions=True, socket_timeout=2, socket_connect_timeout=2)
        self._shared = MovingWindowRateLimiter(shared)
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def admits(self, attempt: Attempt) -> bool:
        """Whether this attempt may be tried; it is counted before its password is looked at.

        Counting first means that many attempts at once cannot slip through together.
        """
        both, address = attempt.keys
        return self._test(BY_ADDRESS, address) and self._hit(BY_ACCOUNT_AND_ADDRESS, both)

    def failed(self, attempt: Attempt) -> None:
        """The password was wrong: that counts against the address too."""
        self._hit(BY_ADDRESS, attempt.keys[1])

    def succeeded(self, attempt: Attempt) -> None:
        """The password was right: earlier slips are forgotten."""
        both = attempt.keys[0]
        try:
            self._shared.clear(BY_ACCOUNT_AND_ADDRESS, both)
        except StorageError as error:
            _away(error)
        self._own.clear(BY_ACCOUNT_AND_ADDRESS, both)

    def _test(self, limit: RateLimitItem, key: str) -> bool:
        try:
            return self._shared.test(limit, key)
        except StorageError as error:
            _away(error)
            return self._own.test(limit, key)

    def _hit(self, limit: RateLimitItem, key: str) -> bool:
        try:
            return self._shared.hit(limit, key)
        except StorageError as error:
            _away(error)
            return self._own.hit(limit, key)


def _away(error: StorageError) -> None:
    log.get().warning("throttle_alone", error=type(error.storage_error).__name__)
