"""Reads what staff see: services, their daily counts summed up, and their redacted comments.

Counts come from the daily tables only, never from responses. Runs in a transaction of
`storage.database.staff`: row level security shows only that login's providers, and no held comment.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, cast, func, select

from storage.tables import Answer, Comment, DailyRating, Provider, Response, Service, Site

CHECK_IN = "check_in"

Pairs = list[tuple[str, int]]
"""(answer's code, how many) pairs; the code is "" where only words came."""


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """A service as staff pages name it."""

    service_id: int
    provider_id: int
    provider_code: str
    provider_name: str
    site_id: int
    site_name: str
    code: str
    name: str
    setting: str


@dataclass(frozen=True, slots=True)
class CommentQuery:
    """Which comments of a service to read: of one answer, of one month (its first day), or all.

    before: only those older than this comment, for the next page.
    """

    service_id: int
    rating: str | None = None
    month: dt.date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class CommentSeen:
    """A comment with personal details taken out, and the answer that it came with.

    check_in: the code of a carer's answer, where it was said to a check-in.
    """

    comment_id: int
    words: str
    day: dt.date
    rating: str | None
    role: str | None
    channel: str | None
    check_in: str | None = None


_SERVICE = (
    Service.id,
    Service.provider_id,
    Provider.code,
    Provider.name,
    Service.site_id,
    Site.name,
    Service.code,
    Service.name,
    Service.setting,
)


def services(connection: Connection) -> list[ServiceSeen]:
    """Every open service of the providers in view, in the order of the alphabet."""
    query = _services().where(Service.closed_at.is_(None)).order_by(Service.name, Service.id)
    return [ServiceSeen(*row) for row in connection.execute(query)]


def service(connection: Connection, provider_code: str, code: str) -> ServiceSeen | None:
    """One service by its codes, closed or not; None when there is none in view."""
    query = _services().where(Provider.code == provider_code, Service.code == code)
    row = connection.execute(query).one_or_none()
    return ServiceSeen(*row) if row else None


def months(
    connection: Connection, service_ids: Collection[int], first: dt.date
) -> dict[dt.date, Pairs]:
    """The answers of these services together since `first`, by first day of the month."""
    month = cast(func.date_trunc("month", DailyRating.day), Date).label("month")
    query = (
        select(month, DailyRating.rating, func.sum(DailyRating.responses))
        .where(DailyRating.service_id.in_(service_ids), DailyRating.day >= first)
        .group_by(month, DailyRating.rating)
    )
    return _gathered(connection.execute(query))


def totals(
    connection: Connection, service_ids: Collection[int], first: dt.date
) -> dict[int, Pairs]:
    """The answers of each of these services since `first`, by service."""
    query = (
        select(DailyRating.service_id, DailyRating.rating, func.sum(DailyRating.responses))
        .where(DailyRating.service_id.in_(service_ids), DailyRating.day >= first)
        .group_by(DailyRating.service_id, DailyRating.rating)
    )
    return _gathered(connection.execute(query))


def comments(connection: Connection, asked: CommentQuery, limit: int) -> list[CommentSeen]:
    """Up to `limit` of the comments asked for, the newest first."""
    query = (
        select(
            Comment.id,
            Comment.redacted,
            Comment.day,
            Response.rating,
            Response.role,
            Response.channel,
            Answer.code,
        )
        .join(Response, Response.id == Comment.response_id)
        .outerjoin(Answer, (Answer.response_id == Response.id) & (Answer.question == CHECK_IN))
        .where(*_asked(asked), Comment.redacted.is_not(None))
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    if asked.before is not None:
        query = query.where(Comment.id < asked.before)
    rows: Any = connection.execute(query)
    return [CommentSeen(*row) for row in rows]


def check_ins(connection: Connection, service_id: int, first: dt.date) -> Pairs:
    """What carers have answered to this service's check-ins since `first`."""
    query = (
        select(Answer.code, func.count())
        .join(Response, Response.id == Answer.response_id)
        .where(Answer.service_id == service_id, Answer.question == CHECK_IN, Response.day >= first)
        .group_by(Answer.code)
    )
    return [(code, many) for code, many in connection.execute(query)]


def being_read(connection: Connection, asked: CommentQuery) -> int:
    """How many of the comments asked for wait for their personal details to be taken out."""
    query = (
        select(func.count())
        .select_from(Comment)
        .join(Response, Response.id == Comment.response_id)
        .where(*_asked(asked), Comment.redacted.is_(None))
    )
    return connection.execute(query).scalar_one()


def _asked(asked: CommentQuery) -> list[ColumnElement[bool]]:
    conditions = [Comment.service_id == asked.service_id, ~Comment.held, Comment.purpose != "story"]
    if asked.rating is not None:
        conditions.append(Response.rating == asked.rating)
    if asked.month is not None:
        after = (asked.month + dt.timedelta(days=31)).replace(day=1)
        conditions.append(Comment.day.between(asked.month, after - dt.timedelta(days=1)))
    return conditions


def _services() -> Any:
    return (
        select(*_SERVICE)
        .join(Site, Site.id == Service.site_id)
        .join(Provider, Provider.id == Service.provider_id)
    )


def _gathered(rows: Any) -> dict[Any, Pairs]:
    gathered: dict[Any, Pairs] = defaultdict(list)
    for key, rating, many in rows:
        gathered[key].append((rating, int(many)))
    return gathered
