"""Twilio's webhooks: texts by SMS and WhatsApp, answered in TwiML in the same response; receipts."""

from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError

from bot.channels import twilio
from bot.channels.errors import ParseError
from bot.channels.values import Outgoing
from bot.dialogue.messages import Channel
from flows import receipts
from flows.accept import Accepted
from runtime import faults
from storage import database
from webhooks.arrivals import door, refused, take

routes = Blueprint("twilio", __name__, url_prefix="/webhooks/twilio")


@routes.post("/sms")
def sms() -> Response:
    """A text by SMS."""
    return _text(Channel.SMS)


@routes.post("/whatsapp")
def whatsapp() -> Response:
    """A text by WhatsApp."""
    return _text(Channel.WHATSAPP)


@routes.post("/status")
def status() -> Response:
    """What became of one of our texts."""
    if not _signed():
        refused("status")
        return _line(403, "the signature does not fit this address and form")
    try:
        receipt = twilio.parse_status(request.form.to_dict(), request.args.get("outbox"))
    except ParseError as error:
        return _line(400, str(error))
    faults.reached("receipt.verified")
    try:
        receipts.receive(door().house, receipt)
    except DBAPIError as error:
        if not database.away(error):
            raise
        return _line(503, "the database is away; the text will be looked up")
    return Response(status=204)


def _text(channel: Channel) -> Response:
    if not _signed():
        refused(channel)
        return _line(403, "the signature does not fit this address and form")
    try:
        text = twilio.parse(request.form.to_dict())
    except ParseError as error:
        refused(channel)
        return _line(400, str(error))
    if text.channel is not channel:
        refused(channel)
        return _line(400, f"this address takes {channel} only")
    faults.reached("twilio.verified")
    taken = take(text, ride=True)
    if taken.unavailable:
        return _line(503, "try again: database and queue are away")
    answer = _twiml(taken.accepted)
    faults.reached("twilio.answering")
    return Response(answer, mimetype="application/xml")


def _twiml(accepted: Accepted | None) -> str:
    replies = accepted.replies if accepted else ()
    outgoing = [
        Outgoing(outbox_id, Channel.SMS, "", "", reply.text, reply.choices)
        for outbox_id, reply in replies
    ]
    return twilio.render(outgoing, door().settings.public_url)


def _signed() -> bool:
    token = door().settings.twilio_auth_token
    if token is None:
        return False
    path = request.full_path if request.query_string else request.path
    return twilio.verify(
        token.get_secret_value(),
        door().settings.public_url,
        path,
        request.form.to_dict(),
        request.headers.get("X-Twilio-Signature", ""),
    )


def _line(code: int, line: str) -> Response:
    return Response(line + "\n", status=code, mimetype="text/plain")
