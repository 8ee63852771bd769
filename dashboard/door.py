"""The door of the web process, for pages: where its settings, its house and its Redis are found."""

from typing import cast

from flask import current_app

from flows.house import Door

_NAME = "hearback_dashboard"


def keep(extensions: dict[str, object], door: Door) -> None:
    """Put the door where `current` finds it, in an application's `extensions`."""
    extensions[_NAME] = door


def current() -> Door:
    """The door of the application that serves this request."""
    return cast("Door", current_app.extensions[_NAME])
