"""Reads scripts, sentences, reading tables and concern rules from their reviewed files.

The only part of the bot that touches the disk, and only these files; what is in them is judged
by `bot.dialogue`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bot.dialogue.answers import Reader
from bot.dialogue.concerns import Rules
from bot.dialogue.script import Script, ScriptError, parse
from bot.dialogue.wording import FALLBACK

SHELF = Path(__file__).parent / "scripts"


class LibraryError(ValueError):
    """A file is missing or is no YAML; the message names the file, the line and the reason."""


class Located(dict[str, Any]):
    """A table that knows the line of its file on which it begins."""

    line = 0


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Plain YAML in which every scalar is a string: no "no" turns into False."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


def _located(loader: yaml.Loader, node: yaml.MappingNode) -> Any:
    table = Located()
    table.line = node.start_mark.line + 1
    yield table
    pairs = loader.construct_pairs(node, deep=True)
    seen: set[str] = set()
    for key, value in pairs:
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key!r} stands here twice", node.start_mark
            )
        seen.add(key)
        table[key] = value


_Loader.add_constructor("tag:yaml.org,2002:map", _located)


def read(path: Path) -> Any:
    """The file's content as plain data. Raises LibraryError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path.name}: cannot be read ({type(error).__name__})") from None
    return parsed(text, path.name)


def parsed(text: str, source: str) -> Any:
    """YAML text as plain data. Raises LibraryError that names source, line and reason."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - the loader is a safe one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise LibraryError(f"{source}{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise LibraryError(f"{source}: {error}") from None


@cache
def script(name: str, version: int | None = None) -> Script:
    """The shipped script of that name, newest or as it was in `version`.

    Raises ScriptError where there is none or it is malformed.
    """
    newest = _script(SHELF / f"{name}.yaml")
    if version is None or version == newest.version:
        return newest
    return _script(SHELF / "old" / f"{name}.{version}.yaml")


def languages(name: str) -> frozenset[str]:
    """The languages in which that script's first question is written. Raises ScriptError."""
    found = script(name)
    return frozenset(found.wording[found.steps[0].asks])


@cache
def sentences(page: str, language: str) -> Mapping[str, str]:
    """Key -> sentence of `wording/PAGE.yaml`, in that language, else in English. Raises LibraryError."""
    table = read(SHELF / "wording" / f"{page}.yaml")
    return {key: versions.get(language, versions[FALLBACK]) for key, versions in table.items()}


def names() -> list[str]:
    """The shipped scripts, in alphabetical order."""
    return sorted(path.stem for path in SHELF.glob("*.yaml"))


def script_from(text: str, source: str) -> Script:
    """A provider's own script, from its YAML text. Raises ScriptError or LibraryError."""
    return _parsed(parsed(text, source), source)


def _script(path: Path) -> Script:
    if not path.is_file():
        raise ScriptError(f"there is no script {path.stem!r}; there are: {', '.join(names())}")
    return _parsed(read(path), path.name)


def _parsed(raw: Any, source: str) -> Script:
    if isinstance(raw, dict):
        raw["wording"] = _with_shared(raw, source)
    return parse(raw, source, reader(), concerns())


def _with_shared(raw: dict[str, Any], source: str) -> Any:
    """The script's own sentences over those of the files it includes."""
    own, included = raw.get("wording") or {}, raw.pop("includes", [])
    if not isinstance(own, dict):
        return own
    wording = Located()
    for shared in included:
        path = SHELF / "wording" / f"{shared}.yaml"
        if not path.is_file():
            raise ScriptError(f"{source}: includes {shared!r}, which does not exist")
        wording.update(read(path))
    wording.update(own)
    return wording


@cache
def concerns() -> Rules:
    """The concern rules, with the spelling of the first language."""
    path = SHELF / "rules" / "concerns.en.yaml"
    return Rules(read(path), path.name, reading_tables()["aliases"])


@cache
def reader() -> Reader:
    """The reader of answers."""
    return Reader(reading_tables(), "reading/en", concerns().words)


@cache
def reading_tables() -> dict[str, Any]:
    """What the files under `reading/en` say, as one table. Raises LibraryError."""
    tables: dict[str, Any] = {}
    for path in sorted((SHELF / "reading" / "en").glob("*.yaml")):
        part = read(path)
        if twice := sorted(set(tables) & set(part)):
            raise LibraryError(f"{path.name}: already in another file: {', '.join(twice)}")
        tables.update(part)
    return tables
