"""What every table shares: names of constraints, keys, moments, and closed sets as checked text."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

RATINGS = ("very_good", "good", "neither", "poor", "very_poor", "dont_know")
ROLES = ("patient", "carer", "patient_and_carer", "family", "staff")
PURPOSES = ("experience", "carer", "bereaved", "staff", "check_in", "story")
CHANNELS = ("sms", "whatsapp", "telegram", "web")

Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """All tables. Constraint names are fixed so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A check that `column` is null or one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
