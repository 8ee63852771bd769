"""What all pages share: templates, the nonce, safe headers, and what is shown when something is wrong."""

from datetime import datetime
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader
from werkzeug.exceptions import HTTPException, InternalServerError

from dashboard import sessions
from dashboard.files import Files
from flows.house import Door
from insight import figures
from rules import telephone
from runtime import clock
from storage import database

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
_STAFF = frozenset(
    {"staff", "staff_voice", "stories", "posters", "rota", "sign_in", "triage", "cases", "mails"}
)
_PAGES = _STAFF | {"public", "talk", "phone"}
_NOT_PAGES = sessions.FOR_MACHINES

_TROUBLES = {
    400: (
        "Sorry, please try that again",
        "The page was open for too long, or your browser did not send our cookie. "
        "Go back, reload the page and try again.",
    ),
    403: (
        "You cannot see this page",
        "Your sign-in does not include it. Ask your experience team if you think it should.",
    ),
    404: (
        "Page not found",
        "If you typed the web address, check that it is right. "
        "If you scanned a poster, it may be an old one.",
    ),
    405: ("Page not found", "This address cannot be opened like that."),
    413: ("That was too long", "Please go back and send a shorter text."),
    429: ("Too many tries", "Wait 15 minutes, then try again."),
    500: (
        "Sorry, there is a problem",
        "It is on our side. Try again in a few minutes. Nothing that you sent before is lost.",
    ),
    503: (
        "Sorry, this is not working just now",
        "We cannot reach our records. Try again in a few minutes.",
    ),
}


def configure(app: Flask, door: Door, files: Files) -> None:
    """Set up templates, form tokens, headers and error pages on `app`."""
    _templates(app, door, files)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # webhooks prove themselves by signature
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    protection = CSRFProtect(app)
    app.before_request(lambda: _enter(protection))
    app.after_request(_safe_headers)
    app.register_error_handler(HTTPException, _trouble)


def _templates(app: Flask, door: Door, files: Files) -> None:
    app.jinja_options = {
        **app.jinja_options,
        "undefined": ChainableUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("dashboard"), PackageLoader("nhsuk_frontend_jinja")]
    )
    # Flask escapes by the ending of the name, and not ".jinja": everything must be escaped here.
    app.jinja_env.autoescape = True
    app.jinja_env.filters.update(
        day=figures.day_name,
        month=figures.month_name,
        month_code=lambda day: f"{day:%Y-%m}",
        number=figures.number,
        percent=figures.percent,
        time=_time,
        moment=_moment,
        telephone=telephone.as_written,
    )
    app.jinja_env.globals.update(
        demo=door.settings.demo, static_url=files.url, direction=_direction
    )
    app.context_processor(lambda: {"viewer": g.get("viewer"), "nonce": g.get("nonce", "")})


def _time(moment: datetime) -> str:
    """The time of day in London: "09:05"."""
    return f"{moment.astimezone(clock.LONDON):%H:%M}"


def _moment(moment: datetime) -> str:
    """Day and time in London: "2 March 2026, 09:05"."""
    return f"{figures.day_name(clock.london_day(moment))}, {_time(moment)}"


def _direction(language: str) -> str:
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def _enter(protection: CSRFProtect) -> None:
    """Before each page: who looks, and does the form carry this browser's token?"""
    if request.path.startswith(_NOT_PAGES):
        return
    g.nonce = clock.fresh_token(16)
    if request.blueprint in _STAFF:
        sessions.load()
    if request.blueprint in _PAGES and request.method not in ("GET", "HEAD", "OPTIONS"):
        protection.protect()


def _safe_headers(response: Response) -> Response:
    """Nothing but our own files, no frame around us, no address handed on, no copy kept of a page."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if request.path.startswith(_NOT_PAGES):
        return response
    headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{g.get('nonce', '')}'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.blueprint in _PAGES:
        headers["Cache-Control"] = "no-store"
    return response


def _trouble(error: HTTPException) -> Any:
    """A page that says what to do next; machines get their plain answer."""
    if request.path.startswith(_NOT_PAGES):
        return error
    code = error.code or 500
    if isinstance(error, CSRFError):
        code = 400
    if isinstance(error, InternalServerError) and _away(error):
        code = 503
    title, advice = _TROUBLES.get(code, _TROUBLES[500])
    page = render_template("trouble.html.jinja", heading=title, advice=advice)
    return page, code, {"Cache-Control": "no-store"}


def _away(error: InternalServerError) -> bool:
    return error.original_exception is not None and database.away(error.original_exception)
