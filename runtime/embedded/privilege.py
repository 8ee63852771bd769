"""How PostgreSQL, which refuses to be root, is run by root on a folder that only root can reach.

The data are not copied and no folder is opened to others. Either the process is root's own, shown to
itself as another user in a user namespace; or, where the kernel or a container refuses namespaces,
it is that other user, with the one capability to reach its data through our private folders. Its
programs must then lie where that user can reach them without: a copy, where they do not.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from runtime.embedded import copies, processes
from runtime.embedded.errors import EmbeddedError

# Tried in this order: none is needed below world-readable folders, the second reads only, and
# the third is the one that containers leave to their root.
CAPABILITIES = ("", "dac_read_search", "dac_override")


@dataclass(frozen=True, slots=True)
class RunAs:
    """The words before a command, the user and group who must own the files it uses, and the folder
    of the programs that it can run."""

    prefix: tuple[str, ...]
    uid: int
    gid: int
    programs: Path

    def own(self, path: Path) -> None:
        """Give `path` and all below it to that user, unless it is theirs already."""
        if path.stat().st_uid == self.uid:
            return
        for each in [*path.rglob("*"), path]:
            os.chown(each, self.uid, self.gid, follow_symlinks=False)


def run_as(programs: Path, *folders: Path) -> RunAs:
    """How to run PostgreSQL so that it is not root and reaches private folders inside `folders`.

    For an ordinary user: plainly. Raises EmbeddedError if root cannot shed its rights here.
    """
    if os.geteuid() != 0:
        return RunAs((), os.geteuid(), os.getegid(), programs)
    for way in _ways(programs):
        if _works(way, folders):
            return way
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this system lets root become nobody else",
        folders[0],
        "Run as an ordinary user, or set HEARBACK_DATABASE_URL to a PostgreSQL of your own.",
    )


def _ways(programs: Path) -> Iterator[RunAs]:
    user = _ordinary_user()
    unshare, setpriv = shutil.which("unshare"), shutil.which("setpriv")
    if unshare:
        mapped = (f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}")
        yield RunAs((unshare, "--user", *mapped, "--"), 0, 0, programs)
    if setpriv:
        yield from _becoming(setpriv, user, programs)
        with suppress(OSError):
            yield from _becoming(setpriv, user, copies.copied(programs))


def _becoming(setpriv: str, user: pwd.struct_passwd, programs: Path) -> Iterator[RunAs]:
    become = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    for capability in CAPABILITIES:
        prefix = (setpriv, *become, *_keeping(capability), "--")
        yield RunAs(prefix, user.pw_uid, user.pw_gid, programs)


def _ordinary_user() -> pwd.struct_passwd:
    """PostgreSQL looks its user up by number, so it must be one that exists."""
    users = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    return users.get("nobody") or next(iter(users.values()))


def _keeping(capability: str) -> Sequence[str]:
    if not capability:
        return ()
    return (f"--inh-caps=-all,+{capability}", f"--ambient-caps=-all,+{capability}")


def _works(way: RunAs, folders: tuple[Path, ...]) -> bool:
    """Try it: initdb must find all that it would need (it says so without making anything), and be
    able to write in a private folder of its own in each folder."""
    script = '"$0" --show -D "$1" && for each in "$@"; do : > "$each/written" || exit 1; done'
    command = [*way.prefix, "/bin/sh", "-c", script, str(way.programs / "initdb")]
    try:
        with ExitStack() as undo:
            for folder in folders:
                probe = undo.enter_context(TemporaryDirectory(prefix="probe-", dir=folder))
                way.own(Path(probe))
                command.append(probe)
            tried = subprocess.run(
                command, env=processes.bare_environment(), capture_output=True, check=False
            )
    except OSError:
        return False
    return tried.returncode == 0
