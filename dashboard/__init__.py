"""Pages: for staff behind a sign-in, for the public without one. Knows no SQL, no provider's format."""

from flask import Flask

from dashboard import (
    cases,
    mails,
    pages,
    phone,
    posters,
    public,
    rota,
    sessions,
    sign_in,
    staff,
    staff_voice,
    stories,
    talk,
    triage,
)
from dashboard import door as doors
from dashboard.files import Files
from dashboard.throttle import Chats, Counters, SignIns
from flows.house import Door


def register(app: Flask, door: Door) -> None:
    """Hang all pages onto `app`. The keyring must be in force (storage.database.connect)."""
    files = Files()
    doors.keep(app.extensions, door)
    sessions.configure(app, door.settings)
    counters = Counters(door.settings.redis_url)
    sign_in.configure(app.extensions, SignIns(counters))
    talk.configure(app.extensions, Chats(counters))
    pages.configure(app, door, files)
    app.register_blueprint(files.blueprint())
    rooms = (
        public,
        talk,
        sign_in,
        staff,
        staff_voice,
        stories,
        posters,
        rota,
        triage,
        cases,
        mails,
    )
    for room in rooms:
        app.register_blueprint(room.blueprint)
    if door.settings.demo:
        app.register_blueprint(phone.blueprint)
