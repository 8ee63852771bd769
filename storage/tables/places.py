"""Providers, their sites, services and touchpoints, and the numbers that they answer."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import CHANNELS, Base, Key, Moment, one_of

SETTINGS = (
    "inpatient",
    "accident_and_emergency",
    "outpatient",
    "gp",
    "maternity_antenatal",
    "maternity_birth",
    "maternity_postnatal_ward",
    "maternity_postnatal_community",
    "community",
    "mental_health",
    "dental",
    "patient_transport",
)
REPLY_COSTS = ("free", "standard_rate")


class Provider(Base):
    """An NHS trust, practice or other provider: the tenant.

    details: what its texts say of it (display name, helpline and its hours, carers' service, ...).
    """

    __tablename__ = "providers"
    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    icb_code: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    live_at: Mapped[Moment | None]
    created_at: Mapped[Moment]


class Site(Base):
    """A place of a provider, with its national site code where it has one."""

    __tablename__ = "sites"
    __table_args__ = (UniqueConstraint("provider_id", "code"),)
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    code: Mapped[str]
    name: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


class Service(Base):
    """A ward, clinic or team: the unit that hears and can act. `setting` is the FFT setting."""

    __tablename__ = "services"
    __table_args__ = (UniqueConstraint("provider_id", "code"), one_of("setting", SETTINGS))
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    setting: Mapped[str]
    script: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    closed_at: Mapped[Moment | None]


class Touchpoint(Base):
    """A moment along the way through care at which a service can be told how it was.

    code: short, said on posters ("text WARD7 to ..."), unique in the installation, upper case.
    stage: access, booking, arrival, care, discharge, follow_up, living_with, end_of_life, ...
    script: its own (a carer's card on a ward), null: the service's.
    """

    __tablename__ = "touchpoints"
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    stage: Mapped[str]
    script: Mapped[str | None]
    closed_at: Mapped[Moment | None]


class Number(Base):
    """A number, bot or chat of ours: where a text arrives, and what it costs a person to write there."""

    __tablename__ = "numbers"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        one_of("channel", CHANNELS),
        one_of("reply_cost", REPLY_COSTS),
        Index("ix_numbers_provider_id", "provider_id"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoints.id"))
    channel: Mapped[str]
    address: Mapped[str]
    reply_cost: Mapped[str]
    carrier_answers_stop: Mapped[bool]
    carrier_answers_help: Mapped[bool]
