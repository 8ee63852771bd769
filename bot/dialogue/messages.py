"""What goes into a conversation and what comes out of it: plain values, the same for every channel.

Knows no provider, no wire format, no database.
"""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """The ways by which words travel."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    WEB = "web"


class Signal(StrEnum):
    """What a channel itself tells us, where no words of a person do.

    The carrier's own opt-out (Twilio's `OptOutType`, a Telegram block) and the opening of a
    chat are not texts to be read; the engine takes them as they are.
    """

    STARTED = "started"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    HELP = "help"
    MEDIA_ONLY = "media_only"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One text as the dialogue sees it.

    text: the person's words, as they typed them ("" when only a signal came).
    choice: the code of a pressed button ("very_good"), else None.
    language: guessed language code, else None.
    carrier_answered: the carrier has already replied to this text (STOP, HELP): do not answer twice.
    """

    text: str
    channel: Channel
    signal: Signal | None = None
    choice: str | None = None
    language: str | None = None
    carrier_answered: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: the code that comes back when it is pressed, and its label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One text to send back: its place in the script (`kind`), its words and their language, and
    its buttons."""

    kind: str
    text: str
    choices: tuple[Choice, ...] = ()
    language: str = "en"
