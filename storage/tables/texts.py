"""What travels: people, conversations, texts in, texts out, and opt-outs."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import Address, Words
from storage.tables.base import CHANNELS, Base, Key, Moment, one_of

INBOX_STATES = ("stepped", "to_step", "unknown_place")
OUTBOX_STATES = (
    "queued",
    "handed",
    "sending",
    "sent",
    "delivered",
    "failed",
    "refused",
    "unconfirmed",
)


class Person(Base):
    """One address at one provider. A number is not a person; it is all we know of one.

    key: HMAC(provider, channel, address). address: sealed, gone after erasure.
    key_ids: which master key made `key`; several where a row from before this was noted may be of any.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("key"), one_of("channel", CHANNELS))
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    channel: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    key_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    address: Mapped[str | None] = mapped_column(Address)
    seen_at: Mapped[Moment]


class OptOut(Base):
    """ "No more texts" for one address on one channel, for the whole installation.

    key: HMAC(channel, address). The row outlives the person's erasure.
    key_ids: as of a person; these keys may not leave HEARBACK_SECRET_KEY.
    """

    __tablename__ = "opt_outs"
    channel: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    key_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str]
    at: Mapped[Moment]


class Conversation(Base):
    """One open a person, channel and address of ours: its row lock is what keeps texts in order."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "uq_conversations_open",
            "person_id",
            "our_address",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoints.id"))
    our_address: Mapped[str]
    script: Mapped[str]
    script_version: Mapped[int]
    state: Mapped[str | None] = mapped_column(Words)
    texts: Mapped[int] = mapped_column(server_default=text("0"))
    started_at: Mapped[Moment]
    touched_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]


class Inbox(Base):
    """Every text that came, once.

    provider_ref is unique with channel and our own account or bot: a second arrival is SEEN.
    sender: HMAC(channel, address), for keeping one person's texts in order.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "provider_ref"),
        one_of("channel", CHANNELS),
        one_of("state", INBOX_STATES),
        Index("ix_inbox_to_step", "sender", "id", postgresql_where=text("state = 'to_step'")),
        Index("ix_inbox_sender", "sender", "id"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"))
    channel: Mapped[str]
    account: Mapped[str]
    provider_ref: Mapped[str]
    our_address: Mapped[str]
    sender: Mapped[bytes] = mapped_column(LargeBinary)
    letter: Mapped[str | None] = mapped_column(Words)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    received_at: Mapped[Moment]


class Outbox(Base):
    """Every text that goes out: the debt that a bell only reminds of.

    letter: sealed JSON of the words and their buttons. due_at: not before this moment.
    handed: rode back in the webhook's own response, waits for the provider's receipt.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("channel", CHANNELS),
        one_of("state", OUTBOX_STATES),
        Index("ix_outbox_due", "due_at", postgresql_where=text("state = 'queued'")),
        Index(
            "ix_outbox_waiting",
            "changed_at",
            postgresql_where=text("state IN ('handed', 'sending', 'unconfirmed')"),
        ),
        Index("ix_outbox_inbox_id", "inbox_id"),
        Index("ix_outbox_conversation_id", "conversation_id"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    conversation_id: Mapped[int | None] = mapped_column(BigInteger)
    inbox_id: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str]
    our_address: Mapped[str]
    to_address: Mapped[str | None] = mapped_column(Address)
    kind: Mapped[str]
    letter: Mapped[str | None] = mapped_column(Words)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    provider_ref: Mapped[str | None]
    error_code: Mapped[str | None]
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class Tick(Base):
    """The clock's memory: which scheduled moment has been rung, so that two clocks ring it once."""

    __tablename__ = "ticks"
    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[Moment] = mapped_column(primary_key=True)
    claimed_at: Mapped[Moment]
