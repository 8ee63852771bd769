"""What people told us: responses, their comments, and what they agreed to."""

import datetime as dt

from sqlalchemy import BigInteger, Date, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import Words
from storage.tables.base import CHANNELS, PURPOSES, RATINGS, ROLES, Base, Key, Moment, one_of

CONCERNS = ("crisis", "abuse", "safety")
MODES = ("sms", "online", "tablet_kiosk", "paper", "telephone", "other")
VIEWS = ("patients_view", "own_view")
CONSENTS = ("texts", "ring_me", "story")


class Response(Base):
    """One answer of one respondent about one touchpoint: one a conversation.

    day: the London day of the first answer; a correction keeps it. The bands are copied from the
    invitation; null means that nobody said. mode: how the FFT return counts the way it came.
    purpose: what its script is for; only `experience` counts as the Friends and Family Test.
    """

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("conversation_id"),
        one_of("rating", RATINGS),
        one_of("role", ROLES),
        one_of("channel", CHANNELS),
        one_of("mode", MODES),
        one_of("view", VIEWS),
        one_of("purpose", PURPOSES),
        Index("ix_responses_service_id_day", "service_id", "day"),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoints.id"))
    conversation_id: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str | None]
    mode: Mapped[str]
    source: Mapped[str]
    purpose: Mapped[str] = mapped_column(server_default=text("'experience'"))
    solicited: Mapped[bool]
    rating: Mapped[str | None]
    role: Mapped[str | None]
    view: Mapped[str | None]
    language: Mapped[str | None]
    script: Mapped[str | None]
    script_version: Mapped[int | None]
    day: Mapped[dt.date] = mapped_column(Date)
    first_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    imd_quintile: Mapped[int | None] = mapped_column(SmallInteger)
    ethnicity: Mapped[str | None]
    age_band: Mapped[str | None]
    sex: Mapped[str | None]


class Comment(Base):
    """A response's own words to one question.

    words: sealed, as typed. redacted: what staff read; null until `understand` has run.
    held: a concern was seen in it; it is nowhere but the triage queue until a person releases it.
    purpose: its response's; staff lists leave out what other people must read, or nobody yet.
    """

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("response_id", "question"),
        one_of("concern", CONCERNS),
        one_of("purpose", PURPOSES),
        Index("ix_comments_service_id_id", "service_id", "id"),
        Index("ix_comments_to_read", "id", postgresql_where=text("redacted IS NULL")),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(server_default=text("'experience'"))
    question: Mapped[str]
    words: Mapped[str | None] = mapped_column(Words)
    redacted: Mapped[str | None]
    redaction_version: Mapped[int | None] = mapped_column(SmallInteger)
    held: Mapped[bool] = mapped_column(server_default=text("false"))
    concern: Mapped[str | None]
    day: Mapped[dt.date] = mapped_column(Date)
    created_at: Mapped[Moment]


class Answer(Base):
    """A response's answer to a question of its script's own; several codes where several may be
    given (feelings). Codes only: what was said beside them is a comment."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_service_id_question", "service_id", "question"),)
    response_id: Mapped[int] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))


class Consent(Base):
    """One of the three separate consents, as last given or withdrawn by a person.

    script, script_version: whose question they answered; approvals name its wording. Null: not noted.
    """

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("person_id", "kind"), one_of("kind", CONSENTS))
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str]
    given: Mapped[bool]
    at: Mapped[Moment]
    script: Mapped[str | None]
    script_version: Mapped[int | None]
