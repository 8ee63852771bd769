"""Calls and complaints: the list by due date, one case with the words that asked, and how it ended."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from dashboard.triage import CHANGED, FEWEST_CHARACTERS, NO_REASON
from flows import cases
from flows.cases import OUTCOMES, Who
from flows.triage import Changed, NotThere, NotYet
from rules.cases import CALL_WITHIN
from runtime import clock
from storage.audit import Act

KINDS = {
    "complaint": "Complaint or wish for contact",
    "contact": "Yes to a call that we offered",
    "check_in": "A carer for whom things are hard",
}

blueprint = Blueprint("cases", __name__, url_prefix="/dashboard/cases")


@blueprint.get("")
@allow(Permission.CASES, hidden=True)
def listed() -> str:
    """The open cases, the first due first."""
    found = cases.open_ones(current().house, _who())
    today = clock.london_day(clock.now())
    return render_template(
        "cases.html.jinja", cases=found, kinds=KINDS, call_within=CALL_WITHIN, today=today
    )


@blueprint.get("/<int:case>")
@allow(Permission.CASES, hidden=True)
def show(case: int) -> str:
    """One case."""
    return _page(case, {})


@blueprint.post("/<int:case>/number")
@allow(Permission.CASES, hidden=True)
def number(case: int) -> str | tuple[str, int] | Response:
    """The number of somebody who said yes to a call, on this one page."""
    shown: list[str] = []

    def act() -> None:
        shown.append(cases.show_number(current().house, _who(), case, _act()))

    refused = _tried(act, case, "number-reason", _typed("reason"))
    return refused or _page(case, {}, revealed=shown[0])


@blueprint.post("/<int:case>/words")
@allow(Permission.CASES, hidden=True)
def words(case: int) -> str | tuple[str, int] | Response:
    """Let the service's staff read the comment, or keep it back."""
    reason, release = _typed("reason"), request.form.get("release") == "yes"

    def act() -> None:
        cases.decide(current().house, _who(), case, _act(), release=release)

    return _tried(act, case, "words-reason", reason) or redirect(
        url_for("cases.show", case=case), 303
    )


@blueprint.post("/<int:case>/close")
@allow(Permission.CASES, hidden=True)
def close(case: int) -> str | tuple[str, int] | Response:
    """Close it with what came of it."""
    note, outcome = _typed("reason"), request.form.get("outcome", "")

    def act() -> None:
        cases.close(current().house, _who(), case, _act(), outcome)

    return _tried(act, case, "close-reason", note) or redirect(url_for("cases.listed"), 303)


def _tried(act: Callable[[], None], case: int, field: str, reason: str) -> tuple[str, int] | None:
    """Do it; or the page that says why it cannot be."""
    if len(reason) < FEWEST_CHARACTERS:
        return _page(case, {field: NO_REASON}), 422
    try:
        act()
    except NotThere:
        abort(404)
    except NotYet as refused:
        return _page(case, {field: str(refused)}), 422
    except Changed:
        return _page(case, {"maincontent": CHANGED}), 409
    return None


def _page(case: int, errors: dict[str, str], revealed: str | None = None) -> str:
    try:
        opened = cases.read(current().house, _who(), case, clock.now())
    except NotThere:
        abort(404)
    return render_template(
        "case.html.jinja",
        opened=opened,
        case=opened.case,
        alert=opened.alert,
        kinds=KINDS,
        outcomes=OUTCOMES,
        errors=errors,
        form=request.form,
        revealed=revealed,
        today=clock.london_day(clock.now()),
    )


def _who() -> Who:
    return Who(viewer().account_id, viewer().grants)


def _act() -> Act:
    return Act(viewer().account_id, _typed("reason"), _seen(), clock.now())


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:2000]


def _seen() -> int:
    return request.form.get("seen", -1, type=int)
