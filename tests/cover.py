"""People on the rota of an invented provider, for tests."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy import Connection

from rules import rota as rules
from storage import accounts, rota
from storage.accounts import Granted
from tests.places import MOMENT, Seeded

WEEK = range(1, 8)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Covered:
    """The accounts on the rota. Each is on duty day and night."""

    on_call: int
    guard: int
    lead: int
    patients: int
    pals: int
    fallback: int

    @property
    def duties(self) -> dict[str, int]:
        """Duty -> who is on it."""
        return {
            rules.ON_CALL: self.on_call,
            rules.SAFEGUARDING: self.guard,
            rules.SAFEGUARDING_LEAD: self.lead,
            rules.PATIENT_SAFETY: self.patients,
            rules.COMPLAINTS: self.pals,
            rules.CARERS: self.pals,
        }


PEOPLE = (
    ("oncall", "Lee Night", "on_call"),
    ("guard", "Jo Guard", "safeguarding"),
    ("lead", "Ines Lead", "safeguarding"),
    ("patients", "Max Safer", "patient_safety"),
    ("pals", "Pat Pals", "experience_lead"),
    ("fallback", "Noor Deputy", "safeguarding"),
)


def address(name: str, place: Seeded) -> str:
    """The e-mail address of one of PEOPLE."""
    return f"{name}@{place.ward_code.lower()}.example"


def cover(connection: Connection, place: Seeded, password_hash: str | None = None) -> Covered:
    """Hire everybody of PEOPLE, put them on their duties, name the fallback."""
    ids = []
    for email, name, role in PEOPLE:
        account = accounts.add(connection, address(email, place), name, password_hash, MOMENT)
        accounts.grant(connection, account, Granted(role, place.provider_id))
        ids.append(account)
    made = Covered(*ids)
    for duty, account in made.duties.items():
        rota.add(connection, place.provider_id, duty, account, WEEK, MIDNIGHT, MIDNIGHT)
    rota.name_fallback(connection, place.provider_id, made.fallback, MOMENT)
    return made
