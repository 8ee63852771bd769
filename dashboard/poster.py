"""Sets a poster: its words and its QR code as an A4 page, in PDF for printers and readers of all
kinds (tagged, PDF/UA-1) or in SVG for people who put it into a page of their own.

Knows no database. The font travels with it, so that it looks the same wherever it is made.
"""

import dataclasses
import io
import json
import re
from pathlib import Path
from typing import Literal

import segno
import typst

from flows.posters import Poster

Format = Literal["pdf", "svg", "png"]

PRINT = Path(__file__).parent / "print"
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_TEMPLATE = PRINT / "poster.typ"
_FONTS = typst.Fonts(
    include_system_fonts=False, include_embedded_fonts=False, font_paths=[PRINT / "fonts"]
)


class CannotPrint(Exception):
    """A word of the provider's holds a sign that the font does not have; the message names it."""


def render(poster: Poster, kind: Format) -> bytes:
    """The poster in that format. Always one page; the same words give the same bytes.

    Raises CannotPrint.
    """
    given = {
        "poster": json.dumps(dataclasses.asdict(poster), ensure_ascii=False),
        "code": qr_code(poster.web),
    }
    try:  # PDF/UA is the strict one: it refuses letters that would be printed as empty boxes
        pdf = _set("pdf", given, "ua-1")
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        sign = f" for “{missing[1]}”" if missing else ""
        raise CannotPrint(f"the poster's font has no sign{sign}; use a name without it") from None
    if kind == "pdf":
        return pdf
    made = _set(kind, given)
    return _titled(made, poster) if kind == "svg" else made


def _set(kind: Format, given: dict[str, str], standard: Literal["ua-1"] | None = None) -> bytes:
    made = typst.compile(
        _TEMPLATE,
        root=PRINT,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format=kind,
        sys_inputs=given,
        pdf_standards=standard,
    )
    assert isinstance(made, bytes), "one page gives one document"
    return made


def qr_code(address: str) -> str:
    """The QR code of an address as SVG, with its quiet zone. A quarter of it may be torn off."""
    sink = io.BytesIO()
    segno.make_qr(address, error="q").save(sink, kind="svg", border=4, xmldecl=False, light="#fff")
    return sink.getvalue().decode()


def _titled(made: bytes, poster: Poster) -> bytes:
    """The letters of an SVG are shapes: a title says to those who do not see them what it is."""
    title = poster.title.replace("&", "&amp;").replace("<", "&lt;")
    head, _, rest = made.decode().partition(">")
    return f'{head} role="img"><title>{title}</title>{rest}'.encode()
