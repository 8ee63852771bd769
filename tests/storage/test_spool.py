"""The spool: a text that is on disk is whole, sealed, and goes only when the database has it."""

from pathlib import Path

import pytest

from storage import crypto
from storage.spool import Spool, SpoolRefused
from tests.conftest import SECRET_KEY
from tests.places import MOMENT


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    crypto.use(crypto.Keyring.parse(SECRET_KEY))
    made = Spool(tmp_path / "spool")
    made.check()
    return made


def test_what_is_added_is_read_back_in_order(spool: Spool) -> None:
    for words in ("first", "second", "third"):
        spool.add(words, MOMENT)
    assert sorted(spool.read(path)[1] for path in spool.waiting()) == ["first", "second", "third"]
    assert {spool.read(path)[0] for path in spool.waiting()} == {MOMENT}


def test_words_are_sealed_on_disk(spool: Spool) -> None:
    spool.add("canary words", MOMENT)
    assert all(b"canary" not in path.read_bytes() for path in spool.folder.iterdir())


def test_half_a_file_is_not_there(spool: Spool) -> None:
    (spool.folder / ".20260302T120000000000-halfway").write_bytes(b"half")
    assert spool.waiting() == []


def test_a_damaged_file_is_set_aside_not_lost(spool: Spool) -> None:
    spool.add("words", MOMENT)
    (path,) = spool.waiting()
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(crypto.SealBroken):
        spool.read(path)
    spool.set_aside(path)
    assert spool.waiting() == []
    assert [each.suffix for each in spool.folder.glob("*.damaged")] == [".damaged"]


def test_one_drainer_a_folder(spool: Spool) -> None:
    with spool.drained_alone() as first, Spool(spool.folder).drained_alone() as second:
        assert (first, second) == (True, False)
    with spool.drained_alone() as again:
        assert again


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolRefused, match="HEARBACK_DATA_DIR"):
        Spool(tmp_path / "file" / "spool").check()


def test_a_folder_that_cannot_sync_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_sync(_descriptor: int) -> None:
        raise OSError(22, "invented")

    monkeypatch.setattr("storage.spool.os.fsync", no_sync)
    with pytest.raises(SpoolRefused, match="EINVAL"):
        Spool(tmp_path / "spool").check()
