"""`hearback scripts load | approve | veto | list`: a provider's own scripts, and what people said of them.

Each command is one transaction, and says what came of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot import library
from flows import scripts
from hearback.scripts import ScriptsRefused, faults
from runtime import clock
from runtime.settings import Settings
from storage import database, rulebooks, services
from storage.rulebooks import Judged
from storage.tables.staff import STAFF_ROLES

Out = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a text: an approval, or with a reason a veto."""

    person: str
    role: str
    digest: str
    reason: str = ""


def load(given: Settings, path: Path, provider: str, author: str, out: Out) -> None:
    """Keep the file's script as a version. Raises ValueError with every fault; nothing changes then."""
    if found := list(faults(path)):
        raise ScriptsRefused("\n".join(found))
    with _at(given, provider) as (connection, provider_id):
        text = path.read_text(encoding="utf-8")
        script = scripts.load(connection, provider_id, text, path.name, author, clock.now())
    out(f"{script.name} {script.version} waits for its approvals; SHA-256 {script.digest}")


def judge(given: Settings, name: str, provider: str, said: Said, out: Out) -> None:
    """Write it, and say whether the script is used now. Raises ValueError."""
    if said.role not in STAFF_ROLES:
        raise ScriptsRefused(
            f"role {said.role!r} is unknown; choose one of {', '.join(STAFF_ROLES)}"
        )
    judged = Judged(
        said.person, said.role, said.digest, not said.reason, said.reason, given.demo, clock.now()
    )
    with _at(given, provider) as (connection, provider_id):
        scripts.judge(connection, provider_id, name, judged)
        for line in _standing(connection, provider_id, name, demo=given.demo):
            out(line)


def listed(given: Settings, provider: str, out: Out) -> None:
    """A line for each version of each script. Raises ValueError."""
    with _at(given, provider) as (connection, provider_id):
        own = rulebooks.names(connection, provider_id, rulebooks.SCRIPT)
        for name in sorted({*own, *library.names()} - {scripts.LISTENING}):
            for line in _standing(connection, provider_id, name, demo=given.demo):
                out(line)


def _standing(connection: Connection, provider_id: int, name: str, *, demo: bool) -> Iterator[str]:
    used = scripts.live(connection, provider_id, name, demo=demo)
    for each in scripts.candidates(connection, provider_id, name):
        script = each.script
        in_use = (used.digest, used.version) == (script.digest, script.version)
        state = "used" if in_use else each.missing(demo) or "an earlier version"
        yield f"{script.name} {script.version}: {state}; SHA-256 {script.digest}"


@contextmanager
def _at(given: Settings, provider: str) -> Iterator[tuple[Connection, int]]:
    """A transaction at that provider, its id beside it."""
    engine = database.connect(given, 1)
    try:
        with engine.begin() as connection:
            provider_id = services.provider_by_code(connection, provider)
            if provider_id is None:
                raise ScriptsRefused(f"there is no provider with the code {provider!r}")
            yield connection, provider_id
    finally:
        engine.dispose()
