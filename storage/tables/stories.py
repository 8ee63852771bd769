"""Stories that people have told, and who may read them."""

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Key, Moment, one_of

AUDIENCES = ("team", "board", "anyone", "no_one")


class Story(Base):
    """One story: its words are the comments of its response.

    audience: who may read it, by its teller's own answer; nobody, once it is withdrawn.
    script, script_version: whose question they answered; approvals name its wording.
    """

    __tablename__ = "stories"
    __table_args__ = (UniqueConstraint("response_id"), one_of("audience", AUDIENCES))
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    response_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("responses.id", ondelete="CASCADE")
    )
    audience: Mapped[str]
    script: Mapped[str]
    script_version: Mapped[int]
    agreed_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
