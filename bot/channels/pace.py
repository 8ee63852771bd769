"""How fast one bot may send: a pace for each chat and one over all, and a pause where it was told off.

Knows durations only: no provider, no address of a person beyond this process's memory.
"""

import time
from collections import deque
from collections.abc import Callable

_MOST_REMEMBERED = 10_000


class Pace:
    """When the next message may go to a chat. Of one process; the provider's own 429 rules all."""

    def __init__(
        self,
        a_second: int,
        between: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """a_second: messages over all chats. between: seconds between two to one chat."""
        self._between = between
        self._clock = clock
        self._recent: deque[float] = deque(maxlen=a_second)
        self._free_at: dict[str, float] = {}

    def wait(self, chat: str) -> float:
        """Seconds until a message may go there; 0.0: now."""
        now = self._clock()
        full = len(self._recent) == self._recent.maxlen
        overall = self._recent[0] + 1.0 - now if full else 0.0
        return max(0.0, overall, self._free_at.get(chat, now) - now)

    def sent(self, chat: str) -> None:
        """A message goes there now."""
        now = self._clock()
        self._recent.append(now)
        self.pause(chat, self._between)

    def pause(self, chat: str, seconds: float) -> None:
        """Nothing more to that chat for so long."""
        now = self._clock()
        if len(self._free_at) >= _MOST_REMEMBERED:
            self._free_at = {each: at for each, at in self._free_at.items() if at > now}
        self._free_at[chat] = max(self._free_at.get(chat, 0.0), now + seconds)
