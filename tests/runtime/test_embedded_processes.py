"""Which processes count as ours: by name and mark, and also in the instant before they bear it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.embedded import processes

MARK = "hearback-of_this_test"


@contextmanager
def called(name: str, folder: Path, *words: str) -> Iterator[int]:
    """A harmless process that bears that name, with those words in its command line."""
    program = shutil.copy("/bin/sh", folder / name)
    command = [str(program), "-c", "read line", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.mark.parametrize("name", ["valkey-server", "setpriv", "unshare"])
def test_a_server_is_known_before_and_after_it_bears_its_name(tmp_path: Path, name: str) -> None:
    with called(name, tmp_path, "valkey-server", f"/tmp/{MARK}/valkey.sock") as pid:
        assert processes.marked(MARK, ("valkey-server",)) == [pid]


def test_one_server_about_to_start_is_never_taken_for_the_other(tmp_path: Path) -> None:
    with called("setpriv", tmp_path, "valkey-server", f"/tmp/{MARK}/valkey.sock"):
        assert processes.marked(MARK, ("postgres",)) == []


@pytest.mark.parametrize("name", ["psql", "tail"])
def test_a_stranger_who_names_our_folder_is_left_alone(tmp_path: Path, name: str) -> None:
    with called(name, tmp_path, "postgres", f"/tmp/{MARK}/.s.PGSQL.5432"):
        assert processes.end(MARK, ("postgres", "valkey-server")) == 0


def test_a_server_of_another_folder_is_left_alone(tmp_path: Path) -> None:
    with called("postgres", tmp_path, "postgres", "/tmp/hearback-another"):
        assert processes.end(MARK, ("postgres",)) == 0
