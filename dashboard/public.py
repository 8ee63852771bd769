"""What anyone may open: the start page and the web chat of a touchpoint.

The chat runs the same conversation as a text message. Its only key is a token in this browser's
signed cookie; the address holds nothing but the touchpoint.
"""

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from bot.channels import webchat
from bot.channels.errors import ParseError
from bot.channels.values import Text
from bot.dialogue.messages import Channel, Choice
from dashboard.door import current
from dashboard.permissions import public
from dashboard.throttle import Chats
from flows import letters
from flows.accept import accept
from flows.threads import Line, thread
from insight.fft import ANSWERS, LABELS, QUESTION
from runtime import clock, jobs
from storage import database, services
from storage.services import Place

blueprint = Blueprint("public", __name__)

ELSEWHERE = "https://www.bbc.co.uk/weather"
"""Where "Leave this page" goes: a page that anyone might have open (the GOV.UK pattern's own)."""
MOST_CHATS = 8
NOTHING = "Choose an answer or write something"
TOO_LONG = "Write a shorter text, up to 10,000 characters"
TOO_MANY = (
    "Too many texts came in a short time, so we have not taken this one in. What you typed is still "
    "here. Wait 10 minutes, then send it again. Need help now? Call 111, or 999 if a life is in danger"
)
_THROTTLE = "hearback_chat_throttle"

_OPENING = tuple(Choice(answer, LABELS[answer]) for answer in ANSWERS)


def configure(extensions: dict[str, object], throttle: Chats) -> None:
    """Keep the counters of this process beside its context."""
    extensions[_THROTTLE] = throttle


@blueprint.get("/")
@public
def start() -> str:
    """What this is, and where to go."""
    poster = None
    if current().settings.demo:
        with current().house.engine.connect() as connection:
            poster = next(iter(services.touchpoints(connection)), None)
    return render_template("start.html.jinja", poster=poster)


@blueprint.get("/talk/<touchpoint>")
@public
def talk(touchpoint: str) -> str:
    """The chat so far, or its question."""
    return _chat(_place(touchpoint), {})


@blueprint.post("/talk/<touchpoint>")
@public
def say(touchpoint: str) -> str | tuple[str, int] | Response:
    """Take in what was typed or pressed, then show the chat again.

    While the database is away the words go to the spool, as a text's would.
    """
    code = touchpoint.upper()
    throttle: Chats = current_app.extensions[_THROTTLE]
    if not throttle.admits(_token(code), request.remote_addr or ""):
        return _chat(_place(code), {"text": TOO_MANY}), 429
    form = {**_typed(), "conversation": _token(code) or _begin(code)}
    try:
        text = webchat.parse(form, code)
    except ParseError:
        return _chat(_place(code), {"text": TOO_LONG}), 422
    if not text.inbound.text.strip() and text.inbound.choice is None:
        return _chat(_place(code), {"text": NOTHING}), 422
    try:
        _take(text)
    except DBAPIError as error:
        if not database.away(error):
            raise
        current().spool.add(letters.from_text(text), clock.now())
        return render_template("kept.html.jinja", code=code)
    return redirect(url_for("public.talk", touchpoint=code, _anchor="newest"), 303)


@blueprint.get("/talk/<touchpoint>/leave")
@public
def leave(touchpoint: str) -> Response:
    """Forget this browser's chats, then show something harmless."""
    session.pop("chats", None)
    return redirect(ELSEWHERE, 303)


def _typed() -> dict[str, str]:
    """The form as it was typed: browsers write a line break in two characters."""
    return {name: value.replace("\r\n", "\n") for name, value in request.form.items()}


def _take(text: Text) -> None:
    """As a text message is taken in; 404 before that, if the touchpoint is none of ours."""
    _place(text.our_address)
    accepted = accept(current().house, text, clock.now(), ride=False)
    jobs.ring(current().redis, *accepted.bells)


def _place(code: str) -> Place:
    house = current().house
    with house.engine.connect() as connection:
        place = house.touchpoint(connection, code)
    if place is None:
        abort(404)
    return place


def _chat(place: Place, errors: dict[str, str]) -> str:
    lines = _lines(place.touchpoint_code)
    return render_template(
        "talk.html.jinja",
        place=place,
        lines=lines,
        question=QUESTION,
        choices=_choices(lines),
        once=clock.fresh_token(),
        errors=errors,
        typed=request.form.get("text", ""),
    )


def _lines(code: str) -> list[Line]:
    token = _token(code)
    return thread(current().house, Channel.WEB, code, token) if token else []


def _choices(lines: list[Line]) -> tuple[Choice, ...]:
    """The buttons under our last text; before the first one, the six answers."""
    ours = [line for line in lines if line.ours]
    return ours[-1].choices if ours else _OPENING


def _token(code: str) -> str | None:
    chats: dict[str, str] = session.get("chats", {})
    return chats.get(code)


def _begin(code: str) -> str:
    """A new conversation of this browser; the oldest of many is forgotten."""
    token = clock.fresh_token()
    chats = {**session.get("chats", {}), code: token}
    session["chats"] = dict(list(chats.items())[-MOST_CHATS:])
    return token
