"""A load client that is light on the processor: ready-made bytes over kept-alive connections.

Knows no more of HTTP than where an answer ends; any answer that is not a TwiML 200 stops the bench.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.texts import Conversation

CONNECTIONS = 16
HOST = "127.0.0.1"
_CHUNK = 65_536
_PATIENCE_SECONDS = 15.0


class LoadFailed(Exception):
    """The server did not answer as it should; the message holds its status line only."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One short round against one server. `client`: the share of one core that this client took."""

    answered: int
    seconds: float
    client: float
    latencies: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        """Texts answered a second."""
        return self.answered / self.seconds

    @property
    def middle(self) -> float:
        """The median answer, in milliseconds."""
        return median(self.latencies) * 1000

    @property
    def slow(self) -> float:
        """The 99th percentile, in milliseconds."""
        return quantiles(self.latencies, n=100)[98] * 1000


class _Line:
    """One connection, and the person whose texts go over it one after the other."""

    __slots__ = ("buffer", "sent_at", "socket", "texts", "wanted")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), _PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.texts: Iterator[bytes] = iter(())
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, more: Callable[[], Conversation]) -> None:
        text = next(self.texts, None)
        if text is None:
            self.texts = iter(more())
            text = next(self.texts)
        self.sent_at = time.perf_counter()
        self.socket.sendall(text)

    def answered(self) -> bool:
        """Read what has come; True when the answer is whole."""
        came = self.socket.recv(_CHUNK)
        if not came:
            raise LoadFailed("the server closed a connection")
        self.buffer += came
        if not _whole(self.buffer):
            return False
        self.buffer = b""
        return True


def _whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise LoadFailed(head.split(b"\r\n", 1)[0].decode("latin-1"))
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0].strip()
    if not length.isdigit():
        raise LoadFailed("200, but without a length")
    if len(body) < int(length):
        return False
    if b"<Response" not in body:
        raise LoadFailed("200, but no TwiML")
    return True


def fire(port: int, conversations: deque[Conversation], seconds: float) -> Shot:
    """Keep 16 connections busy with `conversations`, taken from the left, for `seconds`.

    Answers that come later are awaited and not counted, so that the next round finds an idle server.
    """
    with ExitStack() as undo:
        selector = undo.enter_context(selectors.DefaultSelector())
        lines = [_Line(port) for _ in range(CONNECTIONS)]
        for line in lines:
            undo.callback(line.socket.close)
            selector.register(line.socket, selectors.EVENT_READ, line)
        return _fire(selector, lines, conversations.popleft, seconds)


def _fire(
    selector: selectors.BaseSelector,
    lines: list[_Line],
    more: Callable[[], Conversation],
    seconds: float,
) -> Shot:
    latencies: list[float] = []
    busy, before, started = len(lines), time.process_time(), time.perf_counter()
    until = started + seconds
    for line in lines:
        line.send(more)
    while busy:
        ready = selector.select(_PATIENCE_SECONDS)
        if not ready:
            raise LoadFailed(f"no answer within {_PATIENCE_SECONDS:.0f} seconds")
        for key, _ in ready:
            line = key.data
            if not line.answered():
                continue
            now = time.perf_counter()
            if now > until:
                busy -= 1
                continue
            latencies.append(now - line.sent_at)
            line.send(more)
    return Shot(len(latencies), seconds, (time.process_time() - before) / seconds, latencies)


def ask(port: int, request: bytes) -> float:
    """Send one request on a connection of its own; returns the seconds until its answer was whole."""
    line = _Line(port)
    try:
        line.send(lambda: [request])
        while not line.answered():
            pass
        return time.perf_counter() - line.sent_at
    finally:
        line.socket.close()
