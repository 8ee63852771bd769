"""A real mail server on a loopback port (aiosmtpd), which takes, refuses, delays or drops as it is told."""

import email
from email.message import Message
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.e2e.tree import free_port


class Mailbox:
    """Takes letters and keeps them. `answers`: what to say instead, to each step ("RCPT", "DATA")."""

    def __init__(self, **server: Any) -> None:
        self.letters: list[Message] = []
        self.answers: dict[str, str] = {}
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **server)

    @property
    def url(self) -> str:
        """For the setting SMTP_URL."""
        return f"smtp://127.0.0.1:{self._controller.port}?tls=none&from=hearback@trust.example"

    @property
    def port(self) -> int:
        """Where it listens."""
        found: int = self._controller.port
        return found

    def ids(self) -> list[str]:
        """The Message-IDs that came, without the host."""
        return [str(letter["Message-ID"]).strip("<>").partition("@")[0] for letter in self.letters]

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """The step RCPT TO."""
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The letter itself."""
        answer = self.answers.get("DATA", "250 OK")
        if not answer.startswith(("4", "5")):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.letters.append(email.message_from_bytes(content))
        if answer == "drop" and server.transport is not None:
            server.transport.close()
        return answer

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._controller.stop()
