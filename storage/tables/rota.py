"""Who is on which duty when, and the one person who is told where nobody is."""

import datetime as dt

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment, one_of

DUTIES = ("on_call", "safeguarding", "safeguarding_lead", "patient_safety", "complaints", "carers")


class RotaShift(Base):
    """Somebody on a duty every week. weekdays: 1 Monday to 7 Sunday, in order; times are London's.

    A shift that ends at or before its beginning goes on past midnight.
    """

    __tablename__ = "rota_shifts"
    __table_args__ = (
        one_of("duty", DUTIES),
        UniqueConstraint("provider_id", "duty", "account_id", "weekdays", "begins", "ends"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    duty: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    begins: Mapped[dt.time]
    ends: Mapped[dt.time]


class RotaFallback(Base):
    """The named person of a provider who is told where a duty has nobody."""

    __tablename__ = "rota_fallbacks"
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    named_at: Mapped[Moment]
