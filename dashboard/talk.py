"""The web chat of a touchpoint: the same conversation as by text, private to one browser.

Its only key is a token in this browser's signed cookie; the address holds nothing but the touchpoint.
On a shared computer the page forgets: when told to, when left, and after 20 minutes without use.
"""

from dataclasses import replace
from datetime import timedelta

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
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from bot import library
from bot.channels import webchat
from bot.channels.errors import ParseError
from bot.channels.values import Text
from bot.dialogue.languages import ENGLISH
from bot.dialogue.messages import Channel, Choice
from dashboard import languages
from dashboard.door import current
from dashboard.permissions import public
from dashboard.throttle import Chats
from flows import letters
from flows.accept import accept
from flows.threads import Line, thread
from runtime import clock
from storage import database
from storage.services import Place

blueprint = Blueprint("talk", __name__, url_prefix="/talk")

ELSEWHERE = "https://www.bbc.co.uk/weather"
"""Where "Leave this page" goes: a page that anyone might have open (the GOV.UK pattern's own)."""
MOST_CHATS = 8
IDLE = timedelta(minutes=20)
"""After so long without use the page shows nothing any more."""
_ASKING = ("?", "؟")
_NOTED = timedelta(minutes=1)
_THROTTLE = "hearback_chat_throttle"


def configure(extensions: dict[str, object], throttle: Chats) -> None:
    """Keep the counters of this process beside its context."""
    extensions[_THROTTLE] = throttle


@blueprint.get("/<touchpoint>")
@public
def show(touchpoint: str) -> str:
    """The chat so far, or its question."""
    place = _place(touchpoint)
    _forget_when_idle()
    return _chat(place)


@blueprint.post("/<touchpoint>")
@public
def say(touchpoint: str) -> str | tuple[str, int] | Response:
    """Take in what was typed or pressed, then show the chat again.

    However long it was being written: it belongs to the conversation whose page it was written on.
    While the database is away the words go to the spool, as a text's would.
    """
    code = touchpoint.upper()
    if not _admitted(code):
        return _chat(_place(code), "too_many"), 429
    form = {**_typed(), "conversation": _token(code) or _begin(code)}
    try:
        text = _in_its_language(webchat.parse(form, code))
    except ParseError:
        return _chat(_place(code), "too_long"), 422
    if not text.inbound.text.strip() and text.inbound.choice is None:
        return _chat(_place(code), "nothing"), 422
    try:
        _take(text)
    except SQLAlchemyError as error:
        if not database.away(error):
            raise
        current().spool.add(letters.from_text(text), clock.now())
        return render_template("kept.html.jinja", code=code)
    return redirect(url_for("talk.show", touchpoint=code, _anchor="newest"), 303)


@blueprint.post("/<touchpoint>/language")
@public
def speak(touchpoint: str) -> Response:
    """From now on in another language: the page at once, and the conversation as if by its name."""
    place = _place(touchpoint)
    code = place.touchpoint_code
    offered = {each.code: each for each in languages.offered(place)}
    chosen = offered.get(request.form.get("language", ""))
    if chosen and _admitted(code):
        session["chat_language"] = chosen.code
        form = {**_typed(), "text": chosen.native}
        _take(webchat.parse({**form, "conversation": _token(code) or _begin(code)}, code))
    return redirect(url_for("talk.show", touchpoint=code), 303)


@blueprint.get("/<touchpoint>/leave")
@public
def leave(touchpoint: str) -> Response:
    """Forget this browser's chats, then show something harmless."""
    _forget()
    return redirect(ELSEWHERE, 303)


@blueprint.get("/<touchpoint>/cleared")
@public
def cleared(touchpoint: str) -> str:
    """Forget this browser's chats, and say that nothing is left to read here."""
    place = _place(touchpoint)
    page = _page("cleared.html.jinja", place)
    _forget()
    return page


@blueprint.post("/<touchpoint>/stay")
@public
def stay(touchpoint: str) -> Response:
    """No clearing by itself for this browser (WCAG 2.2.1: a time limit can be turned off)."""
    session["chat_stays"] = True
    return redirect(url_for("talk.show", touchpoint=touchpoint.upper()), 303)


def _admitted(code: str) -> bool:
    throttle: Chats = current_app.extensions[_THROTTLE]
    return throttle.admits(_token(code), request.remote_addr or "")


def _typed() -> dict[str, str]:
    """The form as it was typed: browsers write a line break in two characters."""
    return {name: value.replace("\r\n", "\n") for name, value in request.form.items()}


def _in_its_language(text: Text) -> Text:
    """With the language of the page, where one was chosen: a new conversation begins in it."""
    chosen = session.get("chat_language")
    return replace(text, inbound=replace(text.inbound, language=chosen)) if chosen else text


def _take(text: Text) -> None:
    """As a text message is taken in; 404 before that, if the touchpoint is none of ours."""
    _place(text.our_address)
    _note_use()
    accepted = accept(current().house, text, clock.now(), ride=False)
    current().ring(*accepted.bells)


def _place(code: str) -> Place:
    house = current().house
    with house.engine.connect() as connection:
        place = house.touchpoint(connection, code)
    if place is None:
        abort(404)
    return place


def _chat(place: Place, error: str | None = None) -> str:
    lines, script = _lines(place.touchpoint_code), languages.script_of(place)
    first = script.steps[0]
    return _page(
        "talk.html.jinja",
        place,
        lines=lines,
        question=_question(script.says(first.asks, _language(), Channel.WEB), place),
        choices=_choices(lines, script.choices(first, _language(), Channel.WEB)),
        once=clock.fresh_token(),
        error=error,
        errors=bool(error),
        typed=request.form.get("text", ""),
        offered=languages.offered(place),
        access_link=script.details.access_link,
        idle_minutes=None if session.get("chat_stays") else IDLE // timedelta(minutes=1),
    )


def _question(said: str, place: Place) -> str:
    """The opening down to its question mark, without the provider's name: the page has both."""
    lines = said.replace(f"{place.provider_name}: ", "", 1).splitlines()
    asked = next((at for at, line in enumerate(lines) if line.strip().endswith(_ASKING)), 0)
    return "\n".join(lines[: asked + 1])


def _page(template: str, place: Place, **values: object) -> str:
    """A page of the chat, its own words in the chosen language where that may go out."""
    language, script = library.languages()[_language()], languages.script_of(place)
    rendering = script.rendering("help", language.code, Channel.WEB)
    return render_template(
        template,
        lang=library.languages()[rendering.language].tag,
        chosen=language.code,
        draft=rendering.draft,
        words=library.sentences("chat", language.code, script.details.drafts),
        place=place,
        **values,
    )


def _lines(code: str) -> list[Line]:
    token = _token(code)
    return thread(current().house, Channel.WEB, code, token) if token else []


def _choices(lines: list[Line], opening: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The buttons under our last text; before the first one, those of the opening question."""
    ours = [line for line in lines if line.ours]
    return ours[-1].choices if ours else opening


# ------------------------------------------------------------------------------ this browser's cookie


def _language() -> str:
    """The language of the page: the one that was chosen, else English."""
    chosen = str(session.get("chat_language", ENGLISH))
    return chosen if chosen in library.languages() else ENGLISH


def _token(code: str) -> str | None:
    chats: dict[str, str] = session.get("chats", {})
    return chats.get(code)


def _begin(code: str) -> str:
    """A new conversation of this browser; the oldest of many is forgotten."""
    token = clock.fresh_token()
    chats = {**session.get("chats", {}), code: token}
    session["chats"] = dict(list(chats.items())[-MOST_CHATS:])
    return token


def _note_use() -> None:
    """Remember when the chat was last used, to the minute: few answers then set a cookie."""
    now = clock.now().timestamp()
    if now - session.get("chat_used", 0.0) > _NOTED.total_seconds():
        session["chat_used"] = now


def _forget_when_idle() -> None:
    """A page that is opened after a long pause shows nothing of what was said before it."""
    if "chats" not in session:
        return
    idle = clock.now().timestamp() - session.get("chat_used", 0.0)
    if idle > IDLE.total_seconds() and not session.get("chat_stays"):
        _forget()
    else:
        _note_use()


def _forget() -> None:
    for name in ("chats", "chat_used", "chat_stays", "chat_language"):
        session.pop(name, None)
