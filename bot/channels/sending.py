"""How a text leaves, whatever the channel: one protocol with a real sender behind each channel.

Knows no provider and no database.
"""

from typing import Protocol

from bot.channels.values import Outgoing, Sent


class Sender(Protocol):
    """A way out for the texts of one channel."""

    def ready_in(self, outgoing: Outgoing) -> float:
        """Seconds until the provider's own limits let this text go; 0.0: now."""
        ...

    def send(self, outgoing: Outgoing) -> Sent:
        """Hand one text to the provider. Raises SendError; its `policy` says what follows."""
        ...
