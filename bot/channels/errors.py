"""All that can go wrong between us and a provider, each with what to do about it.

    ChannelError
    ├── ParseError            what came in cannot be read; its one line may be shown to the caller
    └── SendError             a text did not certainly leave; `policy` says what follows
        ├── Retry             not sent: try again, not before `after` seconds
        ├── GiveUp            not sent and never will be: this text, this address
        ├── OptedOut          not sent: the person has opted out with the provider, or blocked us
        ├── Misconfigured     not sent: our own account or settings are wrong; tell the operator
        └── Unconfirmed       unknown outcome: do not send again before a receipt or a look-up

No message of theirs holds a text, an address or a token: `code` is the provider's own error code
or the name of a library's exception.
"""

from enum import StrEnum
from typing import ClassVar


class Policy(StrEnum):
    """What follows when a text did not certainly leave."""

    RETRY = "retry"
    GIVE_UP = "give_up"
    OPTED_OUT = "opted_out"
    MISCONFIGURED = "misconfigured"
    UNCONFIRMED = "unconfirmed"


class ChannelError(Exception):
    """The root: anything that can go wrong between us and a provider."""


class ParseError(ChannelError):
    """What came in cannot be read. Its message is one clear line without a person's words."""


class SendError(ChannelError):
    """A text did not certainly leave. `code`: why, in the provider's or the library's words."""

    policy: ClassVar[Policy]

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Retry(SendError):
    """Not sent; try again, not before `after` seconds."""

    policy = Policy.RETRY

    def __init__(self, code: str, after: float) -> None:
        super().__init__(code)
        self.after = after


class GiveUp(SendError):
    """Not sent, and trying again would not help."""

    policy = Policy.GIVE_UP


class OptedOut(SendError):
    """Not sent: the person has opted out with the provider, or blocked us there."""

    policy = Policy.OPTED_OUT


class Misconfigured(SendError):
    """Not sent: our account, token or sender is wrong; an operator must act."""

    policy = Policy.MISCONFIGURED


class Unconfirmed(SendError):
    """Nobody knows whether it was sent: do not send again before a receipt or a look-up."""

    policy = Policy.UNCONFIRMED
