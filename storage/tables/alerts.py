"""What needs people now: alerts, and the texts that belong to each."""

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import Address, Words
from storage.tables.base import CHANNELS, Base, Key, Moment, one_of
from storage.tables.rota import DUTIES

ALERT_KINDS = ("crisis", "abuse", "safety", "complaint", "check_in", "contact")
TIERS = ("now", "today")
DECISIONS = ("released", "kept")
DEEDS = ("released", "kept", "escalated", "closed")
PLACES = ("before", "raised", "after")


class Alert(Base):
    """Words that people must read: at once (tier `now`) or the same day (`today`).

    It stands on its own: its words and the address are sealed copies, so that an erasure, which
    may not touch an open alert, need not know of it. One open alert a conversation.

    rule, rules_version: what found the words, and which edition of the rules it was.
    reply: the kind of our answer to them, null where none was due.
    allegation: words of harm that speak of people who work in care.
    stopped: the person has said STOP, in this text or before: nothing else of ours reaches them.
    version: moves with every text and every deed, so that nobody decides on what they have not seen.
    decision: whether the service's staff may read the comment, redacted; null: not decided.
    escalated_to: the duty that somebody has passed it on to.
    unreached_at: since when we know that our answer did not arrive.
    tell_at: somebody must be told, not before this moment; null: nobody need be.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("kind", ALERT_KINDS),
        one_of("tier", TIERS),
        one_of("decision", DECISIONS),
        one_of("escalated_to", DUTIES),
        Index(
            "uq_alerts_open",
            "conversation_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_alerts_conversation_id", "conversation_id"),
        Index("ix_alerts_provider_id_raised_at", "provider_id", "raised_at"),
        Index("ix_alerts_to_tell", "tell_at", postgresql_where=text("tell_at IS NOT NULL")),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    conversation_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger, index=True)
    response_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    channel: Mapped[str]
    address: Mapped[str | None] = mapped_column(Address)
    kind: Mapped[str]
    tier: Mapped[str]
    rule: Mapped[str]
    rules_version: Mapped[str]
    reply: Mapped[str | None]
    allegation: Mapped[bool]
    language: Mapped[str | None]
    stopped: Mapped[bool]
    version: Mapped[int] = mapped_column(server_default=text("0"))
    decision: Mapped[str | None]
    escalated_to: Mapped[str | None]
    raised_at: Mapped[Moment]
    heard_at: Mapped[Moment]
    tell_at: Mapped[Moment | None]
    told_at: Mapped[Moment | None]
    unreached_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]


class AlertText(Base):
    """What the person said: before (one row, all words so far), the text that raised the alert, after.

    contact: this text asks to be rung or complains.
    """

    __tablename__ = "alert_texts"
    __table_args__ = (
        one_of("place", PLACES),
        UniqueConstraint("alert_id", "inbox_id"),
        Index("ix_alert_texts_inbox_id", "inbox_id"),
    )
    id: Mapped[Key]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    inbox_id: Mapped[int | None] = mapped_column(BigInteger)
    place: Mapped[str]
    contact: Mapped[bool]
    words: Mapped[str | None] = mapped_column(Words)
    at: Mapped[Moment]


class AlertDeed(Base):
    """What a named person did about an alert, and why. reason: sealed, it may speak of the person."""

    __tablename__ = "alert_deeds"
    __table_args__ = (one_of("deed", DEEDS), Index("ix_alert_deeds_alert_id", "alert_id"))
    id: Mapped[Key]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    deed: Mapped[str]
    reason: Mapped[str | None] = mapped_column(Words)
    at: Mapped[Moment]


class GlassBreak(Base):
    """An address that was revealed: to whom, when, and for what typed reason. It outlives its alert.

    Written by the function that reveals it; no other way leads to an alert's address.
    """

    __tablename__ = "glass_breaks"
    __table_args__ = (Index("ix_glass_breaks_provider_id_at", "provider_id", "at"),)
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    alert_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    by_call: Mapped[bool]
    reason: Mapped[str] = mapped_column(Words)
    at: Mapped[Moment]
