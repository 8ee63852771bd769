"""Letters to staff: the debt that somebody must be told."""

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment, one_of

MAIL_KINDS = (
    "alert_now",
    "alert_today",
    "alert_again",
    "not_reached",
    "escalated",
    "call",
    "check_in",
)
MAIL_STATES = ("queued", "sending", "sent", "failed", "unconfirmed")


class Mail(Base):
    """One letter to one member of staff. It has no words of its own: they are made from its kind.

    key: what it is about and for whom; there is one letter a key, whoever asks for it again.
    unconfirmed: nobody knows whether it left; it is never sent again, and an operator sees it.
    """

    __tablename__ = "mails"
    __table_args__ = (
        one_of("kind", MAIL_KINDS),
        one_of("state", MAIL_STATES),
        Index("ix_mails_due", "due_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index("ix_mails_alert_id", "alert_id"),
        Index("ix_mails_provider_id_id", "provider_id", "id"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    alert_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    error_code: Mapped[str | None]
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    changed_at: Mapped[Moment]
