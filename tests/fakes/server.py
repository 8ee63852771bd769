"""What both fakes stand on: an HTTP server in a thread, planned faults, pushes to the app, and a
door for tests in another process. Knows no provider.
"""

import dataclasses
import http.client
import json
import sys
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

FAULTS = frozenset(
    (
        "429",  # refused: later
        "500",  # refused by the provider itself, in its JSON
        "hang_before",  # no answer, nothing taken
        "hang_after",  # taken, then no answer
        "drop_before",  # connection closed, nothing taken
        "drop_after",  # taken, then connection closed
        "502_after",  # taken, then a gateway's HTML
        "garbage_after",  # taken, then a success that nobody can read
    )
)


@dataclass(frozen=True)
class Request:
    """One request as it came: its target, that without the query, its query, body and fields."""

    method: str
    target: str
    path: str
    body: bytes
    query: dict[str, str]
    fields: dict[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What to say: a status and a JSON value, or text of another kind."""

    status: int
    body: Any
    kind: str = "application/json"

    def encoded(self) -> bytes:
        if self.kind == "application/json":
            return json.dumps(self.body, default=str).encode()
        return str(self.body).encode()


UNREADABLE = {
    "502_after": Answer(502, "<html><h1>502 Bad Gateway</h1></html>", "text/html"),
    "garbage_after": Answer(200, "<html><h1>Sign in to the network</h1></html>", "text/html"),
}


class Hangup(Exception):
    """Close the connection without an answer."""


@dataclass
class Faults:
    """Planned faults, one a sending call, and a throttle that says 429 to every n-th."""

    planned: deque[str] = field(default_factory=deque)
    throttle_every: int = 0
    retry_after: int = 1
    calls: int = 0

    def next(self) -> str | None:
        """The fault of this call, if any."""
        self.calls += 1
        if self.planned:
            return self.planned.popleft()
        if self.throttle_every and self.calls % self.throttle_every == 0:
            return "429"
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that gave up waiting is no fault of ours; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeServer:
    """An HTTP server on a loopback port, ended with `close` or by leaving the `with`."""

    def __init__(self, port: int = 0) -> None:
        self.lock = threading.RLock()
        self.faults = Faults()
        self.requests: list[Request] = []
        self.app_url = ""
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", port), self._handler())
        self.port = self._server.server_address[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering; hanging calls are let go."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def plan(self, *faults: str) -> None:
        """The next sending calls meet these faults, one each (see FAULTS)."""
        unknown = set(faults) - FAULTS
        assert not unknown, f"no such fault: {unknown}"
        self.faults.planned.extend(faults)

    def throttle(self, every: int, retry_after: int = 1) -> None:
        """Say 429 to every n-th sending call; 0 ends it."""
        self.faults.throttle_every, self.faults.retry_after = every, retry_after

    def set_app_url(self, url: str) -> None:
        """Where the app listens (for tests in another process)."""
        self.app_url = url

    def answer(self, request: Request) -> Answer:
        """The provider's answer to one request. Hangup closes the connection instead."""
        raise NotImplementedError

    def hang(self) -> None:
        """Keep the caller waiting until the fake closes, then hang up."""
        self._released.wait(60)
        raise Hangup

    def control(self, verb: str, given: dict[str, Any]) -> Answer:
        """One of this fake's public methods, called from another process."""
        method = None if verb.startswith("_") else getattr(self, verb, None)
        if not callable(method):
            return Answer(404, {"error": f"no verb {verb}"})
        if isinstance(found := method(*given.pop("args", ()), **given), list | tuple):
            return Answer(200, [_plain(value) for value in found])
        return Answer(200, _plain(found))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def _serve(self) -> None:
                try:
                    answer = fake._answer(_request(self))
                except Hangup:
                    self.close_connection = True
                    return
                body = answer.encoded()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith("/control/"):
            return self.control(
                request.path.rpartition("/")[2], json.loads(request.fields.get("", "{}"))
            )
        with self.lock:
            self.requests.append(request)
        return self.answer(request)


def _request(handler: BaseHTTPRequestHandler) -> Request:
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    words = body.decode(errors="replace")
    if handler.headers.get("Content-Type", "").startswith("application/json"):
        fields = {"": words}
    else:
        fields = dict(parse_qsl(words, keep_blank_values=True))
    return Request(
        method=handler.command,
        target=handler.path,
        path=parts.path,
        body=body,
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        fields=fields,
        headers=dict(handler.headers),
    )


def _plain(value: Any) -> Any:
    known = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return dataclasses.asdict(value) if known else value


@dataclass(frozen=True)
class Response:
    """What the app answered to one push. status 0: nothing, the connection failed or was cut."""

    status: int
    body: str = ""


def push(
    app_url: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float,
    lose_answer: bool = False,
) -> Response:
    """POST `body` to the app as a provider would, over a fresh connection.

    lose_answer: the app does its work, but the network loses what it says.
    """
    parts = urlsplit(app_url)
    connection = http.client.HTTPConnection(
        parts.hostname or "127.0.0.1", parts.port, timeout=timeout
    )
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException):
        return Response(0)
    finally:
        connection.close()
    return Response(0) if lose_answer else Response(answer.status, text)
