"""The posters of a service: a page to choose one, and the files to print."""

from typing import Literal

from flask import Blueprint, Response, abort, render_template

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from flows import posters
from storage import database, figures, services
from storage.figures import ServiceSeen

blueprint = Blueprint(
    "posters", __name__, url_prefix="/dashboard/services/<provider>/<code>/posters"
)

KINDS: dict[str, tuple[Literal["pdf", "svg"], str]] = {
    "pdf": ("pdf", "application/pdf"),
    "svg": ("svg", "image/svg+xml"),
}


@blueprint.get("/")
@allow(Permission.POSTERS)
def show(provider: str, code: str) -> str:
    """Each open touchpoint of the service, with its poster in both formats."""
    return _page(_service(provider, code))


@blueprint.get("/<touchpoint>.<kind>")
@allow(Permission.POSTERS)
def download(provider: str, code: str, touchpoint: str, kind: str) -> Response | tuple[str, int]:
    """One poster as a file."""
    service = _service(provider, code)
    if kind not in KINDS:
        abort(404)
    poster = None
    if touchpoint in dict(_touchpoints(service)):
        poster = posters.poster(current().house, current().settings.public_url, touchpoint)
    if poster is None:
        abort(404)
    from dashboard import poster as press  # what sets type takes 10 MB: only where it is asked for

    form, mimetype = KINDS[kind]
    try:
        printed = press.render(poster, form)
    except press.CannotPrint as error:
        return _page(service, f"This poster cannot be made: {error}."), 422
    response = Response(printed, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="poster-{touchpoint}.{kind}"'
    return response


def _page(service: ServiceSeen, problem: str | None = None) -> str:
    return render_template(
        "posters.html.jinja",
        service=service,
        touchpoints=_touchpoints(service),
        problem=problem,
        errors=bool(problem),
    )


def _touchpoints(service: ServiceSeen) -> list[tuple[str, str]]:
    with current().house.engine.connect() as connection:
        return services.codes(connection, service.service_id)


def _service(provider: str, code: str) -> ServiceSeen:
    """The service, or 404: somebody else's looks like one that does not exist."""
    who = viewer()
    with database.staff(current().house.engine, who.providers(Permission.POSTERS)) as connection:
        found = figures.service(connection, provider, code)
    if found is None or not who.may(Permission.POSTERS, found):
        abort(404)
    return found
