"""The triage queue's pages: open alerts, one alert with its words, and what may be done about it.

Nobody else than those who may open it can tell that the queue is there: to them its pages are not found.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from flows import triage
from flows.rota import DUTY_NAMES
from flows.triage import Changed, NotThere, NotYet, Who
from runtime import clock
from storage.audit import Act

blueprint = Blueprint("triage", __name__, url_prefix="/dashboard")

KINDS = {
    "crisis": "A life or safety may be at risk",
    "abuse": "Abuse or neglect",
    "safety": "A lapse in care",
    "complaint": "A complaint, or a wish to be rung",
    "check_in": "A carer for whom things are hard",
    "contact": "A yes to a call that we offered",
}
DEEDS = {
    "release": ("released", "Released to the service’s staff"),
    "keep": ("kept", "Kept from the service’s staff"),
    "escalate": ("escalated", "Passed on"),
    "close": ("closed", "Closed"),
}
STATES = {
    "queued": "not sent yet",
    "handed": "handed to the carrier",
    "sending": "being sent",
    "sent": "sent",
    "delivered": "delivered",
    "failed": "NOT DELIVERED",
    "refused": "REFUSED: this phone has blocked us",
    "unconfirmed": "nobody knows whether it arrived",
}
CHANGED = "Somebody wrote or decided since you opened this page. Read it again, then decide"
NO_REASON = "Write why, in a few words"
FEWEST_CHARACTERS = 3


@blueprint.get("/triage")
@allow(Permission.TRIAGE, hidden=True)
def queue() -> str:
    """Every open alert, danger now first; no words."""
    found = triage.queue(current().house, who())
    return render_template("triage.html.jinja", alerts=found, kinds=KINDS, age=_age)


@blueprint.get("/triage/<int:alert>")
@allow(Permission.TRIAGE, hidden=True)
def show(alert: int) -> str:
    """One alert: the words, what we answered, what followed, what was done."""
    return _page(alert, {})


@blueprint.post("/triage/<int:alert>/<deed>")
@allow(Permission.TRIAGE, hidden=True)
def decide(alert: int, deed: str) -> str | tuple[str, int] | Response:
    """Release, keep, escalate or close, with a reason."""
    if deed not in DEEDS:
        abort(404)
    reason, duty = _typed("reason"), request.form.get("duty")
    if len(reason) < FEWEST_CHARACTERS:
        return _page(alert, {f"{deed}-reason": NO_REASON}), 422

    def act() -> None:
        done = DEEDS[deed][0]
        triage.decide(current().house, who(), alert, _act(reason), done, duty=duty)

    return _tried(act, alert, f"{deed}-reason") or redirect(_after(alert, deed), 303)


@blueprint.post("/triage/<int:alert>/number")
@allow(Permission.TRIAGE, hidden=True)
def number(alert: int) -> str | tuple[str, int] | Response:
    """Break the glass: the number behind this one alert, shown on this one page."""
    reason = _typed("reason")
    if len(reason) < FEWEST_CHARACTERS:
        return _page(alert, {"number-reason": NO_REASON}), 422
    shown: list[str] = []

    def act() -> None:
        shown.append(triage.break_glass(current().house, who(), alert, _act(reason)))

    refused = _tried(act, alert, "number-reason")
    return refused or _page(alert, {}, revealed=shown[0])


@blueprint.get("/break-glass")
@allow(Permission.GLASS, hidden=True)
def glass() -> str:
    """For the data-protection officer: whose number was shown to whom, and why. No words."""
    broken = triage.glass(current().house, viewer().providers(Permission.GLASS))
    return render_template("glass.html.jinja", broken=broken)


def who() -> Who:
    """The viewer, as the queue knows them."""
    return Who(viewer().account_id, viewer().grants)


def _tried(act: Callable[[], None], alert: int, field: str) -> tuple[str, int] | None:
    """Do it; or the page that says why it cannot be."""
    try:
        act()
    except NotThere:
        abort(404)
    except NotYet as refused:
        return _page(alert, {field: str(refused)}), 422
    except Changed:
        return _page(alert, {"maincontent": CHANGED}), 409
    return None


def _act(reason: str) -> Act:
    return Act(viewer().account_id, reason, _seen(), clock.now())


def _after(alert: int, deed: str) -> str:
    return url_for("triage.queue") if deed == "close" else url_for("triage.show", alert=alert)


def _page(alert: int, errors: dict[str, str], revealed: str | None = None) -> str:
    try:
        opened = triage.read(current().house, who(), alert, clock.now())
    except NotThere:
        abort(404)
    return render_template(
        "alert.html.jinja",
        opened=opened,
        alert=opened.alert,
        kinds=KINDS,
        deeds=dict(DEEDS.values()),
        states=STATES,
        duties=DUTY_NAMES,
        form=request.form,
        errors=errors,
        revealed=revealed,
        age=_age,
    )


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:2000]


def _seen() -> int:
    return request.form.get("seen", -1, type=int)


def _age(moment: datetime) -> str:
    """How long ago, in the unit that a person would use."""
    minutes = int((clock.now() - moment).total_seconds() // 60)
    for length, one, many in (
        (1440, "day", "days"),
        (60, "hour", "hours"),
        (1, "minute", "minutes"),
    ):
        if minutes >= length:
            count = minutes // length
            return f"{count} {one if count == 1 else many}"
    return "less than a minute"
