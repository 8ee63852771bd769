"""All that can go wrong between us and a provider, each with what to do about it.

    ChannelError
    ├── ParseError    what came in cannot be read; its one line may be shown to the caller
    └── SendError     a text did not certainly leave; `policy` says what follows:
        · RETRY           not sent: try again, not before `after` seconds
        · GIVE_UP         not sent and never will be: this text, this address
        · OPTED_OUT       not sent: the person has opted out with the provider, or blocked us
        · MISCONFIGURED   not sent: our own account or settings are wrong; tell the operator
        · UNCONFIRMED     unknown outcome: do not send again before a receipt or a look-up

No message of theirs holds a text, an address or a token: `code` is the provider's own error code
or the name of a library's exception.
"""

from enum import StrEnum


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
    """A text did not certainly leave.

    policy: what follows. code: why, in the provider's or the library's words. after: seconds
    to wait before the next try (only with RETRY).
    """

    def __init__(self, policy: Policy, code: str, after: float = 0.0) -> None:
        super().__init__(f"{policy}: {code}")
        self.policy = policy
        self.code = code
        self.after = after
