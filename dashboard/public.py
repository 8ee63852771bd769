"""What anyone may open without a sign-in: the start page."""

from flask import Blueprint, render_template

from dashboard.door import current
from dashboard.permissions import public
from storage import services

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@public
def start() -> str:
    """What this is, and where to go."""
    poster = None
    if current().settings.demo:
        with current().house.engine.connect() as connection:
            poster = next(iter(services.touchpoints(connection)), None)
    return render_template("start.html.jinja", poster=poster)
