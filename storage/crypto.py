"""Keys and ciphers: words and addresses are sealed with AES-GCM, people are found by HMAC.

One master key a line of `HEARBACK_SECRET_KEY`, newest first; a separate key for each purpose is
derived by HKDF-SHA256 (RFC 5869), so that no key ever serves two purposes. What is sealed names
the master key it was sealed with, and any listed key opens it again.
"""

import hmac
import os
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from runtime import settings

NONCE_BYTES = 12


class Purpose(StrEnum):
    """What a derived key is for; no key serves two."""

    ADDRESS = "address"
    WORDS = "words"
    LOOKUP = "lookup"
    SESSION = "session"
    LINKS = "links"
    SPOOL = "spool"


class SealBroken(Exception):
    """Sealed bytes that no listed key opens: the key was removed, or the bytes were changed."""


@dataclass(frozen=True)
class Keyring:
    """The listed master keys, newest first, and what is derived from them."""

    masters: dict[str, bytes]
    _ciphers: dict[tuple[str, Purpose], AESGCM] = field(default_factory=dict, repr=False)
    _derived: dict[tuple[str, Purpose], bytes] = field(default_factory=dict, repr=False)
    _latest: list[tuple[tuple[str, tuple[str, ...]], bytes]] = field(
        default_factory=lambda: [(("", ()), b"")], repr=False
    )

    @classmethod
    def parse(cls, secret_key: str) -> "Keyring":
        """From the setting's text; ValueError if malformed."""
        return cls(settings.parse_secret_key(secret_key))

    @property
    def newest(self) -> str:
        """The id of the key that seals from now on."""
        return next(iter(self.masters))

    def derived(self, purpose: Purpose, key_id: str | None = None) -> bytes:
        """32 bytes for one purpose, from the newest master key or the one named."""
        place = (key_id or self.newest, purpose)
        if place not in self._derived:
            hkdf = HKDF(
                algorithm=SHA256(), length=32, salt=None, info=b"hearback " + purpose.encode()
            )
            self._derived[place] = hkdf.derive(self.masters[place[0]])
        return self._derived[place]

    def seal(self, purpose: Purpose, plain: bytes) -> bytes:
        """length of key id, key id, nonce, ciphertext and tag; the purpose is authenticated too."""
        key_id = self.newest.encode()
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher(self.newest, purpose).encrypt(nonce, plain, purpose.encode())
        return bytes((len(key_id),)) + key_id + nonce + sealed

    def open(self, purpose: Purpose, sealed: bytes) -> bytes:
        """What `seal` was given. Raises SealBroken."""
        key_id, end = key_of(sealed), 1 + sealed[0] if sealed else 0
        if key_id not in self.masters:
            raise SealBroken("sealed with a key that HEARBACK_SECRET_KEY does not list")
        nonce, rest = sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
        try:
            return self._cipher(key_id, purpose).decrypt(nonce, rest, purpose.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise SealBroken("the sealed bytes were changed or belong elsewhere") from None

    def lookup(self, *parts: str) -> bytes:
        """HMAC-SHA256 of the parts under the newest key: how a person is found without an address."""
        return self._hmac(self.newest, parts)

    def lookups(self, *parts: str) -> list[bytes]:
        """The same under every listed key, newest first: for finding what an older key has written."""
        return [self._hmac(key_id, parts) for key_id in self.masters]

    def _hmac(self, key_id: str, parts: tuple[str, ...]) -> bytes:
        asked, known = self._latest[0]
        if asked == (key_id, parts):  # one text asks for its sender four times
            return known
        joined = b"".join(len(part := p.encode()).to_bytes(4, "big") + part for p in parts)
        found = hmac.digest(self.derived(Purpose.LOOKUP, key_id), joined, "sha256")
        self._latest[0] = (key_id, parts), found
        return found

    def _cipher(self, key_id: str, purpose: Purpose) -> AESGCM:
        place = (key_id, purpose)
        if place not in self._ciphers:
            self._ciphers[place] = AESGCM(self.derived(purpose, key_id))
        return self._ciphers[place]


def key_of(sealed: bytes) -> str:
    """The id of the master key that sealed this, as it stands in its first bytes."""
    return sealed[1 : 1 + sealed[0]].decode("utf-8", "replace") if sealed else ""


class _InForce:
    """The keyring of this process; column types have no other way to reach it."""

    keyring: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Make `keyring` the one with which this process seals and opens its columns."""
    _InForce.keyring = keyring


def keyring() -> Keyring:
    """The keyring in force; LookupError when `use` has not been called."""
    if _InForce.keyring is None:
        raise LookupError("no keyring in force: storage.database.connect installs it")
    return _InForce.keyring


def opened(purpose: Purpose, held: bytes | None) -> str:
    """The text in `held`; "" where there is none, or none that a listed key opens."""
    try:
        return unsealed(purpose, held or None) or ""
    except SealBroken:
        return ""


def sealed(purpose: Purpose, plain: str | None) -> bytes | None:
    """What a sealed column holds of `plain`, with the keyring in force; None stays None."""
    return (
        None if plain is None else keyring().seal(purpose, plain.encode("utf-8", "surrogatepass"))
    )


def unsealed(purpose: Purpose, held: bytes | None) -> str | None:
    """The text of a sealed column; None stays None. Raises SealBroken."""
    return None if held is None else keyring().open(purpose, held).decode("utf-8", "surrogatepass")


class _Sealed(TypeDecorator[str]):
    """Text in Python, AES-GCM bytes in the database."""

    impl = LargeBinary
    cache_ok = True
    purpose: Purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return sealed(self.purpose, value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return unsealed(self.purpose, value)


class Words(_Sealed):
    """A column that can hold a person's words."""

    cache_ok = True
    purpose = Purpose.WORDS


class Address(_Sealed):
    """A column that holds a number, a chat id or an e-mail address of a person."""

    cache_ok = True
    purpose = Purpose.ADDRESS
