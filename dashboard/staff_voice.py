"""What staff of a service told us by their own link: nothing below eleven answers, and whom to speak up to.

Not for a ward's own manager: who runs a small team would know whose words these are.
"""

from flask import Blueprint, abort, render_template

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from runtime import clock
from storage import audit, database, figures, staff_voice
from storage.audit import Deed

blueprint = Blueprint("staff_voice", __name__, url_prefix="/dashboard/services/<provider>/<code>")

FLOOR = 11
RAISED = {
    "acted_on": "Yes, and it was acted on",
    "raised": "Yes, but nothing changed",
    "not_raised": "No",
}
WORDS = {
    "stops": "What stops you giving the best care?",
    "comment": "What one change would help most, and what matters most to you?",
    "raised": "About telling someone",
}
"""Question -> how staff were asked it, or what their words to it are about."""


@blueprint.get("/staff")
@allow(Permission.STAFF_VOICE, hidden=True)
def show(provider: str, code: str) -> str:
    """The answers of this service's staff; that they were read is written down."""
    who = viewer()
    with database.staff(
        current().house.engine, who.providers(Permission.STAFF_VOICE)
    ) as connection:
        service = figures.service(connection, provider, code)
        if service is None or not who.may(Permission.STAFF_VOICE, service):
            abort(404)
        said = staff_voice.said(connection, service.service_id)
        guardian = staff_voice.guardian(connection, service.service_id)
        subject = ("service", service.service_id)
        deed = Deed(
            "read_staff_answers", who.account_id, service.provider_id, subject,
            {"shown": said.answered},
        )  # fmt: skip
        audit.note(connection, deed, clock.now())
    return render_template(
        "staff_voice.html.jinja", service=service, said=said, guardian=guardian, floor=FLOOR,
        raised=RAISED, questions=WORDS,
    )  # fmt: skip
