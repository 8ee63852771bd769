"""Stories told to a service, for its team: only what their tellers let us share, and names taken out.

A story that is held for a concern, or that its teller took down, is not there.
"""

from flask import Blueprint, abort, render_template

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from runtime import clock
from storage import audit, database, figures, stories
from storage.audit import Deed

blueprint = Blueprint("stories", __name__, url_prefix="/dashboard/services/<provider>/<code>")

AUDIENCES = {
    "team": "Only for you, the team",
    "board": "The board may read it too, after somebody has released it",
    "anyone": "Anyone may read it, after somebody has released it",
}
MOST = 100


@blueprint.get("/stories")
@allow(Permission.COMMENTS)
def show(provider: str, code: str) -> str:
    """The newest stories of one service; that they were read is written down."""
    who = viewer()
    with database.staff(current().house.engine, who.providers(Permission.COMMENTS)) as connection:
        service = figures.service(connection, provider, code)
        if service is None or not who.may(Permission.COMMENTS, service):
            abort(404)
        found = stories.seen(connection, service.service_id, MOST)
        subject = ("service", service.service_id)
        deed = Deed(
            "read_stories", who.account_id, service.provider_id, subject, {"shown": len(found)}
        )
        audit.note(connection, deed, clock.now())
    return render_template(
        "stories.html.jinja", service=service, stories=found, audiences=AUDIENCES
    )
