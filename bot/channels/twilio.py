"""Twilio's webhooks (SMS and WhatsApp): verify, parse, and answer in TwiML.

Knows Twilio's wire format; refuses to know what a rating is, who may be answered, or the REST
client (`twilio_api`, which is slow to import and which a web process does not need).
"""

from collections.abc import Iterable, Mapping

from twilio.request_validator import RequestValidator, compare
from twilio.twiml.messaging_response import MessagingResponse

from bot.channels.errors import ParseError
from bot.channels.reading import words
from bot.channels.values import Outgoing, Receipt, Status, Text
from bot.dialogue.messages import Channel, Inbound, Signal

OPTED_OUT_CODE = "21610"
STATUS_PATH = "/webhooks/twilio/status"

_WHATSAPP = "whatsapp:"
_LONGEST_NAME = 64
_SIGNALS = {"STOP": Signal.OPTED_OUT, "START": Signal.OPTED_IN, "HELP": Signal.HELP}
_STATUSES = {
    "accepted": Status.QUEUED,
    "scheduled": Status.QUEUED,
    "queued": Status.QUEUED,
    "sending": Status.QUEUED,
    "sent": Status.SENT,
    "partially_delivered": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}


def verify(
    auth_token: str, public_url: str, path: str, form: Mapping[str, str], signature: str
) -> bool:
    """Whether Twilio signed this form for our public address, in constant time.

    public_url: the setting, never the request's own idea of its host, which a proxy rewrites.
    path: as requested, with "?" and the query where there is one.
    Source: Twilio, "Webhooks security: validating signatures".
    """
    validator, address, fields = RequestValidator(auth_token), public_url + path, dict(form)
    # `validate` works out two signatures, with and without the port; the address as it stands is
    # nearly always the one.
    if compare(validator.compute_signature(address, fields), signature):
        return True
    return bool(validator.validate(address, fields, signature))


def parse(form: Mapping[str, str]) -> Text:
    """One incoming message as every channel's `Text`. Raises ParseError with one clear line."""
    sender, receiver = _needed(form, "From"), _needed(form, "To")
    channel = Channel.WHATSAPP if sender.startswith(_WHATSAPP) else Channel.SMS
    return Text(
        channel=channel,
        account=_needed(form, "AccountSid"),
        provider_ref=_needed(form, "MessageSid"),
        our_address=receiver.removeprefix(_WHATSAPP),
        their_address=sender.removeprefix(_WHATSAPP),
        inbound=_inbound(form, channel),
    )


def parse_status(form: Mapping[str, str], outbox: str | None) -> Receipt:
    """A status callback as a Receipt; `outbox` is the query's, as `status_url` wrote it.

    Raises ParseError.
    """
    channel = Channel.WHATSAPP if form.get("To", "").startswith(_WHATSAPP) else Channel.SMS
    return receipt(
        channel,
        sid=_needed(form, "MessageSid"),
        status=_needed(form, "MessageStatus"),
        error_code=form.get("ErrorCode"),
        outbox_id=_outbox_id(outbox),
    )


def receipt(
    channel: Channel, sid: str, status: str, error_code: str | None, outbox_id: int | None
) -> Receipt:
    """Twilio's own status word as ours; ErrorCode "0" and "" mean none. Raises ParseError."""
    if status not in _STATUSES:
        raise ParseError("MessageStatus is none that we know")
    code = error_code if error_code not in (None, "", "0") else None
    return Receipt(
        channel=channel,
        provider_ref=sid,
        status=_STATUSES[status],
        outbox_id=outbox_id,
        error_code=code,
        opted_out=code == OPTED_OUT_CODE,
    )


def render(replies: Iterable[Outgoing], public_url: str) -> str:
    """The replies as TwiML, each with its own receipt address; none is an empty `<Response/>`.

    The address goes into `action`, which Twilio documents for this in place of `statusCallback`.
    """
    response = MessagingResponse()
    for reply in replies:
        response.message(reply.text, action=status_url(public_url, reply.outbox_id), method="POST")
    return str(response)


def status_url(public_url: str, outbox_id: int) -> str:
    """Where Twilio tells us what became of this outbox row."""
    return f"{public_url}{STATUS_PATH}?outbox={outbox_id}"


def wire_address(channel: Channel, address: str) -> str:
    """An address as Twilio writes it on this channel."""
    return _WHATSAPP + address if channel is Channel.WHATSAPP else address


def _inbound(form: Mapping[str, str], channel: Channel) -> Inbound:
    if "Body" not in form:
        raise ParseError("the form has no Body")
    text = words("Body", form["Body"])
    signal = _SIGNALS.get(form.get("OptOutType", ""))
    choice = form.get("ButtonPayload") or form.get("ListId") or None
    return Inbound(
        text=text,
        channel=channel,
        signal=signal or (Signal.MEDIA_ONLY if _without_words(form, text) else None),
        choice=words("ButtonPayload", choice) if choice else None,
        carrier_answered=signal is not None,
    )


def _without_words(form: Mapping[str, str], text: str) -> bool:
    sent_something = form.get("NumMedia", "0") not in ("", "0") or "Latitude" in form
    return sent_something and not text.strip()


def _needed(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise ParseError(f"the form has no {name}")
    if len(value) > _LONGEST_NAME:
        raise ParseError(f"{name} is longer than {_LONGEST_NAME} characters")
    return words(name, value)


def _outbox_id(outbox: str | None) -> int | None:
    if outbox is None:
        return None
    if not (outbox.isascii() and outbox.isdigit() and len(outbox) < 19):
        raise ParseError("outbox is not a number")
    return int(outbox)
