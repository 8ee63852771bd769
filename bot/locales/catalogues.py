"""The translations of the bot's sentences: gettext catalogues, read as people edit them.

`msgctxt` is the wording key and `msgid` the English sentence, so that an edited English sentence
voids its translations. The `.po` files themselves are read (some milliseconds each, once a process):
there are no compiled copies that could lag behind them. Who checked a catalogue, when and in which
role stands in its header; without that it is a draft, as is every entry that is marked fuzzy.
Knows no script; `translating` keeps the files in step with those.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from email import message_from_string
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, denormalize, read_po

from bot.dialogue.wording import draft, places

SHELF = Path(__file__).parent
FILE = Path("LC_MESSAGES") / "hearback.po"

CHECKED = ("X-Checked-By", "X-Checked-Role", "X-Checked-On")
"""The header fields of a checked catalogue: a person's name, their role, the day (2026-01-31)."""
STATUS = "X-Status"
DRAFT = "draft: not yet checked by a native speaker"
"""What the field `X-Status` of any other catalogue begins with."""


class CatalogueError(ValueError):
    """A catalogue is malformed; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation. stands_for: the language's code, or `draft(code)`; line: of its file."""

    key: str
    english: str
    text: str
    stands_for: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations into one language, and what the header says of them."""

    code: str
    header: dict[str, str]
    entries: tuple[Entry, ...]


def codes() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parts[-3] for path in SHELF.glob(f"*/{FILE}"))


def load(code: str) -> Catalogue:
    """The catalogue of a language, without what is not translated. Raises CatalogueError."""
    path = SHELF / code / FILE
    try:
        return parse(path.read_text(encoding="utf-8"), code)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{code}.po: cannot be read ({type(error).__name__})") from None


def parse(text: str, code: str) -> Catalogue:
    """The catalogue in a file's text. Raises CatalogueError."""
    try:
        messages = read_po(text.splitlines(keepends=True), abort_invalid=True)
    except (PoFileError, ValueError, IndexError) as error:
        line = getattr(error, "lineno", None)
        where = f":{line + 1}" if line is not None else ""
        raise CatalogueError(f"{code}.po{where}: {error}") from None
    header = _header(text, code)
    return Catalogue(code, header, tuple(_entries(messages, code, CHECKED[0] in header)))


def _header(text: str, code: str) -> dict[str, str]:
    """The fields of the header. It must say who checked the catalogue, or that nobody has."""
    _, _, rest = text.partition('msgid ""\nmsgstr ""\n')
    header = dict(message_from_string(denormalize(rest.partition("\n\n")[0])).items())
    told = [field for field in CHECKED if header.get(field)]
    if not told and header.get(STATUS, "").startswith(DRAFT):
        return header
    if set(told) != set(CHECKED) or STATUS in header:
        raise CatalogueError(
            f"{code}.po: the header must have {', '.join(CHECKED)}, or {STATUS}: {DRAFT}"
        )
    try:
        date.fromisoformat(header[CHECKED[2]])
    except ValueError:
        raise CatalogueError(f"{code}.po: {CHECKED[2]} must be a day as 2026-01-31") from None
    return header


def _entries(messages: Catalog, code: str, checked: bool) -> Iterable[Entry]:
    for message in messages:
        if not message.id or not message.string:
            continue
        if why := _spoilt(message):
            raise CatalogueError(f"{code}.po:{message.lineno}: {message.context}: {why}")
        stands_for = code if checked and not message.fuzzy else draft(code)
        english, said = str(message.id), str(message.string)
        yield Entry(message.context or "", english, said, stands_for, message.lineno or 0)


def _spoilt(message: Message) -> str | None:
    """What a translation got wrong in the parts that are filled in or left out, None if nothing."""
    english, said = str(message.id), str(message.string)
    if not message.context:
        return "has no msgctxt"
    if places(english) != places(said):
        lacks, more = sorted(places(english) - places(said)), sorted(places(said) - places(english))
        return f"lacks the places {lacks}, has {more} too many"
    if _optional(english) != _optional(said):
        return "its optional parts in [ ] are not those of the English"
    return None


def _optional(template: str) -> list[list[str]]:
    """The details in each part that may be left out; [["?"]] where brackets do not pair."""
    depth, parts, at = 0, [], 0
    for place, char in enumerate(template):
        depth += (char == "[") - (char == "]")
        if depth not in (0, 1):
            return [["?"]]
        if char == "[":
            at = place
        elif char == "]":
            parts.append(sorted(places(template[at:place])))
    return sorted(parts) if depth == 0 else [["?"]]
