"""A small invented provider for tests: one site, two services, their touchpoints and lines."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, insert, update

from bot import library
from bot.dialogue.script import Script
from storage import rulebooks
from storage.rulebooks import Judged
from storage.tables import Base, Number, Provider, Service, Site, Touchpoint

MOMENT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DETAILS = {
    "pals_number": "01632 960123",
    "pals_days": "Mon to Fri",
    "pals_hours": "9 to 5",
    "carers_number": "01632 960321",
    "ward_number": "01632 960999",
    "replies_free": True,
    "drafts": True,
    "feedback_paper": "Ask any of us for a form.",
    "chats": ["telegram", "whatsapp"],
}


@dataclass(frozen=True)
class Seeded:
    """The ids and addresses of what `seed` has made."""

    provider_id: int
    ward_id: int
    clinic_id: int
    ward_touchpoint: int
    clinic_touchpoint: int
    number: str
    ward_code: str
    clinic_code: str


def seed(
    connection: Connection,
    code: str = "seaview",
    number: str = "+441632960100",
    bot: str = "123456",
    live_at: datetime | None = MOMENT,
) -> Seeded:
    """Write a live provider with a ward (code + "1") and a clinic (code + "2"), an SMS line and a bot."""
    _shipped("inpatient")  # read before the transaction has begun: it may take seconds
    letters = code.upper()
    provider = _one(connection, Provider, code=code, name=f"{code.title()} Trust", details=DETAILS,
                    live_at=live_at, created_at=MOMENT)  # fmt: skip
    site = _one(connection, Site, provider_id=provider, code="S1", name="Main site")
    ward, clinic = (
        _one(connection, Service, provider_id=provider, site_id=site, code=name, name=name.title(),
             setting=setting, script="inpatient")
        for name, setting in (("ward", "inpatient"), ("clinic", "outpatient"))
    )  # fmt: skip
    first, second = (
        _one(connection, Touchpoint, provider_id=provider, service_id=service,
             code=f"{letters}{place}", name="Discharge", stage="discharge")
        for place, service in enumerate((ward, clinic), start=1)
    )  # fmt: skip
    approve(connection, provider, "inpatient")
    for channel, address in (("sms", number), ("telegram", bot)):
        _one(connection, Number, provider_id=provider, touchpoint_id=first,
             channel=channel, address=address, reply_cost="free",
             carrier_answers_stop=False, carrier_answers_help=False)  # fmt: skip
    return Seeded(provider, ward, clinic, first, second, number, f"{letters}1", f"{letters}2")


@cache
def _shipped(name: str) -> tuple[str, Script]:
    return library.whole_text(library.shipped_text(name), name), library.script(name)


def approve(connection: Connection, provider_id: int, name: str) -> int:
    """Two invented people approve the shipped script for that provider; returns its rulebook's id."""
    text, script = _shipped(name)
    rulebook_id = rulebooks.add(
        connection, provider_id, rulebooks.SCRIPT, name, script.version, text, script.digest,
        "Robin Lead", MOMENT,
    )  # fmt: skip
    for person, role in (
        ("Kim Partner", "lived_experience_partner"),
        ("Robin Lead", "experience_lead"),
    ):
        said = Judged(person, role, script.digest, approved=True, reason="", demo=False, at=MOMENT)
        rulebooks.judge(connection, provider_id, rulebook_id, said)
    return rulebook_id


def also(connection: Connection, place: Seeded, code: str, script: str) -> int:
    """One more touchpoint on the ward, with an approved script of its own; returns its id."""
    approve(connection, place.provider_id, script)
    return _one(connection, Touchpoint, provider_id=place.provider_id, service_id=place.ward_id,
                code=code, name=script.title(), stage="living_with", script=script)  # fmt: skip


def switch_on(connection: Connection, place: Seeded, **details: object) -> None:
    """Add to what the provider says of itself."""
    changed = update(Provider).where(Provider.id == place.provider_id)
    connection.execute(changed.values(details={**DETAILS, **details}))


def _one(connection: Connection, table: type[Base], **values: object) -> int:
    made = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert made
    row_id: int = made[0]
    return row_id
