"""The rota's page: who is told of what and when, the hours that nobody covers, the named fallback."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from flows import rota
from flows.rota import DUTY_NAMES, Editor, RotaRefused, RotaSeen
from rules import rota as rules
from rules.rota import DUTIES, Gap, Shift
from runtime import clock

blueprint = Blueprint("rota", __name__, url_prefix="/dashboard/rota")

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHEN = {
    "12345": "Monday to Friday",
    "67": "Saturday and Sunday",
    "1234567": "Every day",
    **{str(number): name for number, name in enumerate(DAYS, start=1)},
}
"""The choices of days in the form: their numbers, 1 Monday to 7 Sunday, and how they are written."""
TOLD_OF = {
    rules.ON_CALL: "Told at once when a life or somebody’s safety may be in danger.",
    rules.SAFEGUARDING: "Told of words about abuse or neglect.",
    rules.SAFEGUARDING_LEAD: "Told, alone, of words that may be an allegation against staff.",
    rules.PATIENT_SAFETY: "Told of a serious lapse in care.",
    rules.COMPLAINTS: "Told of complaints, and of people who want to be rung.",
    rules.CARERS: "Told of carers who answer a check-in that things are hard. Nobody is sent a "
    "check-in while nobody is on this duty.",
}


@blueprint.get("")
@allow(Permission.ROTA)
def show() -> str:
    """The rotas of all providers that this person keeps."""
    return _page({})


@blueprint.post("/add")
@allow(Permission.ROTA)
def add() -> str | tuple[str, int] | Response:
    """Put somebody on a duty."""
    try:
        shift = _shift()
    except ValueError:
        return _page({"begins": "Enter both times, like 09:00 and 17:00"}), 422
    return _changed(lambda editor: rota.add(current().house, editor, shift, clock.now()), "person")


@blueprint.post("/remove")
@allow(Permission.ROTA)
def remove() -> str | tuple[str, int] | Response:
    """Take a shift away."""
    shift_id = request.form.get("shift", 0, type=int)
    return _changed(
        lambda editor: rota.remove(current().house, editor, shift_id, clock.now()), "shifts"
    )


@blueprint.post("/fallback")
@allow(Permission.ROTA)
def name_fallback() -> str | tuple[str, int] | Response:
    """Name the one fallback."""
    account_id = request.form.get("account", 0, type=int)
    return _changed(
        lambda editor: rota.name_fallback(current().house, editor, account_id, clock.now()),
        "fallback",
    )


def _shift() -> Shift:
    """The shift that the form describes. Raises ValueError for times or days that there are not."""
    form = request.form
    duty, days = form.get("duty", ""), form.get("days", "")
    if duty not in DUTIES or days not in WHEN:
        abort(400)
    return Shift(
        duty,
        form.get("account", 0, type=int),
        frozenset(map(int, days)),
        dt.time.fromisoformat(form.get("begins", "")).replace(tzinfo=None),
        dt.time.fromisoformat(form.get("ends", "")).replace(tzinfo=None),
    )


def _changed(change: Callable[[Editor], None], field: str) -> str | tuple[str, int] | Response:
    """Do it at the provider of the form, if it is one of theirs; or say why it cannot be."""
    provider_id = request.form.get("provider", 0, type=int)
    if provider_id not in viewer().providers(Permission.ROTA):
        abort(404)
    try:
        change(Editor(viewer().account_id, provider_id))
    except RotaRefused as refused:
        return _page({f"{field}-{provider_id}": str(refused)}), 422
    return redirect(url_for("rota.show"), 303)


def _page(errors: dict[str, str]) -> str:
    rotas = rota.read(current().house, viewer().providers(Permission.ROTA))
    return render_template(
        "rota.html.jinja",
        rotas=rotas,
        duties=[(duty, DUTY_NAMES[duty], TOLD_OF[duty]) for duty in DUTIES],
        gaps={each.provider.provider_id: _gaps(each) for each in rotas},
        when=WHEN,
        days=_days,
        form=request.form,
        errors=errors,
    )


def _days(weekdays: tuple[int, ...]) -> str:
    """(1, 2, 3, 4, 5) -> "Monday to Friday"; any other set day by day."""
    joined = "".join(map(str, weekdays))
    return WHEN.get(joined) or ", ".join(DAYS[day - 1] for day in weekdays)


def _gaps(seen: RotaSeen) -> dict[str, list[str]]:
    """Duty -> the hours that nobody covers, days with the same hours together."""
    shifts = [
        Shift(each.duty, each.account_id, frozenset(each.weekdays), each.begins, each.ends)
        for each in seen.shifts
        if each.active
    ]
    return {duty: _in_words(rules.gaps(shifts, duty)) for duty in DUTIES}


def _in_words(gaps: list[Gap]) -> list[str]:
    """["Monday to Friday, 17:00 to 24:00", ...], in the order of the day of the first."""
    days: dict[tuple[dt.time, dt.time], list[int]] = {}
    for gap in gaps:
        days.setdefault((gap.begins, gap.ends), []).append(gap.weekday)
    midnight = dt.time(0)
    return [
        f"{_days(tuple(each))}, all day"
        if (begins, ends) == (midnight, midnight)
        else f"{_days(tuple(each))}, {_at(begins)} to {_at(ends)}"
        for (begins, ends), each in days.items()
    ]


def _at(moment: dt.time) -> str:
    return "midnight" if moment == dt.time(0) else f"{moment:%H:%M}"
