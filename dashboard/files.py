"""The style sheet, the script and the sign: served under names that hold a hash of their bytes.

A changed file has a new address, so browsers may keep each for a year.
"""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, request

from dashboard.permissions import public

STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    """One file, as it is and squeezed."""

    kind: str
    plain: bytes
    squeezed: bytes


class Files:
    """The built files, read once."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._served: dict[str, _File] = {}
        self._names: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            self._take(path)

    def _take(self, path: Path) -> None:
        plain = path.read_bytes()
        served = f"{path.stem}.{sha256(plain).hexdigest()[:12]}{path.suffix}"
        self._names[path.name] = served
        self._served[served] = _File(
            _TYPES[path.suffix], plain, gzip.compress(plain, compresslevel=9, mtime=0)
        )

    def url(self, name: str) -> str:
        """The address of a file by its plain name ("hearback.css"). KeyError: there is none."""
        return f"/static/{self._names[name]}"

    def serve(self, served: str) -> Response:
        """The file of that hashed name, or 404."""
        file = self._served.get(served)
        if file is None:
            abort(404)
        squeeze = request.accept_encodings.quality("gzip") > 0
        response = Response(file.squeezed if squeeze else file.plain, content_type=file.kind)
        if squeeze:
            response.content_encoding = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = _A_YEAR
        return response

    def blueprint(self) -> Blueprint:
        """The one route under which all of them are served."""
        blueprint = Blueprint("static_files", __name__)
        blueprint.add_url_rule("/static/<served>", "file", public(self.serve))
        return blueprint
