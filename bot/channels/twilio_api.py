"""Twilio's REST side: send what is not a reply, and look up what became of a text.

Knows the REST client and its errors; refuses to know rows, retries and who may be texted.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError

from bot.channels import twilio
from bot.channels.errors import ParseError, Policy, SendError
from bot.channels.values import Outgoing, Receipt, Sent
from bot.dialogue.messages import Channel
from runtime.settings import Settings

_LATER = {20429: 2.0, 14107: 2.0, 63018: 5.0, 30001: 30.0}
"""Throttled by the API, by the sender's rate, by WhatsApp; the queue is full. Seconds to wait."""

_OURS_TO_MEND = frozenset(
    (
        20003,
        20005,
        20008,
        20404,
        21212,
        21655,
        21656,
        21408,
        21603,
        21606,
        21608,
        21609,
        21659,
        21660,
    )
) | frozenset((21701, 21703, 21704, 21705, 30002, 63007))
"""Wrong token, suspended or trial account, a sender or messaging service that is not ours, a
callback address that Twilio refuses, a country that is not switched on, a template that is not
ours or wants values."""

_CLOCKS_APART = timedelta(minutes=1)
_NEWEST = 50


class TwilioSender:
    """Sends SMS and WhatsApp through Twilio's REST API, and looks texts up there."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        public_url: str,
        *,
        api_base_url: str | None = None,
        messaging_service_sid: str | None = None,
        timeout: float = 8.0,
    ) -> None:
        """timeout: seconds for the connection, and again for the answer."""
        for name in ("twilio.http_client", "urllib3"):
            logging.getLogger(name).setLevel(logging.WARNING)  # look-ups have numbers in the URL
        self._public_url = public_url
        self._service = messaging_service_sid
        self._http = _HttpClient(api_base_url, timeout)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    @classmethod
    def from_settings(cls, settings: Settings) -> "TwilioSender | None":
        """The sender that the settings describe, or None where there is no Twilio account."""
        if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
            return None
        return cls(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            settings.public_url,
            api_base_url=settings.twilio_api_base_url,
            messaging_service_sid=settings.twilio_messaging_service_sid,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.session.close()

    def ready_in(self, _outgoing: Outgoing) -> float:
        """At once: Twilio queues what a number cannot send yet, and says 429 beyond that."""
        return 0.0

    def send(self, outgoing: Outgoing) -> Sent:
        """One message. Raises SendError; after UNCONFIRMED ask `lookup`, never send again.

        One with a `content` is that template with its buttons, and our own words stay here: TwiML
        and `Body` can carry none (Twilio, Content API, "Send a content template").

        From is always the number that was texted, also within a messaging service: a
        conversation stays on one number.
        """
        fields = {
            "to": twilio.wire_address(outgoing.channel, outgoing.to_address),
            "from_": twilio.wire_address(outgoing.channel, outgoing.our_address),
            **({"content_sid": outgoing.content} if outgoing.content else {"body": outgoing.text}),
            "status_callback": twilio.status_url(self._public_url, outgoing.outbox_id),
        }
        if self._service and outgoing.channel is Channel.SMS:
            fields["messaging_service_sid"] = self._service
        message = _asked(lambda: self._client.messages.create(**fields))
        return Sent(provider_ref=message.sid)

    def fetch(self, channel: Channel, provider_ref: str) -> Receipt | None:
        """What became of one message, by Twilio's id; None if Twilio has none such.

        Raises SendError.
        """
        try:
            message = _asked(self._client.messages(provider_ref).fetch)
        except SendError as error:
            if error.code == "20404":
                return None
            raise
        return _receipt(channel, message, None)

    def lookup(
        self, outgoing: Outgoing, since: datetime, taken: Collection[str] = ()
    ) -> Receipt | None:
        """The message that this row became at Twilio, or None if Twilio never had it.

        since: when the row was handed over or tried. taken: Twilio ids that other rows already
        own, so that two equal texts are not both settled by one message. Raises SendError.
        """
        found = _asked(
            lambda: self._client.messages.list(
                to=twilio.wire_address(outgoing.channel, outgoing.to_address),
                from_=twilio.wire_address(outgoing.channel, outgoing.our_address),
                limit=_NEWEST,
            )
        )
        fitting = [
            message
            for message in found
            if message.date_created >= since - _CLOCKS_APART
            and message.sid not in taken
            and (outgoing.content or _same_words(message.body, outgoing.text))
        ]
        return _receipt(outgoing.channel, fitting[-1], outgoing.outbox_id) if fitting else None


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """The library's own client, pointed at another host where the settings name one."""

    def __init__(self, base_url: str | None, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base_url is not None:
            parts = urlsplit(url)
            url = url.replace(f"{parts.scheme}://{parts.netloc}", self._base_url, 1)
        return super().request(method, url, *args, **kwargs)


def _asked(call: Callable[[], Any]) -> Any:
    """What `call` returns, with everything that can go wrong as a SendError."""
    try:
        return call()
    except (TwilioRestException, TwilioServiceException) as error:
        refusal = _refusal(error.status, error.code)
    except requests.RequestException as error:
        refusal = _lost(error)
    except ValueError:
        refusal = SendError(Policy.UNCONFIRMED, "unreadable")
    raise refusal


def _refusal(status: int, code: int | None) -> SendError:
    """An answer that says no. Twilio's own 5xx says so in JSON with a code of its own; a 5xx
    without one comes from a gateway, behind which the message may well have been taken."""
    name = str(code if code is not None else status)
    if name == twilio.OPTED_OUT_CODE:
        return SendError(Policy.OPTED_OUT, name)
    if status == 429 or code in _LATER:
        return SendError(Policy.RETRY, name, after=_LATER.get(code or 0, 2.0))
    if code in _OURS_TO_MEND or status in (401, 403):
        return SendError(Policy.MISCONFIGURED, name)
    if status >= 500:
        refused = code not in (None, status) or status == 503
        return SendError(Policy.RETRY, name, 30.0) if refused else _unknown(name)
    return SendError(Policy.GIVE_UP, name)


def _lost(error: requests.RequestException) -> SendError:
    """No answer at all: certainly not sent only if no connection ever stood. urllib3, which here
    never tries twice, says that by MaxRetryError; TLS may break at any time, so it is unknown."""
    name = type(error).__name__
    connecting = error.args and isinstance(error.args[0], MaxRetryError)
    if connecting and not isinstance(error, requests.exceptions.SSLError):
        return SendError(Policy.RETRY, name, after=10.0)
    return _unknown(name)


def _unknown(name: str) -> SendError:
    return SendError(Policy.UNCONFIRMED, name)


def _receipt(channel: Channel, message: Any, outbox_id: int | None) -> Receipt:
    code = None if message.error_code is None else str(message.error_code)
    try:
        return twilio.receipt(channel, message.sid, message.status, code, outbox_id)
    except ParseError:
        raise _unknown("status") from None


def _same_words(theirs: str | None, ours: str) -> bool:
    """Trial accounts put a line of their own before the words; Twilio trims white space."""
    return (theirs or "").strip().endswith(ours.strip())
