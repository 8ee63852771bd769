"""What staff see: all services month by month, and one service with its answers and comments.

Figures come from the daily counts only, comments only with personal details taken out.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Connection

from dashboard.door import current
from dashboard.permissions import Permission, Viewer, allow, viewer
from insight.fft import ANSWERS, LABELS, SETTINGS, Counts
from insight.figures import day_name, month_name, sentence
from runtime import clock
from storage import audit, database, figures
from storage.audit import Deed
from storage.figures import CommentQuery, CommentSeen, ServiceSeen

blueprint = Blueprint("staff", __name__, url_prefix="/dashboard")

MONTHS_BACK = 12
COMMENTS_FIRST = 5
COMMENTS_A_PAGE = 25
FILTERS = ("rating", "month")

ROLES = {
    "patient": "Patient",
    "carer": "Carer",
    "patient_and_carer": "Patient and carer",
    "family": "Family or friend",
    "staff": "Member of staff",
}
CHECK_INS = {"ok": "OK", "hard": "Hard", "need_help": "I need help", "later": "Not now"}
"""What a carer may answer to a check-in."""
CHANNELS = {
    "sms": "by text",
    "whatsapp": "by WhatsApp",
    "telegram": "by Telegram",
    "web": "by web chat",
}


@dataclass(frozen=True, slots=True)
class Month:
    """A row of the table of months. `so_far`: it is not over yet."""

    first: dt.date
    counts: Counts
    so_far: bool = False


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A row of the table of services."""

    service: ServiceSeen
    counts: Counts


@dataclass(frozen=True, slots=True)
class Comments:
    """A page of comments: what is on it, where the next begins, and how many are not readable yet."""

    shown: list[CommentSeen]
    older: int | None
    being_read: int


@blueprint.get("/")
@allow(Permission.FIGURES)
def overview() -> str:
    """All services that this person may see, together and one by one."""
    months = _months(clock.london_day(clock.now()))
    who = viewer()
    with database.staff(current().house.engine, who.providers(Permission.FIGURES)) as connection:
        services = who.among(Permission.FIGURES, figures.services(connection))
        ids = [service.service_id for service in services]
        rows = _month_rows(connection, ids, months)
        totals = figures.totals(connection, ids, months[-1])
    return render_template(
        "overview.html.jinja",
        months=rows,
        services=[
            ServiceRow(each, Counts.of(totals.get(each.service_id, ()))) for each in services
        ],
        providers=sorted({service.provider_name for service in services}),
        total=_sum(rows),
        since=months[-1],
        summary=_summary(rows),
    )


@blueprint.get("/services/<provider>/<code>")
@allow(Permission.FIGURES)
def service(provider: str, code: str) -> str:
    """One service: its answers, its newest comments, its months."""
    months = _months(clock.london_day(clock.now()))
    who = viewer()
    with database.staff(current().house.engine, who.providers(Permission.FIGURES)) as connection:
        found = _found(connection, who, provider, code)
        rows = _month_rows(connection, [found.service_id], months)
        comments, check_ins = None, {}
        if who.may(Permission.COMMENTS, found):
            check_ins = dict(figures.check_ins(connection, found.service_id, months[-1]))
            comments = _comments(connection, found, CommentQuery(found.service_id), COMMENTS_FIRST)
    return render_template(
        "service.html.jinja",
        service=found,
        setting=SETTINGS[found.setting],
        months=rows,
        total=_sum(rows),
        since=months[-1],
        summary=_summary(rows),
        answers=[(answer, LABELS[answer]) for answer in ANSWERS],
        comments=comments,
        check_ins=check_ins,
        posters=who.may(Permission.POSTERS, found),
        staff_voice=who.may(Permission.STAFF_VOICE, found),
        labels=LABELS,
        roles=ROLES,
        channels=CHANNELS,
        check_in_labels=CHECK_INS,
    )


@blueprint.get("/services/<provider>/<code>/comments")
@allow(Permission.COMMENTS)
def comments(provider: str, code: str) -> str:
    """Comments of a service, all or of one answer or month, a page at a time, the newest first."""
    who = viewer()
    with database.staff(current().house.engine, who.providers(Permission.COMMENTS)) as connection:
        found = _found(connection, who, provider, code)
        if not who.may(Permission.COMMENTS, found):
            abort(403)
        asked = _asked(found)
        shown = _comments(connection, found, asked, COMMENTS_A_PAGE)
    return render_template(
        "comments.html.jinja",
        service=found,
        heading=_heading(asked),
        comments=shown,
        before=asked.before,
        filters={name: request.args[name] for name in FILTERS if name in request.args},
        labels=LABELS,
        roles=ROLES,
        channels=CHANNELS,
        check_in_labels=CHECK_INS,
    )


def _asked(service: ServiceSeen) -> CommentQuery:
    """What the address asks for; 404 for an answer or a month that there is not."""
    rating, month = (request.args.get(name) for name in FILTERS)
    if rating is not None and rating not in LABELS:
        abort(404)
    try:
        first = dt.date.fromisoformat(f"{month}-01") if month else None
    except ValueError:
        abort(404)
    return CommentQuery(service.service_id, rating, first, request.args.get("before", type=int))


def _heading(asked: CommentQuery) -> str:
    if asked.rating is not None:
        return f"Comments with the answer “{LABELS[asked.rating]}”"
    if asked.month is not None:
        return f"Comments from {month_name(asked.month)}"
    return "Older comments" if asked.before else "Comments"


def _found(connection: Connection, who: Viewer, provider: str, code: str) -> ServiceSeen:
    """The service, or 404: somebody else's service looks like one that does not exist."""
    found = figures.service(connection, provider, code)
    if found is None or not who.may(Permission.FIGURES, found):
        abort(404)
    return found


def _months(today: dt.date) -> list[dt.date]:
    """The first days of this month and the twelve before it, the newest first."""
    months = [today.replace(day=1)]
    while len(months) <= MONTHS_BACK:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return months


def _month_rows(connection: Connection, ids: list[int], months: list[dt.date]) -> list[Month]:
    counted = figures.months(connection, ids, months[-1])
    return [
        Month(first, Counts.of(counted.get(first, ())), so_far=first == months[0])
        for first in months
    ]


def _sum(rows: Iterable[Month]) -> Counts:
    return sum((row.counts for row in rows), Counts())


def _summary(rows: list[Month]) -> str:
    """What the whole period says, in a sentence."""
    return sentence(_sum(rows), f"since {day_name(rows[-1].first)}")


def _comments(
    connection: Connection, service: ServiceSeen, asked: CommentQuery, limit: int
) -> Comments:
    """A page of comments; that someone looked at them is written down."""
    shown = figures.comments(connection, asked, limit + 1)
    waiting = 0 if asked.before else figures.being_read(connection, asked)
    page = shown[:limit]
    deed = Deed(
        "read_comments",
        viewer().account_id,
        service.provider_id,
        ("service", service.service_id),
        {"shown": len(page)},
    )
    audit.note(connection, deed, clock.now())
    older = page[-1].comment_id if len(shown) > limit else None
    return Comments(page, older, waiting)
