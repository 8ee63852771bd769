"""A wire to the real PostgreSQL that can fall silent without being cut, as a network or a hanging
server does: whoever connects is let in, what is sent is taken, and no answer ever comes.
"""

import contextlib
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

_PIECE = 65536


@dataclass(eq=False)
class _Link:
    """A client of the wire, and its connection to the server; deaf: nothing gets through."""

    client: socket.socket
    server: socket.socket
    deaf: bool = False


class Wire:
    """Listens on a Unix socket, or on a loopback port, and passes on what it hears."""

    def __init__(self, database_url: str, *, tcp: bool = False) -> None:
        given = make_url(database_url)
        port = str(given.query["port"])
        self._server = f"{given.query['host']}/.s.PGSQL.{port}"
        self._folder = Path(tempfile.mkdtemp(prefix="hearback-wire-"))
        if tcp:
            self._door = socket.create_server(("127.0.0.1", 0))
            place = {"host": "127.0.0.1", "port": str(self._door.getsockname()[1])}
        else:
            self._door = socket.socket(socket.AF_UNIX)
            self._door.bind(str(self._folder / f".s.PGSQL.{port}"))
            self._door.listen(64)
            place = {"host": str(self._folder), "port": port}
        self.url = given.set(query=place).render_as_string(hide_password=False)
        self.silent = False
        self._at, self._passed_on = b"", False
        self._links: list[_Link] = []
        threading.Thread(target=self._let_in, daemon=True).start()

    def fall_silent(self, at: bytes = b"", *, passed_on: bool = False) -> None:
        """From now on, or from the message that holds `at`, nothing gets through.

        passed_on: the server still gets that message, and only its answer is lost.
        """
        self._at, self._passed_on = at, passed_on
        if not at:
            self.forget()
            self.silent = True

    def forget(self) -> None:
        """Nothing gets through on the connections there are, and neither end is told."""
        for link in self._links:
            link.deaf = True

    def mend(self) -> None:
        """New connections get through again; the clients of the old ones hear that these are gone.

        The server does not: it goes on waiting for whoever asked.
        """
        self._at, self.silent = b"", False
        for link in self._links:
            if link.deaf:
                _close(link.client)

    def close(self) -> None:
        """The end of the wire and of all that hangs on it."""
        for each in (self._door, *(end for one in self._links for end in (one.client, one.server))):
            _close(each)
        shutil.rmtree(self._folder)

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                link = _Link(client, socket.socket(socket.AF_UNIX), deaf=self.silent)
                self._links.append(link)
                if not link.deaf:
                    link.server.connect(self._server)
                    for way in (self._ask, self._answer):
                        threading.Thread(target=way, args=(link,), daemon=True).start()

    def _ask(self, link: _Link) -> None:
        for piece in _pieces(link.client):
            pass_on = not link.deaf
            if self._at and self._at in piece:
                pass_on = self._passed_on
                self.fall_silent()
            if pass_on:
                _pass(link.server, piece)
        if not link.deaf:
            _close(link.server)

    def _answer(self, link: _Link) -> None:
        for piece in _pieces(link.server):
            if not link.deaf:
                _pass(link.client, piece)
        if not link.deaf:
            _close(link.client)


def _pieces(of: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(OSError):
        while piece := of.recv(_PIECE):
            yield piece


def _pass(to: socket.socket, piece: bytes) -> None:
    with contextlib.suppress(OSError):  # that end has gone
        to.sendall(piece)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
