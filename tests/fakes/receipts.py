"""Status callbacks on their way to the app: in order or not, once or twice, now or held back."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.twilio_messages import Message


@dataclass(frozen=True)
class Posted:
    """One callback and the HTTP status with which the app met it (0: it was not reached)."""

    sid: str
    status: str
    answer: int


class Receipts:
    """Posts each message's statuses from a thread of its own, as Twilio does.

    held: keep them until `release`. backwards: the last status first. copies: of each callback.
    off: the network tells Twilio nothing, so a message stays `sent` and no callback comes.
    """

    def __init__(self, post: Callable[[Message, str], int]) -> None:
        self.held = self.backwards = self.off = False
        self.copies = 1
        self.posted: list[Posted] = []
        self._post = post
        self._waiting: deque[tuple[Message, str]] = deque()
        self._kept: list[tuple[Message, str]] = []
        self._busy = self._ended = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def expect(self, message: Message, last: str) -> None:
        """A message was taken on and will end in the status `last`."""
        if self.off:
            message.status = "sent"
            return
        statuses = ["queued", "sent", last]
        if self.backwards:
            statuses.reverse()
        with self._change:
            into = self._kept if self.held else self._waiting
            into.extend((message, status) for status in statuses for _ in range(self.copies))
            self._change.notify_all()

    def release(self) -> None:
        """Post what was held back, from now on as it comes."""
        with self._change:
            self.held = False
            self._waiting.extend(self._kept)
            self._kept.clear()
            self._change.notify_all()

    def wait_idle(self, timeout: float) -> None:
        """Return once nothing is on its way. Raises AssertionError after `timeout` seconds."""
        until = time.monotonic() + timeout
        with self._change:
            while self._waiting or self._busy:
                assert self._change.wait(until - time.monotonic()), "receipts are still going out"

    def close(self) -> None:
        """Post nothing more."""
        with self._change:
            self._ended = True
            self._change.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while (step := self._next()) is not None:
            message, status = step
            if not (self.backwards and message.history):
                message.status = status
            message.history.append(status)
            if message.status_callback:
                self.posted.append(Posted(message.sid, status, self._post(message, status)))
            with self._change:
                self._busy = False
                self._change.notify_all()

    def _next(self) -> tuple[Message, str] | None:
        with self._change:
            while not self._waiting and not self._ended:
                self._change.wait()
            if self._ended:
                return None
            self._busy = True
            return self._waiting.popleft()
