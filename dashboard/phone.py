"""The demo's made-up phone: what is typed here comes in as an SMS would, and nobody real is texted.

Only the demo serves it. It stands in for the patient's phone and for the carrier, nothing else:
the text goes the same way as one from Twilio.
"""

from dataclasses import dataclass

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from bot.channels.errors import ParseError
from bot.channels.reading import words
from bot.channels.values import Receipt, Status, Text
from bot.dialogue.messages import Channel, Inbound
from dashboard.door import current
from dashboard.permissions import public
from flows import receipts
from flows.accept import accept
from flows.house import Door
from flows.threads import Line, thread
from runtime import clock
from storage import services
from storage.services import Place

blueprint = Blueprint("phone", __name__)

ACCOUNT = "phone"
DRAMA_NUMBERS = 1000
"""Ofcom keeps 07700 900000 to 900999 for films and books: nobody has them."""


@dataclass(frozen=True, slots=True)
class _Phone:
    """A made-up number, and the number that it texts."""

    number: str
    ours: str

    def lines(self) -> list[Line]:
        return thread(current().house, Channel.SMS, self.ours, self.number)


@blueprint.get("/phone")
@public
def show() -> str:
    """The phone with its thread, and the posters that one may have seen."""
    return _page({})


@blueprint.post("/phone")
@public
def send() -> tuple[str, int] | Answer:
    """Send what was typed."""
    typed = request.form.get("text", "").replace("\r\n", "\n")
    if not typed.strip():
        return _page({"text": "Type a text first"}), 422
    try:
        send_text(current(), _phone(), words("text", typed), request.form.get("once", ""))
    except ParseError:
        return _page({"text": "Type a shorter text, up to 10,000 characters"}), 422
    return redirect(url_for("phone.show"), 303)


@blueprint.post("/phone/new")
@public
def another() -> Answer:
    """Become someone else."""
    session["phone"] = _fresh_number()
    return redirect(url_for("phone.show"), 303)


@blueprint.get("/phone/newer")
@public
def newer() -> Response:
    """The lines after the first `after` of them, for the page's script."""
    after = request.args.get("after", 0, type=int)
    lines = _phone().lines()
    if len(lines) <= after:
        return make_response("", 204)
    response = make_response(render_template("lines.html.jinja", lines=lines[after:]))
    response.headers["Hearback-After"] = str(len(lines))
    return response


def send_text(door: Door, phone: _Phone, typed: str, once: str) -> None:
    """Take `typed` in as an SMS, and confirm each answer as a carrier would: it is on the screen.

    once: the fresh token of the page it was typed on, by which a form sent twice is SEEN.
    """
    text = Text(
        channel=Channel.SMS,
        account=ACCOUNT,
        provider_ref=once or clock.fresh_token(),
        our_address=phone.ours,
        their_address=phone.number,
        inbound=Inbound(typed, Channel.SMS),
    )
    accepted = accept(door.house, text, clock.now(), ride=True)
    for outbox_id, _reply in accepted.replies:
        reference = f"{ACCOUNT}:{outbox_id}"
        receipts.receive(door.house, Receipt(Channel.SMS, reference, Status.DELIVERED, outbox_id))
    door.ring(*accepted.bells)


def _page(errors: dict[str, str]) -> str:
    phone = _phone()
    provider, posters = _posters(phone)
    return render_template(
        "phone.html.jinja",
        phone=phone,
        provider=provider,
        posters=posters,
        lines=phone.lines(),
        once=clock.fresh_token(),
        errors=errors,
        typed=request.form.get("text", ""),
    )


def _phone() -> _Phone:
    with current().house.engine.connect() as connection:
        numbers = services.numbers(connection, Channel.SMS)
    if not numbers:
        abort(404)
    return _Phone(session.setdefault("phone", _fresh_number()), numbers[0])


def _posters(phone: _Phone) -> tuple[str, list[Place]]:
    """The provider that answers this number, and the touchpoints that its posters name."""
    with current().house.engine.connect() as connection:
        line = services.line(connection, Channel.SMS, phone.ours)
        places = services.touchpoints(connection)
    if line is None:
        abort(404)
    owner = line.place.provider_id
    return line.place.provider_name, [each for each in places if each.provider_id == owner]


def _fresh_number() -> str:
    return f"+447700900{clock.fresh_number(DRAMA_NUMBERS):03}"
