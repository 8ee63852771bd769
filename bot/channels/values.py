"""What every channel hands up and takes down, whatever the provider: plain frozen values.

Knows no wire format, no database and no meaning of a text.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.messages import Channel, Choice, Inbound

MOST_CHARACTERS = 10_000
"""The longest text that is taken in; SMS carries 1,600 and Telegram 4,096."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button that the channel wants acknowledged (Telegram's callback query).

    query: the provider's id of the press, answered at the door. The choice is shown by the outbox.
    message: the id of our message that held the button, or None when it is out of reach.
    showing: that message's own words with the choice shown below them, or None likewise.
    """

    query: str
    message: str | None = None
    showing: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One thing that a person did, the same for every channel; the raw form is not kept.

    account and provider_ref with `channel` make the key by which a second delivery is SEEN:
    Twilio's AccountSid and MessageSid, a Telegram bot's id and update_id, "web" and the posted
    form's once-only token.
    our_address: the number that was texted (E.164 or a short code, no `whatsapp:`), the Telegram
    bot's id, or the touchpoint of a web chat.
    their_address: E.164 number, Telegram chat id, or the web conversation's token.
    touchpoint: the code by which the person came in (`/start CODE`, the web address), else None.
    edited: the person changed an earlier text; `inbound` holds the new words.
    group: it came from a group chat. Nothing was read (`inbound.text` is ""): decline kindly.
    """

    channel: Channel
    account: str
    provider_ref: str
    our_address: str
    their_address: str
    inbound: Inbound
    touchpoint: str | None = None
    press: Press | None = None
    edited: bool = False
    group: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One outbox row as its channel needs it.

    press: show this choice below its question before sending. text: "" where that is all.
    content: the provider's own template for this very text, with its buttons (Twilio's ContentSid).
    """

    outbox_id: int
    channel: Channel
    our_address: str
    to_address: str
    text: str
    choices: tuple[Choice, ...] = ()
    press: Press | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it: `provider_ref` is its own id for the message (a SID, a message id)."""

    provider_ref: str


class Status(StrEnum):
    """How far a message has come. What may follow what is `rules`' business, not ours."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of one message, pushed (status callback) or looked up.

    outbox_id: our own id, as it stood in the callback's address; None where it did not.
    error_code: the provider's own, as text ("30003"), else None.
    opted_out: the provider refused because the person has opted out with it.
    """

    channel: Channel
    provider_ref: str
    status: Status
    outbox_id: int | None = None
    error_code: str | None = None
    opted_out: bool = False
