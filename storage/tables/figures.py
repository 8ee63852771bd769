"""Daily counts of each service, one narrow table a view, and the days that must be counted again.

Counts are rebuilt from responses, never incremented. The day is Europe/London's.
"""

import datetime as dt

from sqlalchemy import BigInteger, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment


class _Daily:
    """What the narrow tables share."""

    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    responses: Mapped[int]


class DailyRating(_Daily, Base):
    """Responses with this rating. `rating` is "" where only words came."""

    __tablename__ = "daily_ratings"
    rating: Mapped[str] = mapped_column(primary_key=True)


class DailyRole(_Daily, Base):
    """Responses by who answered and their rating; "" where not said."""

    __tablename__ = "daily_roles"
    role: Mapped[str] = mapped_column(primary_key=True)
    rating: Mapped[str] = mapped_column(primary_key=True)


class DailyMode(_Daily, Base):
    """Responses by mode of collection and rating, as the monthly return counts them."""

    __tablename__ = "daily_modes"
    mode: Mapped[str] = mapped_column(primary_key=True)
    rating: Mapped[str] = mapped_column(primary_key=True)


class DirtyDay(Base):
    """A (service, day) whose counts no longer match its responses.

    Append-only: each text adds its own row, so two texts of one ward never wait for each other;
    `aggregate` takes many rows of one day together.
    """

    __tablename__ = "dirty_days"
    __table_args__ = (Index("ix_dirty_days_service_id_day", "service_id", "day"),)
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(BigInteger)
    service_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[dt.date] = mapped_column(Date)
    marked_at: Mapped[Moment]
