"""The separate consents of a person, each with its time and the script whose wording they answered."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from storage.tables import Consent

RING_ME, STORY = "ring_me", "story"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to one of the consents, or its withdrawal."""

    provider_id: int
    person_id: int
    kind: str
    given: bool
    script: str
    script_version: int
    at: datetime


def keep(connection: Connection, answer: Given) -> None:
    """The last answer stands."""
    row = insert(Consent).values(**asdict(answer))
    changed = {name: row.excluded[name] for name in ("given", "at", "script", "script_version")}
    connection.execute(
        row.on_conflict_do_update(index_elements=["person_id", "kind"], set_=changed)
    )
