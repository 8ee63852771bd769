"""The web process: one Flask application out of the providers' door and the dashboards."""

import os
from dataclasses import replace

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import dashboard
import webhooks
from bot import library
from flows.house import Door, House
from runtime import jobs, log, parentage, settings
from runtime.settings import Settings
from storage import database, silence
from storage.spool import Spool
from webhooks import draining, polling

MOST_BYTES = 64 * 1024
"""Of a posted form. Twilio's largest is under 10 KB, Telegram's under 20."""


def open_door(given: Settings) -> Door:
    """What the web process has at hand. Raises SpoolRefused where texts could not be kept safely."""
    spool = Spool(given.data_dir / "spool")
    spool.check()
    house = House(database.connect(given, patience=silence.DOOR), demo=given.demo)
    return Door(given, house, jobs.connect(given.redis_url), spool)


def make_app(door: Door) -> Flask:
    """The application, without threads of its own: tests and tools make it too."""
    for name in library.names():
        library.script(name)  # a malformed script stops the start; the first text need not wait
    app = Flask("hearback", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    if door.settings.trusted_proxies:
        count = door.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    webhooks.register(app, door)
    dashboard.register(app, door)
    return app


def _warn_of_a_proxy_unknown(given: Settings) -> None:
    """TLS ends before us, yet no proxy is trusted: every visitor then has one address, and a
    stranger's wrong passwords would throttle the staff's own sign-in."""
    if given.public_url.startswith("https://") and not given.trusted_proxies:
        log.get().warning("proxy_not_trusted", setting="HEARBACK_TRUSTED_PROXIES")


def from_environment() -> Flask:
    """What each of granian's processes calls: settings, application, and the threads."""
    parentage.die_with(os.getppid())
    given = settings.load()
    log.configure(given.log_level, "web")
    _warn_of_a_proxy_unknown(given)
    door = open_door(given)
    door = replace(door, ringer=jobs.Ringer(door.redis))
    app = make_app(door)
    draining.start(door)
    polling.start(door)
    return app
