"""Keeps the catalogues in step with the English sentences: `python -m bot.locales`.

Writes the template and every catalogue anew: what is still said keeps its translation, an edited
or new sentence waits for one, and what is no longer said goes to the end of the file, marked as
obsolete. Lists what lacks a translation. Knows no meaning of a sentence.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot import library
from bot.dialogue.languages import ENGLISH
from bot.dialogue.wording import FALLBACK
from bot.locales import catalogues

TEMPLATE = Path("hearback.pot")


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English sentence and the file that has it."""

    key: str
    english: str
    file: str


def sentences() -> list[Sentence]:
    """Every English sentence of the scripts, their former versions, and the pages."""
    scripts = [*_read("*.yaml"), *_read("parts/*.yaml"), *_read("old/*.yaml")]
    shared = {name for _, raw in scripts for name in raw.get("includes", ())}
    found: dict[tuple[str, str], Sentence] = {}
    for path, wording in _read("wording/*.yaml"):
        page = None if path.stem in shared else path.stem
        _collect(found, path, wording, page)
    for path, raw in scripts:
        _collect(found, path, raw.get("wording") or {}, None)
    return list(found.values())


def _read(pattern: str) -> list[tuple[Path, Any]]:
    return [(path, library.read(path)) for path in sorted(library.SHELF.glob(pattern))]


def _collect(
    found: dict[tuple[str, str], Sentence], path: Path, wording: Any, page: str | None
) -> None:
    file = path.relative_to(library.SHELF.parents[1]).as_posix()
    for name, versions in wording.items():
        key = library.page_key(page, name) if page else name
        found.setdefault((key, versions[FALLBACK]), Sentence(key, versions[FALLBACK], file))


def template(said: Iterable[Sentence]) -> str:
    """The `.pot` file: the English sentences, with nothing translated."""
    return _written(_catalog(said), {"Language": ENGLISH})


def updated(text: str, said: Iterable[Sentence]) -> str:
    """A catalogue's text brought up to the sentences."""
    old, new = read_po(text.splitlines(keepends=True)), _catalog(said)
    for message in (*old.obsolete.values(), *old):
        kept = new.get(message.id, message.context) if message.id else None
        if kept is not None:
            kept.string, kept.user_comments = message.string, message.user_comments
            kept.flags |= message.flags & {"fuzzy"}
        elif message.id and message.string:
            new.obsolete[str(message.id), message.context or ""] = message
    return _written(new, catalogues.parse(text, "old").header)


def missing(code: str, said: Iterable[Sentence]) -> list[Sentence]:
    """The sentences that a language has no translation of."""
    has = {(entry.key, entry.english) for entry in catalogues.load(code).entries}
    return [each for each in said if (each.key, each.english) not in has]


def begun(code: str) -> str:
    """The text of a catalogue in which nothing is translated yet."""
    tag, _, _ = library.languages()[code].tag.partition("-x-")
    return _written(Catalog(), {"Language": tag, catalogues.STATUS: catalogues.DRAFT})


def update(out: Callable[[str], None]) -> None:
    """Write the template and the catalogues of all languages, and say what they lack."""
    said, shelf = sentences(), catalogues.SHELF
    shelf.mkdir(exist_ok=True)
    (shelf / TEMPLATE).write_text(template(said), encoding="utf-8")
    for code in library.languages():
        if code == ENGLISH:
            continue
        path = shelf / code / catalogues.FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else begun(code)
        path.write_text(updated(text, said), encoding="utf-8")
        for each in missing(code, said):
            out(f"{code}: {each.key}: {each.english!r}")


def _catalog(said: Iterable[Sentence]) -> Catalog:
    catalog = Catalog()
    for each in said:
        catalog.add(each.english, context=each.key, locations=[(each.file, 0)])
    return catalog


def _written(catalog: Catalog, header: dict[str, str]) -> str:
    """The text of a catalogue under a header of our own: Babel's would drop the fields we need."""
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, include_lineno=False)
    fields = {"Project-Id-Version": "Hearback", "MIME-Version": "1.0",
              "Content-Type": "text/plain; charset=UTF-8",
              "Content-Transfer-Encoding": "8bit", **header}  # fmt: skip
    head = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    entries = "\n".join(line.rstrip() for line in body.getvalue().decode().splitlines())
    return f'msgid ""\nmsgstr ""\n{head}\n{entries.strip()}\n'
