"""Signing in and out with a local account. Says the same of a wrong password and of no account."""

from dataclasses import dataclass

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dashboard import passwords, sessions
from dashboard.door import current
from dashboard.permissions import public, signed_in, viewer
from dashboard.throttle import Attempt, SignIns
from runtime import clock
from storage import accounts, audit
from storage.accounts import Member
from storage.audit import Deed

blueprint = Blueprint("sign_in", __name__, url_prefix="/dashboard")
_THROTTLE = "hearback_throttle"

WRONG = "The email address or password is not right"
TOO_OFTEN = "Too many tries. Wait 15 minutes, then try again"


@dataclass(frozen=True, slots=True)
class _Form:
    """What was typed, and where to go afterwards."""

    email: str
    password: str
    wanted: str

    @classmethod
    def posted(cls) -> "_Form":
        form = request.form
        return cls(form.get("email", "").strip(), form.get("password", ""), form.get("next", ""))

    def missing(self) -> dict[str, str]:
        """What must be filled in, by field."""
        asked = (("email", self.email, "email address"), ("password", self.password, "password"))
        return {field: f"Enter your {name}" for field, typed, name in asked if not typed}


def configure(extensions: dict[str, object], throttle: SignIns) -> None:
    """Keep the counters of this process beside its context."""
    extensions[_THROTTLE] = throttle


@blueprint.get("/sign-in")
@public
def show() -> str | Response:
    """The form; whoever is signed in already goes on."""
    if g.viewer:
        return redirect(_onward(request.args.get("next", "")), 303)
    return _page(_Form("", "", request.args.get("next", "")), {})


@blueprint.post("/sign-in")
@public
def sign_in() -> tuple[str, int] | Response:
    """Check the password, or say what is wrong."""
    form = _Form.posted()
    if errors := form.missing():
        return _page(form, errors), 422
    attempt = Attempt(form.email, request.remote_addr or "")
    throttle: SignIns = current_app.extensions[_THROTTLE]
    if not throttle.admits(attempt):
        return _page(form, {"email": TOO_OFTEN}), 429
    member = _check(form)
    if member is None:
        throttle.failed(attempt)
        return _page(form, {"email": WRONG}), 422
    throttle.succeeded(attempt)
    _let_in(member, form.password)
    return redirect(_onward(form.wanted), 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """Close this session, on the server too."""
    deed = Deed("signed_out", account_id=viewer().account_id)
    with current().house.engine.begin() as connection:
        audit.note(connection, deed, clock.now())
        sessions.end(connection)
    return redirect(url_for("sign_in.show"), 303)


def _check(form: _Form) -> Member | None:
    with current().house.engine.connect() as connection:
        member = accounts.by_email(connection, form.email)
    kept = member.password_hash if member else None
    return member if passwords.right(form.password, kept) else None


def _let_in(member: Member, password: str) -> None:
    now = clock.now()
    with current().house.engine.begin() as connection:
        accounts.signed_in(connection, member.account_id, now)
        audit.note(connection, Deed("signed_in", account_id=member.account_id), now)
        if member.password_hash and passwords.dated(member.password_hash):
            renewed = passwords.hashed(password)
            accounts.rehash(connection, member.account_id, member.password_hash, renewed)
        sessions.begin(connection, member, now)


def _onward(wanted: str) -> str:
    """Only to a page of the dashboard: an address from outside must not send people elsewhere."""
    inside = wanted.startswith("/dashboard/") and "\\" not in wanted and "//" not in wanted
    return wanted if inside else url_for("staff.overview")


def _page(form: _Form, errors: dict[str, str]) -> str:
    return render_template("sign_in.html.jinja", form=form, errors=errors)
