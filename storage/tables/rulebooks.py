"""A provider's own scripts and rules, as versions of a text, and what people said of each."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment, one_of

KINDS = ("script",)


class Rulebook(Base):
    """One version of one text, whole, never changed. digest: the SHA-256 that approvals name.

    live_from: since when it may be used; null while approvals are missing, or somebody stopped it.
    """

    __tablename__ = "rulebooks"
    __table_args__ = (
        UniqueConstraint("provider_id", "kind", "name", "version"),
        one_of("kind", KINDS),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    digest: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[Moment]
    live_from: Mapped[Moment | None]


class Verdict(Base):
    """An approval or a veto of a text by one person; the last one of each person counts.

    demo: given in the demo by made-up people, and refused anywhere else.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_rulebook_id", "rulebook_id"),)
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    rulebook_id: Mapped[int] = mapped_column(ForeignKey("rulebooks.id", ondelete="CASCADE"))
    name: Mapped[str]
    role: Mapped[str]
    digest: Mapped[str]
    approved: Mapped[bool]
    reason: Mapped[str]
    demo: Mapped[bool]
    at: Mapped[Moment]
