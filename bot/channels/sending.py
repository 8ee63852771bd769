"""How a text leaves, whatever the channel: one protocol with a real sender behind each channel.

Knows no provider and no database.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.channels.values import Outgoing, Receipt, Sent


class Sender(Protocol):
    """A way out for the texts of one channel."""

    def ready_in(self, outgoing: Outgoing) -> float:
        """Seconds until the provider's own limits let this text go; 0.0: now."""
        ...

    def send(self, outgoing: Outgoing) -> Sent:
        """Hand one text to the provider. Raises SendError; its `policy` says what follows."""
        ...


@runtime_checkable
class Answering(Sender, Protocol):
    """A sender whose provider can be asked what became of a text."""

    def lookup(
        self, outgoing: Outgoing, since: datetime, taken: Collection[str] = ()
    ) -> Receipt | None:
        """What this row became, None where the provider never had it. since: when it was handed over
        or tried. taken: the provider's ids that other rows own already. Raises SendError."""
        ...
