"""PostgreSQL refuses to be root: root runs it all the same, in a private folder 120 characters deep.

The tests that need root are left out elsewhere; on a developer's machine the whole rest of the
suite is the test of the ordinary user.
"""

import functools
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded import EmbeddedError, copies, privilege
from runtime.embedded.postgres import _programs

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can test what root does")
NOBODY = pwd.getpwnam("nobody")
BECOME_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY.pw_uid}",
    f"--regid={NOBODY.pw_gid}",
    "--clear-groups",
)
# Where Python itself lies in root's private home, nobody needs this to read it, and nothing else.
MAY_READ = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
# What Docker leaves to root, as far as it matters here.
RIGHTS_IN_A_CONTAINER = (
    "setpriv",
    "--bounding-set=-all,+chown,+dac_override,+fowner,+kill,+setgid,+setuid,+setpcap",
    "--",
)


@pytest.fixture
def deep() -> Iterator[Path]:
    """A private folder with a path of more than 120 characters, below a private folder."""
    with tempfile.TemporaryDirectory(prefix="private-") as private:
        folder = Path(private) / ("a-folder-with-a-long-name-" * 4) / "clone" / "var"
        folder.mkdir(parents=True, mode=0o700)
        assert len(str(folder)) > 120
        yield folder


@pytest.fixture
def no_namespaces(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """As containers have it: `unshare` is there and is refused."""
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    refusing.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        yield patch


def serve(data_dir: Path, prefix: Sequence[str] = ()) -> dict[str, Any]:
    """Run the child once on `data_dir`, let it end in order, and return what it told."""
    command = [*prefix, sys.executable, "-m", "tests.runtime.embedded_child", str(data_dir)]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@AS_ROOT
def test_root_runs_it_in_place_and_the_files_stay_roots(deep: Path) -> None:
    said = serve(deep)
    assert said["data_directory"] == str(deep / "postgres")
    assert {path.stat().st_uid for path in deep.rglob("*")} == {0}
    assert deep.parents[2].stat().st_mode & 0o777 == 0o700, "a folder above it was opened"


@AS_ROOT
def test_where_namespaces_are_refused_root_hands_it_to_nobody_in_place(
    deep: Path, no_namespaces: pytest.MonkeyPatch
) -> None:
    said = serve(deep, RIGHTS_IN_A_CONTAINER)
    assert said["data_directory"] == str(deep / "postgres")
    assert (deep / "postgres" / "PG_VERSION").stat().st_uid == NOBODY.pw_uid
    assert deep.stat().st_uid == 0
    assert deep.parents[2].stat().st_mode & 0o777 == 0o700, "a folder above it was opened"
    assert serve(deep)["count"] == 2, "and outside a container, where root may do more"
    no_namespaces.undo()
    assert serve(deep)["count"] == 3, "and the same data serve when namespaces are had again"
    assert {path.stat().st_uid for path in deep.rglob("*")} == {0}


@AS_ROOT
@pytest.mark.usefixtures("no_namespaces")
def test_programs_in_a_private_folder_are_copied_to_where_nobody_reaches_them(
    deep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = copies.WHERE.exists()
    package = _programs(deep).parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, deep / part.name, ignore=shutil.ignore_patterns("pginstall"))
    monkeypatch.setenv("PYTHONPATH", str(deep))
    try:
        said = serve(deep / "data")
        assert said["data_directory"] == str(deep / "data" / "postgres")
        assert serve(deep / "data")["count"] == 2
        assert list(copies.WHERE.glob("*/*/*/bin/initdb"))
    finally:
        if not there:
            shutil.rmtree(copies.WHERE)


@AS_ROOT
def test_root_that_can_become_nobody_else_is_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(EmbeddedError, match="ordinary user, or set HEARBACK_DATABASE_URL"):
        privilege.run_as(Path("/bin"), tmp_path)


@AS_ROOT
def test_an_ordinary_user_runs_it_in_a_folder_of_their_own(deep: Path) -> None:
    top = deep.parents[2]
    for path in (top, *top.rglob("*")):
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    said = serve(deep, as_nobody())
    assert said["uid"] == NOBODY.pw_uid
    assert {path.stat().st_uid for path in deep.rglob("*")} == {NOBODY.pw_uid}


@AS_ROOT
def test_an_ordinary_user_is_told_when_the_folder_is_not_theirs(deep: Path) -> None:
    command = [*as_nobody(), sys.executable, "-m", "tests.runtime.embedded_child", str(deep)]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "EmbeddedError: The data folder cannot be used: Permission denied" in done.stderr
    assert "Set HEARBACK_DATA_DIR to a folder that this user may write." in done.stderr


@functools.cache
def as_nobody() -> tuple[str, ...]:
    """The words that make nobody of us, with no more rights than Python's own place demands."""
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is missing: the ordinary user is not tested here")
    for prefix in ((*BECOME_NOBODY, "--"), (*BECOME_NOBODY, *MAY_READ, "--")):
        command = [*prefix, sys.executable, "-c", "import runtime.embedded"]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return prefix
    pytest.skip("nobody cannot read this Python: the ordinary user is not tested here")
