"""People who asked to be rung or who complained, and what came of it."""

import datetime as dt

from sqlalchemy import BigInteger, Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import Words
from storage.tables.base import Base, Key, Moment, one_of

KINDS = ("complaint", "contact", "check_in")
OUTCOMES = ("rung", "not_reached", "passed_on", "not_wanted", "read")


class Case(Base):
    """A wish to be rung, a complaint, or a carer for whom things are hard. One an alert.

    kind: a complaint is for PALS and the complaints team, a check-in for the carers' team.
    wants_call: their answer to "would you like us to ring you"; null: they have not answered.
    due_on: the London day by which somebody must have acted. note: what staff wrote, sealed.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("outcome", OUTCOMES),
        Index("ix_cases_conversation_id", "conversation_id"),
        Index("ix_cases_due", "provider_id", "due_on", postgresql_where=text("closed_at IS NULL")),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), unique=True)
    conversation_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(server_default=text("'complaint'"))
    wants_call: Mapped[bool | None]
    asked_at: Mapped[Moment]
    due_on: Mapped[dt.date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(server_default=text("0"))
    outcome: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(Words)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    closed_at: Mapped[Moment | None]
