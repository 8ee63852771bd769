"""Why something must not be deleted for now."""

import datetime as dt

from sqlalchemy import BigInteger, Date, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import Words
from storage.tables.base import Base, Key, Moment, one_of

KINDS = ("complaint", "story", "legal", "inquiry")


class Hold(Base):
    """Nothing of this person, or of anybody at the provider, is deleted until it is lifted.

    person_id: null where it is for everybody (a public inquiry). sender: as the inbox knows them.
    account_id: who answers for it. review_on: by when somebody must ask whether it is still needed.
    reason: sealed, it may speak of the person.
    """

    __tablename__ = "holds"
    __table_args__ = (
        one_of("kind", KINDS),
        Index(
            "ix_holds_standing",
            "provider_id",
            "person_id",
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    sender: Mapped[bytes | None] = mapped_column(LargeBinary)
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(Words)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_on: Mapped[dt.date] = mapped_column(Date)
    placed_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
