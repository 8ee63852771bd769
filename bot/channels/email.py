"""E-mail to staff by SMTP: one letter at a time, over TLS, with every failure sorted by what follows.

Knows SMTP and its errors; refuses to know rows, retries and who is told of what.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, formataddr
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from bot.channels.errors import Policy, SendError
from runtime.settings import Settings

T = TypeVar("T")
TIMEOUT_SECONDS = 8.0
_OK, _GO_ON, _REFUSED_FOR_GOOD = 250, 354, 500


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter to a member of staff. key: the same letter sent again has the same Message-ID."""

    key: str
    name: str
    address: str
    subject: str
    text: str
    written_at: datetime


class Post(Protocol):
    """A way for letters to leave."""

    def send(self, mail: Mail) -> None:
        """Hand one letter over. Raises SendError; its `policy` says what follows."""
        ...


class DemoPost:
    """The demo without SMTP_URL: letters go nowhere, and a page shows what would have gone out."""

    def send(self, mail: Mail) -> None:
        """Nothing leaves this machine."""


class SmtpPost:
    """Hands letters to the mail server of `SMTP_URL`, a connection each."""

    def __init__(self, url: str, public_url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """url: `smtp[s]://user:password@host:port?from=address`; `smtp` asks for STARTTLS unless it
        says `tls=none`, for a relay on this host. timeout: seconds for each answer of the server."""
        parts, asked = urlsplit(url), parse_qs(urlsplit(url).query)
        self._host, self._timeout = parts.hostname or "", timeout
        self._implicit = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._implicit else 587)
        self._starttls = not self._implicit and asked.get("tls") != ["none"]
        self._login = (unquote(parts.username or ""), unquote(parts.password or ""))
        self._domain = urlsplit(public_url).hostname or "localhost"
        user = self._login[0]
        default = user if "@" in user else f"hearback@{self._domain}"
        self._from = asked.get("from", [default])[0]

    def send(self, mail: Mail) -> None:
        """Hand one letter over. Raises SendError: UNCONFIRMED once its last byte has left unanswered."""
        smtp = self._opened()
        try:
            self._announce(smtp, mail.address)
            self._say(smtp, _stuffed(self._message(mail)))
        finally:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _opened(self) -> smtplib.SMTP:
        smtp = _sorted(self._connected)
        try:
            _sorted(lambda: self._secured(smtp))
        except SendError:
            smtp.close()
            raise
        return smtp

    def _secured(self, smtp: smtplib.SMTP) -> None:
        if self._starttls:
            smtp.starttls(context=ssl.create_default_context())
        if self._login[0]:
            smtp.login(*self._login)

    def _connected(self) -> smtplib.SMTP:
        if self._implicit:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _announce(self, smtp: smtplib.SMTP, address: str) -> None:
        """Sender, recipient, and that words follow: till here nothing can have been delivered."""
        try:
            smtp.ehlo_or_helo_if_needed()
            _expect(_OK, smtp.mail(self._from), Policy.MISCONFIGURED)
            _expect(_OK, smtp.rcpt(address), Policy.GIVE_UP)
            _expect(_GO_ON, smtp.docmd("DATA"), Policy.GIVE_UP)
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(Policy.RETRY, type(error).__name__) from None

    def _say(self, smtp: smtplib.SMTP, words: bytes) -> None:
        try:
            smtp.send(words)
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(Policy.UNCONFIRMED, type(error).__name__) from None
        _expect(_OK, answer, Policy.GIVE_UP)

    def _message(self, mail: Mail) -> bytes:
        message = EmailMessage(policy=WIRE)
        message["Subject"] = mail.subject
        message["From"] = formataddr(("Hearback", self._from))
        message["To"] = formataddr((mail.name, mail.address))
        message["Date"] = format_datetime(mail.written_at)
        message["Message-ID"] = f"<{re.sub(r'[^0-9A-Za-z.-]', '.', mail.key)}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message.as_bytes()


def configured(settings: Settings) -> Post | None:
    """The way that the settings describe; None where there is none, and letters wait."""
    if settings.smtp_url is not None:
        return SmtpPost(settings.smtp_url.get_secret_value(), settings.public_url)
    return DemoPost() if settings.demo else None


def _sorted(step: Callable[[], T]) -> T:
    """What `step` returns. Raises SendError for what goes wrong before a word is said."""
    try:
        return step()
    except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
        raise SendError(Policy.MISCONFIGURED, type(error).__name__) from None
    except smtplib.SMTPResponseException as error:
        lasting = error.smtp_code >= _REFUSED_FOR_GOOD
        policy = Policy.MISCONFIGURED if lasting else Policy.RETRY
        raise SendError(policy, str(error.smtp_code)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(Policy.RETRY, type(error).__name__) from None


def _stuffed(message: bytes) -> bytes:
    """As RFC 5321 wants it: a line's first dot doubled, a line with one dot at the end."""
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _expect(code: int, answer: tuple[int, bytes], lasting: Policy) -> None:
    """Raises SendError for any other code: `lasting` where the server says that it will stay so."""
    if answer[0] != code:
        policy = lasting if answer[0] >= _REFUSED_FOR_GOOD else Policy.RETRY
        raise SendError(policy, str(answer[0]))
