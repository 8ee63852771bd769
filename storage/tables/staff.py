"""Staff accounts, their open sign-ins, what each may see, and the audit of what was seen and done."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment, one_of

STAFF_ROLES = (
    "ward",
    "service_lead",
    "experience_lead",
    "safeguarding",
    "on_call",
    "patient_safety",
    "board",
    "lived_experience_partner",
    "icb_analyst",
    "data_protection_officer",
    "administrator",
)


class Account(Base):
    """A member of staff who can sign in. `session_epoch` + 1 signs them out everywhere."""

    __tablename__ = "accounts"
    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    session_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Moment]
    signed_in_at: Mapped[Moment | None]


class Session(Base):
    """An open sign-in. token: SHA-256 of what the cookie holds. epoch: the account's, at that time."""

    __tablename__ = "sessions"
    token: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    epoch: Mapped[int]
    began_at: Mapped[Moment]
    seen_at: Mapped[Moment]


class Grant(Base):
    """A role at a provider, a site or a service (null: all of the provider's)."""

    __tablename__ = "grants"
    __table_args__ = (
        UniqueConstraint(
            "account_id",
            "provider_id",
            "role",
            "site_id",
            "service_id",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("role", STAFF_ROLES),
    )
    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    role: Mapped[str]


class Audit(Base):
    """Who did or looked at what, when. `detail` holds codes and counts, never a person's words."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_provider_id_at", "provider_id", "at"),)
    id: Mapped[Key]
    at: Mapped[Moment]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    provider_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
