"""Twilio's webhooks: texts by SMS and WhatsApp, answered in TwiML in the same response; receipts."""

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import twilio
from bot.channels.errors import ParseError
from bot.channels.reading import read_form
from bot.channels.values import Outgoing
from bot.dialogue.messages import Channel
from flows import receipts
from flows.accept import Accepted
from runtime import faults
from storage import database
from webhooks.arrivals import door, refused, take


class _NotSigned(Exception):
    """Whoever sent this form does not hold our auth token, or meant another address."""


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
    try:
        form = _signed_form()
        receipt = twilio.parse_status(form, request.args.get("outbox"))
    except (ParseError, _NotSigned) as error:
        return _refuse("status", error)
    faults.reached("receipt.verified")
    try:
        receipts.receive(door().house, receipt)
    except SQLAlchemyError as error:
        if not database.away(error):
            raise
        return _line(503, "the database is away; the text will be looked up")
    return Response(status=204)


def _text(channel: Channel) -> Response:
    try:
        text = twilio.parse(_signed_form())
        if text.channel is not channel:
            raise ParseError(f"this address takes {channel} only")
    except (ParseError, _NotSigned) as error:
        return _refuse(channel, error)
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


def _signed_form() -> dict[str, str]:
    """The form, if Twilio signed it. Raises ParseError, _NotSigned."""
    settings = door().settings
    form = read_form(request.get_data())
    path = request.full_path if request.query_string else request.path
    signature = request.headers.get("X-Twilio-Signature", "")
    token = settings.twilio_auth_token
    if token is None or not twilio.verify(
        token.get_secret_value(), settings.public_url, path, form, signature
    ):
        raise _NotSigned("the signature does not fit this address and form")
    return form


def _refuse(door_name: str, error: ParseError | _NotSigned) -> Response:
    refused(door_name)
    return _line(403 if isinstance(error, _NotSigned) else 400, str(error))


def _line(code: int, line: str) -> Response:
    return Response(line + "\n", status=code, mimetype="text/plain")
