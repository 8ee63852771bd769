"""Keys and ciphers: what is sealed opens with any listed key, and with no other."""

import base64

import pytest

from storage.crypto import Keyring, Purpose, SealBroken


def _key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


OLD, NEW = f"a:{_key('a')}", f"b:{_key('b')}"


def test_what_is_sealed_opens() -> None:
    ring = Keyring.parse(OLD)
    sealed = ring.seal(Purpose.WORDS, "the nurse 🙂 سلام".encode())
    assert b"nurse" not in sealed
    assert ring.open(Purpose.WORDS, sealed).decode() == "the nurse 🙂 سلام"


def test_the_same_words_are_never_sealed_alike() -> None:
    ring = Keyring.parse(OLD)
    assert ring.seal(Purpose.WORDS, b"same") != ring.seal(Purpose.WORDS, b"same")


def test_an_older_key_still_opens_after_rotation() -> None:
    sealed = Keyring.parse(OLD).seal(Purpose.WORDS, b"words")
    assert Keyring.parse(f"{NEW},{OLD}").open(Purpose.WORDS, sealed) == b"words"


def test_a_removed_key_is_named_as_the_reason() -> None:
    sealed = Keyring.parse(OLD).seal(Purpose.WORDS, b"words")
    with pytest.raises(SealBroken, match="does not list"):
        Keyring.parse(NEW).open(Purpose.WORDS, sealed)


@pytest.mark.parametrize("spoil", [lambda s: s[:-1], lambda s: s[:-1] + b"x", lambda _: b""])
def test_changed_bytes_do_not_open(spoil: object) -> None:
    ring = Keyring.parse(OLD)
    sealed = ring.seal(Purpose.WORDS, b"words")
    with pytest.raises(SealBroken):
        ring.open(Purpose.WORDS, spoil(sealed))  # type: ignore[operator]


def test_no_key_serves_two_purposes() -> None:
    ring = Keyring.parse(OLD)
    assert len({ring.derived(purpose) for purpose in Purpose}) == len(Purpose)
    with pytest.raises(SealBroken):
        ring.open(Purpose.ADDRESS, ring.seal(Purpose.WORDS, b"words"))


def test_a_lookup_tells_parts_apart_and_tries_every_key() -> None:
    ring = Keyring.parse(f"{NEW},{OLD}")
    assert ring.lookup("ab", "c") != ring.lookup("a", "bc")
    assert ring.lookups("sms", "x") == [
        Keyring.parse(NEW).lookup("sms", "x"),
        Keyring.parse(OLD).lookup("sms", "x"),
    ]
