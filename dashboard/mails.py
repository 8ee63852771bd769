"""Letters to staff and what became of each; in the demo, what would have gone out."""

from flask import Blueprint, render_template

from dashboard.door import current
from dashboard.permissions import Permission, allow, viewer
from flows import mail

blueprint = Blueprint("mails", __name__, url_prefix="/dashboard")

STATES = {
    "queued": "waits to be sent",
    "sending": "being sent",
    "sent": "sent",
    "failed": "NOT SENT",
    "unconfirmed": "NOBODY KNOWS: ask them whether it came",
}


@blueprint.get("/letters")
@allow(Permission.LETTERS, hidden=True)
def letters() -> str:
    """The newest letters to staff; those that nobody knows of stand out."""
    found = mail.newest(current().house, viewer().providers(Permission.LETTERS))
    url = current().settings.public_url
    kept = current().settings.demo and current().settings.smtp_url is None
    shown = [(each, mail.written(each.kind, each.alert_id, each.provider, url)) for each in found]
    return render_template("mails.html.jinja", letters=shown, states=STATES, kept=kept)
