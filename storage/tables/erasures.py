"""Wishes to be deleted, and the texts that a provider may bring again after that."""

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment, one_of

WAITS_FOR = ("alert", "case", "hold", "step", "key")


class Erasure(Base):
    """All that one person told one provider up to `asked_at` is to go, at `due_at` or as soon as it may.

    person_id: null once nothing of them is left. account_id: the member of staff who asked for it;
    null where the person did, by text. look_at: when it is looked at next.
    waits_for: why some of it is still there: an open alert or case, a hold, a text that could not be
    stepped yet, a key that is not listed. texts, letters, comments: how many have gone so far.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        one_of("waits_for", WAITS_FOR),
        Index("ix_erasures_look_at", "look_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_erasures_person_id", "person_id"),
        Index("ix_erasures_provider_id_asked_at", "provider_id", "asked_at"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[Moment]
    due_at: Mapped[Moment]
    look_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    waits_for: Mapped[str | None]
    texts: Mapped[int] = mapped_column(server_default=text("0"))
    letters: Mapped[int] = mapped_column(server_default=text("0"))
    comments: Mapped[int] = mapped_column(server_default=text("0"))


class ErasedText(Base):
    """A text that has been erased: should its provider bring it again, it is not kept again.

    key: HMAC(channel, account, the provider's id of it). key_ids: as of a person.
    """

    __tablename__ = "erased_texts"
    __table_args__ = (Index("ix_erased_texts_at", "at"),)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    key_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    at: Mapped[Moment]
