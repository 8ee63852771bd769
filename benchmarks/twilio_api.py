"""Twilio's message resource on loopback: takes every message, so that workers have someone to send to."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.load import HOST

_numbers = itertools.count(1)


class _Messages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        taken = {"sid": f"SM{next(_numbers):032x}", "status": "queued", "num_media": "0"}
        answer = json.dumps(taken).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Says nothing: addresses hold numbers."""


@contextmanager
def running() -> Iterator[str]:
    """Its address, until the block ends."""
    with ThreadingHTTPServer((HOST, 0), _Messages) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()
