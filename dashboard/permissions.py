"""Who may open what: the one table of roles, and the mark that every route carries.

A route says `@allow(Permission.FIGURES)`, `@signed_in` or `@public`; a house test fails for a route
that says nothing. What a person may see is a matter of role and place together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from storage.accounts import Granted
from storage.figures import ServiceSeen

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
SIGNED_IN = "signed_in"
_MARK = "permission"


class Permission(StrEnum):
    """What a role may open at the places where it is held."""

    FIGURES = "figures"
    COMMENTS = "comments"
    POSTERS = "posters"
    STAFF_VOICE = "staff_voice"
    ROTA = "rota"
    TRIAGE = "triage"
    CASES = "cases"
    GLASS = "glass"
    LETTERS = "letters"


_BOTH = frozenset({Permission.FIGURES, Permission.COMMENTS})
_FIGURES = frozenset({Permission.FIGURES})
_TEAM = _BOTH | {Permission.POSTERS}
_ROTA = frozenset({Permission.ROTA, Permission.LETTERS})
_TRIAGE = _FIGURES | {Permission.TRIAGE}
_NOTHING_YET: frozenset[Permission] = frozenset()

ROLES: dict[str, frozenset[Permission]] = {
    "ward": _TEAM,
    "service_lead": _TEAM | {Permission.STAFF_VOICE},
    "experience_lead": _TEAM | {Permission.CASES, Permission.STAFF_VOICE},
    "safeguarding": _BOTH | _ROTA | {Permission.TRIAGE},
    "on_call": _TRIAGE,
    "patient_safety": _TRIAGE,
    "board": _FIGURES,
    "data_protection_officer": _FIGURES | {Permission.GLASS},
    "administrator": _FIGURES | _ROTA | {Permission.POSTERS},
    # These two see only suppressed figures and released words (facts/safety.md, "Small numbers" and
    # "Redaction helps a reader"); no page shows those yet.
    "lived_experience_partner": _NOTHING_YET,
    "icb_analyst": _NOTHING_YET,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The member of staff who looks, with all roles that they hold."""

    account_id: int
    name: str
    email: str
    grants: tuple[Granted, ...]

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that some role of theirs carries somewhere."""
        return frozenset().union(*(ROLES[grant.role] for grant in self.grants))

    def holds(self, permission: Permission) -> bool:
        """Whether any role of theirs, anywhere, carries this permission."""
        return permission in self.permissions

    def providers(self, permission: Permission) -> tuple[int, ...]:
        """The providers at which they hold it, at least for a part."""
        held = {grant.provider_id for grant in self.grants if permission in ROLES[grant.role]}
        return tuple(sorted(held))

    def may(self, permission: Permission, service: ServiceSeen) -> bool:
        """Whether they hold it for this very service."""
        return any(
            permission in ROLES[grant.role] and _covers(grant, service) for grant in self.grants
        )

    def among(self, permission: Permission, services: Iterable[ServiceSeen]) -> list[ServiceSeen]:
        """Those of `services` for which they hold it."""
        return [service for service in services if self.may(permission, service)]


def _covers(grant: Granted, service: ServiceSeen) -> bool:
    return (
        grant.provider_id == service.provider_id
        and grant.site_id in (None, service.site_id)
        and grant.service_id in (None, service.service_id)
    )


def viewer() -> Viewer:
    """Who looks at this page. Only behind `allow` or `signed_in`."""
    return cast("Viewer", g.viewer)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone may open this."""

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    return _marked(opened, PUBLIC)


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Any member of staff may open this, whatever their roles."""

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return view(*args, **kwargs) if g.viewer else _to_sign_in()

    return _marked(opened, SIGNED_IN)


def allow(
    permission: Permission, *, hidden: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Staff may open this who hold `permission` somewhere; the view asks for the very place.

    hidden: to all others it is not there at all (404), rather than forbidden.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def opened(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if g.viewer is None:
                return _to_sign_in()
            if not g.viewer.holds(permission):
                abort(404 if hidden else 403)
            return view(*args, **kwargs)

        return _marked(opened, permission.value)

    return mark


def permission_of(view: Callable[..., Any]) -> str | None:
    """What a route says of itself: a permission, `signed_in`, `public`, or None if it says nothing."""
    return getattr(view, _MARK, None)


def _marked(view: Callable[P, R], mark: str) -> Callable[P, R]:
    setattr(view, _MARK, mark)
    return view


def _to_sign_in() -> Response:
    """Sign in first; then back to the page that was asked for, if it was a page to look at."""
    wanted = request.path if request.method == "GET" else None
    return redirect(url_for("sign_in.show", next=wanted), 303)
