"""What every flow of a process needs at hand: the database, and places looked up lately."""

import time
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from sqlalchemy import Connection, Engine

from bot.dialogue.script import Script
from flows import scripts
from runtime import jobs
from runtime.jobs import Bell, Ringer
from runtime.settings import Settings
from storage import services
from storage.services import Line, Place
from storage.spool import Spool

PLACES_SECONDS = 15.0


@dataclass(frozen=True)
class House:
    """One a process, made at its start, handed to every flow.

    Lines and touchpoints change by the month and are asked for with every text, so a look-up is
    remembered for 15 seconds; nothing that a person said is ever remembered here.
    demo: whether this is the demo, where made-up approvals count.
    """

    engine: Engine
    demo: bool = False
    _places: dict[tuple[str, ...], tuple[float, Any]] = field(default_factory=dict, repr=False)

    def line(self, connection: Connection, channel: str, address: str) -> Line | None:
        """The line that answers `address`, or None when it is none of ours."""
        found = self._remembered(("line", channel, address))
        if found is None:
            found = services.line(connection, channel, address)
            self._remember(("line", channel, address), found)
        return found  # type: ignore[no-any-return]

    def touchpoint(self, connection: Connection, code: str) -> Place | None:
        """The open touchpoint with this code, whatever its case."""
        wanted = code.strip().upper()
        found = self._remembered(("touchpoint", wanted))
        if found is None:
            found = services.touchpoint(connection, wanted)
            self._remember(("touchpoint", wanted), found)
        return found  # type: ignore[no-any-return]

    def place_of(self, connection: Connection, touchpoint_id: int) -> Place:
        """The touchpoint of a conversation under way."""
        key = ("id", str(touchpoint_id))
        found = self._remembered(key)
        if found is None:
            found = services.touchpoint_by_id(connection, touchpoint_id)
            self._remember(key, found)
        return found  # type: ignore[no-any-return]

    def live_script(self, connection: Connection, place: Place) -> Script:
        """The script that may be asked at that place now, else the one that asks nothing."""
        key = ("live", str(place.provider_id), place.script)
        found = self._remembered(key)
        if found is None:
            found = scripts.live(connection, place.provider_id, place.script, demo=self.demo)
            self._remember(key, found)
        return found  # type: ignore[no-any-return]

    def script_of(
        self, connection: Connection, provider_id: int, name: str, version: int
    ) -> Script:
        """The version of a script that a conversation under way began with."""
        key = ("script", str(provider_id), name, str(version))
        found = self._remembered(key)
        if found is None:
            found = scripts.of_version(connection, provider_id, name, version)
            self._remember(key, found)
        return found  # type: ignore[no-any-return]

    def speaking(self, connection: Connection, place: Place, name: str, version: int) -> Script:
        """The same version, speaking for that place."""
        key = ("speaking", str(place.touchpoint_id), name, str(version))
        found = self._remembered(key)
        if found is None:
            script = self.script_of(connection, place.provider_id, name, version)
            found = script.bound(scripts.details_of(place))
            self._remember(key, found)
        return found  # type: ignore[no-any-return]

    def _remembered(self, key: tuple[str, ...]) -> Any:
        until, found = self._places.get(key, (0.0, None))
        return found if until > time.monotonic() else None

    def _remember(self, key: tuple[str, ...], found: Any) -> None:
        if found is not None:
            self._places[key] = (time.monotonic() + PLACES_SECONDS, found)


@dataclass(frozen=True)
class Door:
    """What the doors of a web process have at hand, beside the house itself."""

    settings: Settings
    house: House
    redis: Redis
    spool: Spool
    ringer: Ringer | None = None
    """None where bells are rung at once: in tools and tests."""

    def ring(self, *bells: Bell) -> None:
        """Ring what is due after a commit."""
        if self.ringer is None:
            jobs.ring(self.redis, *bells)
        else:
            self.ringer.ring(*bells)
