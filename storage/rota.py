"""The rota: shifts, the named fallback, and who holds which role. Holds no word of a person."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Delete, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from rules.rota import LINE_MANAGEMENT
from storage.tables import Account, Grant, Provider, RotaFallback, RotaShift, Service


@dataclass(frozen=True, slots=True)
class ShiftSeen:
    """A shift with its owner. Only `active` accounts can be told of anything."""

    shift_id: int
    duty: str
    account_id: int
    name: str
    active: bool
    weekdays: tuple[int, ...]
    begins: dt.time
    ends: dt.time


@dataclass(frozen=True, slots=True)
class Holder:
    """A member of staff with the roles that they hold at one provider, wherever in it."""

    account_id: int
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProviderSeen:
    """A provider as its rota page needs it. live_at: since when texts are taken in, if they are."""

    provider_id: int
    code: str
    name: str
    live_at: datetime | None
    helpline: str


def providers(connection: Connection, provider_ids: Collection[int]) -> list[ProviderSeen]:
    """These providers, in the order of the alphabet."""
    helpline = func.coalesce(Provider.details["pals_number"].astext, "")
    query = select(Provider.id, Provider.code, Provider.name, Provider.live_at, helpline)
    rows = connection.execute(query.where(Provider.id.in_(provider_ids)).order_by(Provider.name))
    return [ProviderSeen(*row) for row in rows]


def shifts(connection: Connection, provider_id: int) -> list[ShiftSeen]:
    """Its shifts, as they were written."""
    query = (
        select(
            RotaShift.id,
            RotaShift.duty,
            RotaShift.account_id,
            Account.name,
            Account.active,
            RotaShift.weekdays,
            RotaShift.begins,
            RotaShift.ends,
        )
        .join(Account, Account.id == RotaShift.account_id)
        .where(RotaShift.provider_id == provider_id)
        .order_by(RotaShift.id)
    )
    return [
        ShiftSeen(*row[:5], tuple(row.weekdays), row.begins, row.ends)
        for row in connection.execute(query)
    ]


def fallback(connection: Connection, provider_id: int) -> int | None:
    """The account of the named fallback."""
    query = select(RotaFallback.account_id).where(RotaFallback.provider_id == provider_id)
    return connection.execute(query).scalar_one_or_none()


def on_rotas(connection: Connection, account_id: int) -> list[int]:
    """The providers on whose rota this account stands, on a duty or as fallback."""
    on_duty = select(RotaShift.provider_id).where(RotaShift.account_id == account_id)
    named = select(RotaFallback.provider_id).where(RotaFallback.account_id == account_id)
    return list(connection.execute(on_duty.union(named)).scalars())


def holders(connection: Connection, provider_id: int) -> list[Holder]:
    """Everybody active with a role at this provider, by name."""
    query = (
        select(Account.id, Account.name, func.array_agg(Grant.role))
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.provider_id == provider_id, Account.active)
        .group_by(Account.id, Account.name)
        .order_by(Account.name, Account.id)
    )
    return [Holder(row[0], row[1], frozenset(row[2])) for row in connection.execute(query)]


def managers(connection: Connection, service_id: int) -> list[int]:
    """The accounts that run this service: their role covers it, by itself, its site or its provider."""
    query = (
        select(Grant.account_id)
        .join(Service, Service.provider_id == Grant.provider_id)
        .where(
            Service.id == service_id,
            Grant.role.in_(LINE_MANAGEMENT),
            or_(Grant.service_id.is_(None), Grant.service_id == service_id),
            or_(Grant.site_id.is_(None), Grant.site_id == Service.site_id),
        )
    )
    return list(connection.execute(query).scalars())


def add(  # noqa: PLR0917  one argument a column
    connection: Connection,
    provider_id: int,
    duty: str,
    account_id: int,
    weekdays: Collection[int],
    begins: dt.time,
    ends: dt.time,
) -> None:
    """Write a shift; the same one twice is one."""
    connection.execute(
        insert(RotaShift)
        .values(
            provider_id=provider_id,
            duty=duty,
            account_id=account_id,
            weekdays=sorted(weekdays),
            begins=begins,
            ends=ends,
        )
        .on_conflict_do_nothing()
    )


def remove(connection: Connection, provider_id: int, shift_id: int) -> None:
    """Take a shift away; nothing happens where it is gone already."""
    statement: Delete = delete(RotaShift).where(
        RotaShift.id == shift_id, RotaShift.provider_id == provider_id
    )
    connection.execute(statement)


def name_fallback(connection: Connection, provider_id: int, account_id: int, now: datetime) -> None:
    """From now on this is the provider's one named fallback."""
    row = insert(RotaFallback).values(provider_id=provider_id, account_id=account_id, named_at=now)
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["provider_id"],
            set_={"account_id": row.excluded.account_id, "named_at": row.excluded.named_at},
        )
    )


def lock(connection: Connection, provider_id: int) -> None:
    """Changes to one provider's rota go one after the other: what is left must be enough."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("rota"), provider_id)))
