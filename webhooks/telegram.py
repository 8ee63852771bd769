"""Telegram's webhook. The secret token is compared in constant time; replies leave by the outbox.

Only that a button was pressed is acknowledged at once, in the answer itself.
"""

from flask import Blueprint, Response, jsonify, request

from bot.channels.errors import ParseError
from bot.channels.values import Text
from bot.dialogue.messages import Channel
from runtime import faults
from webhooks.arrivals import door, refused, take


def prepare() -> None:
    """Load Telegram's library at the start, so that the first update need not wait for it."""
    import bot.channels.telegram  # noqa: F401


routes = Blueprint("telegram", __name__, url_prefix="/webhooks")


@routes.post("/telegram")
def update() -> Response:
    """One update. Any answer but 2xx makes Telegram send it again."""
    settings = door().settings
    token, secret = settings.telegram_bot_token, settings.telegram_webhook_secret
    if token is None or secret is None:
        return _refuse()
    from bot.channels import telegram  # its library takes 30 MB: only where there is a bot

    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
    if not telegram.verify(secret.get_secret_value(), given):
        return _refuse()
    bot = telegram.bot_id(token.get_secret_value())
    try:
        text = telegram.parse(telegram.read_update(request.get_data()), bot)
    except ParseError as error:
        refused(Channel.TELEGRAM)
        return _line(400, str(error))
    return _taken(text) if text else Response(status=200)


def _taken(text: Text) -> Response:
    """What Telegram is answered; a pressed button stops turning by it."""
    from bot.channels import telegram

    faults.reached("telegram.verified")
    if take(text, ride=False).unavailable:
        return _line(503, "try again: database and queue are away")
    if text.press is not None:
        return jsonify(telegram.acknowledgement(text.press))
    return Response(status=200)


def _refuse() -> Response:
    refused(Channel.TELEGRAM)
    return _line(403, "the secret token is missing or wrong")


def _line(code: int, line: str) -> Response:
    return Response(line + "\n", status=code, mimetype="text/plain")
