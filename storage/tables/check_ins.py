"""Carers who have agreed to be asked again how things are, and when the next text is due."""

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import CHANNELS, Base, Key, Moment, one_of

ENDINGS = ("all_sent", "declined", "stopped", "erased")


class CheckIn(Base):
    """One agreement: it is for a few texts, and ends by itself.

    script, script_version: whose question they agreed to; approvals name its wording.
    due_at: when the next text is due. sent: so many have been written.
    ended_why: all_sent (a new yes is a new agreement), declined, stopped (STOP), erased.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("ended_why", ENDINGS),
        Index(
            "uq_check_ins_open",
            "person_id",
            "our_address",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_check_ins_due", "due_at", postgresql_where=text("ended_at IS NULL")),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoints.id"))
    channel: Mapped[str]
    our_address: Mapped[str]
    language: Mapped[str]
    script: Mapped[str]
    script_version: Mapped[int]
    agreed_at: Mapped[Moment]
    every_weeks: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[Moment]
    sent: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    ended_at: Mapped[Moment | None]
    ended_why: Mapped[str | None]
