"""When a text that did not leave is tried again, and when we stop trying."""

from datetime import timedelta

MOST_ATTEMPTS = 100
"""With the longest wait between them: about two days."""
_FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=30)


def wait(attempts: int, asked_for: float = 0.0) -> timedelta | None:
    """How long to wait after that many attempts: 5 s, doubling, at most 30 minutes; None: give up.

    asked_for: seconds that the provider itself wants (Telegram's `retry_after`); never less.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    own: timedelta = min(_FIRST * 2 ** min(max(attempts - 1, 0), 16), LONGEST)
    return max(own, timedelta(seconds=asked_for))
