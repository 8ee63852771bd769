"""Where a text belongs: the number it was sent to, or the touchpoint it named."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.tables import Number, Provider, Service, Site, Touchpoint

CHATS = ("whatsapp", "telegram")
"""Channels that are off for a provider until it switches them on (facts: safety)."""


def _takes(details: dict[str, Any], channel: str) -> bool:
    return channel not in CHATS or channel in details.get("chats", ())


@dataclass(frozen=True, slots=True)
class Place:
    """A touchpoint with all that a conversation there needs to know.

    script: the touchpoint's own, else the service's.
    details: the provider's, site's and service's own, the nearer winning.
    """

    provider_id: int
    provider_code: str
    provider_name: str
    service_id: int
    service_name: str
    setting: str
    script: str
    touchpoint_id: int
    touchpoint_code: str
    details: dict[str, Any]

    def takes(self, channel: str) -> bool:
        """Whether this place answers on that channel: a chat only once it has been switched on.

        WhatsApp and Telegram are off until a provider says so (`chats` in its details); that there
        is a number or a bot says nothing.
        """
        return _takes(self.details, channel)


@dataclass(frozen=True, slots=True)
class Line:
    """A number or bot of ours, and the place of a text that names no other."""

    address: str
    channel: str
    reply_cost: str
    carrier_answers_stop: bool
    carrier_answers_help: bool
    place: Place


_PLACE = (
    Provider.id,
    Provider.code,
    Provider.name,
    Service.id,
    Service.name,
    Service.setting,
    func.coalesce(Touchpoint.script, Service.script),
    Touchpoint.id,
    Touchpoint.code,
    Provider.details,
    Site.details,
    Service.details,
)
_LIVE = Provider.live_at.is_not(None)
"""A provider goes live by `hearback provider go-live`, which asks for a rota and a named fallback."""


def line(connection: Connection, channel: str, address: str) -> Line | None:
    """The line that answers `address` on `channel`; None when it is none of ours, or its provider
    is not live yet: nobody there could be told of somebody in danger."""
    query = (
        _joined(
            Number.address,
            Number.channel,
            Number.reply_cost,
            Number.carrier_answers_stop,
            Number.carrier_answers_help,
        )
        .join(Number, Number.touchpoint_id == Touchpoint.id)
        .where(Number.channel == channel, Number.address == address, _LIVE)
    )
    row = connection.execute(query).one_or_none()
    return _line(row) if row else None


def touchpoint(connection: Connection, code: str, provider_id: int | None = None) -> Place | None:
    """The open touchpoint with this code (upper case), of this provider where one is given.

    None too while its provider is not live.
    """
    query = _joined().where(Touchpoint.code == code, Touchpoint.closed_at.is_(None), _LIVE)
    if provider_id is not None:
        query = query.where(Touchpoint.provider_id == provider_id)
    row = connection.execute(query).one_or_none()
    return _place(row) if row else None


def touchpoint_by_id(connection: Connection, touchpoint_id: int) -> Place:
    """The touchpoint of a conversation under way, closed since or not."""
    return _place(connection.execute(_joined().where(Touchpoint.id == touchpoint_id)).one())


def touchpoints(connection: Connection) -> list[Place]:
    """Every open touchpoint of who is live, by provider and code: for the demo's posters and phone."""
    query = _joined().where(Touchpoint.closed_at.is_(None), _LIVE)
    query = query.order_by(Provider.id, Touchpoint.code)
    return [_place(row) for row in connection.execute(query)]


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns, *_PLACE)
        .select_from(Touchpoint)
        .join(Service, Service.id == Touchpoint.service_id)
        .join(Site, Site.id == Service.site_id)
        .join(Provider, Provider.id == Service.provider_id)
    )


def _line(row: Any) -> Line:
    address, channel, reply_cost, stop, help_, *place = row
    return Line(address, channel, reply_cost, stop, help_, _place(place))


def _place(row: Any) -> Place:
    provider, site, service = row[-3:]
    fields: Any = (*row[:-3], {**provider, **site, **service})
    return Place(*fields)


@dataclass(frozen=True, slots=True)
class Helpline:
    """Whom to ask when a text fits no touchpoint."""

    provider_id: int
    name: str
    helpline: str
    details: dict[str, Any]

    def takes(self, channel: str) -> bool:
        """Whether this provider answers on that channel at all."""
        return _takes(self.details, channel)


def provider_to_ask(connection: Connection, channel: str, address: str) -> Helpline | None:
    """The provider of the line that was texted; else the only one there is; else None."""
    query = select(Provider.id, Provider.name, Provider.details)
    owner = select(Number.provider_id).where(Number.channel == channel, Number.address == address)
    found = connection.execute(query.where(Provider.id.in_(owner))).all()
    found = found or connection.execute(query.limit(2)).all()
    if len(found) != 1 or not found[0].details.get("pals_number"):
        return None
    details = found[0].details
    return Helpline(found[0].id, found[0].name, details["pals_number"], details)


@dataclass(frozen=True, slots=True)
class Address:
    """A number or bot of a provider, and what it costs a person to write there."""

    channel: str
    address: str
    reply_cost: str


def addresses(connection: Connection, provider_id: int) -> list[Address]:
    """That provider's own numbers and bots, the first one last: by channel it then wins."""
    query = (
        select(Number.channel, Number.address, Number.reply_cost)
        .where(Number.provider_id == provider_id)
        .order_by(Number.id.desc())
    )
    return [Address(*row) for row in connection.execute(query)]


def codes(connection: Connection, service_id: int) -> list[tuple[str, str]]:
    """(code, name) of that service's open touchpoints, by code."""
    query = (
        select(Touchpoint.code, Touchpoint.name)
        .where(Touchpoint.service_id == service_id, Touchpoint.closed_at.is_(None))
        .order_by(Touchpoint.code)
    )
    return [(row.code, row.name) for row in connection.execute(query)]


def numbers(connection: Connection, channel: str) -> list[str]:
    """Our addresses on that channel, the first one first."""
    query = select(Number.address).where(Number.channel == channel).order_by(Number.id)
    return list(connection.execute(query).scalars())


def provider_by_code(connection: Connection, code: str) -> int | None:
    """The id of the provider with this code."""
    return connection.execute(select(Provider.id).where(Provider.code == code)).scalar_one_or_none()


def go_live(connection: Connection, provider_id: int, now: datetime) -> bool:
    """From now on its texts are taken in; False when it was live before."""
    statement = update(Provider).where(Provider.id == provider_id, Provider.live_at.is_(None))
    return connection.execute(statement.values(live_at=now)).rowcount > 0


def answer_also(
    connection: Connection, channel: str, address: str, touchpoint_code: str, reply_cost: str
) -> None:
    """From now on `address` is a line of ours at that touchpoint; one that is already is left alone."""
    place = select(Touchpoint.provider_id, Touchpoint.id).where(Touchpoint.code == touchpoint_code)
    provider_id, touchpoint_id = connection.execute(place).one()
    connection.execute(
        insert(Number)
        .values(
            provider_id=provider_id,
            touchpoint_id=touchpoint_id,
            channel=channel,
            address=address,
            reply_cost=reply_cost,
            carrier_answers_stop=False,
            carrier_answers_help=False,
        )
        .on_conflict_do_nothing()
    )


def switch(connection: Connection, provider_id: int, chat: str, *, on: bool) -> None:
    """Switch WhatsApp or Telegram on or off for a provider; it holds within 15 seconds."""
    where = Provider.id == provider_id
    query = select(Provider.details).where(where).with_for_update()
    details = connection.execute(query).scalar_one()
    chats = {each for each in details.get("chats", ()) if each != chat} | ({chat} if on else set())
    values = {"details": {**details, "chats": sorted(chats)}}
    connection.execute(update(Provider).where(where).values(values))


def switched_on(connection: Connection, provider_id: int) -> tuple[str, ...]:
    """The chats that this provider has switched on."""
    query = select(Provider.details).where(Provider.id == provider_id)
    return tuple(connection.execute(query).scalar_one().get("chats", ()))
