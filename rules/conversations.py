"""When a new text goes on with a conversation, and when it opens another.

A correction, an afterthought or a "thanks" belongs to the answer it follows; the Friends and
Family Test lets people answer again at any time (NHS England, FFT guidance 2019), so after a week
a text speaks of something new. And numbers are given to other people: after 90 days an answer is
taken as one that nobody asked for (facts: safety, "Rights"), and must not go on with, or correct,
what the number's former holder may have said.
"""

from datetime import datetime, timedelta

AFTERTHOUGHT = timedelta(days=7)
LONGEST = timedelta(days=90)


def is_over(finished_at: datetime | None, now: datetime) -> bool:
    """Whether a conversation that asked its last question at `finished_at` is behind us."""
    return finished_at is not None and now - finished_at > AFTERTHOUGHT


def is_old(started_at: datetime, now: datetime) -> bool:
    """Whether a conversation began too long ago to be the same person's for certain."""
    return now - started_at > LONGEST
