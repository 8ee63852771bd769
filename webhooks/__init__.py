"""The door by which providers come in: Twilio, Telegram, receipts, health. Knows not how jobs run."""

from flask import Flask

from flows.house import Door
from webhooks import health, telegram, twilio


def register(app: Flask, door: Door) -> None:
    """Add the providers' routes to `app`."""
    app.extensions["hearback_door"] = door
    if door.settings.telegram_bot_token is not None:
        telegram.prepare()
    for blueprint in (twilio.routes, telegram.routes, health.routes):
        app.register_blueprint(blueprint)
