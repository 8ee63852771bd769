"""Passwords of staff: hashed with argon2id, checked in the same time whether the account exists or not."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MOST_CHARACTERS = 200
FEWEST_CHARACTERS = 12

# OWASP's smallest recommended cost for argon2id (19 MiB, 2 passes): about 30 ms, and ten people who
# sign in at once do not take the memory of the web process away.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("nobody has this password")


def hashed(password: str) -> str:
    """What is kept instead of the password. ValueError when it is too short or too long."""
    if not FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise ValueError(f"a password has {FEWEST_CHARACTERS} to {MOST_CHARACTERS} characters")
    return _HASHER.hash(password)


def right(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that `kept` was made from; None (no account) is never right."""
    try:
        _HASHER.verify(kept or _NOBODYS, password[:MOST_CHARACTERS])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def dated(kept: str) -> bool:
    """Whether `kept` was made at another cost than today's, so that it should be made anew."""
    return _HASHER.check_needs_rehash(kept)
