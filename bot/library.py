"""Reads scripts, sentences, translations, reading tables and concern rules from reviewed files.

The only part of the bot that touches the disk, and only these files; what is in them is judged
by `bot.dialogue`.
"""

import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bot.dialogue import languages as tongues
from bot.dialogue import parts
from bot.dialogue.answers import Reader
from bot.dialogue.concerns import Rules, Watch
from bot.dialogue.languages import ENGLISH, Language
from bot.dialogue.phrases import Index
from bot.dialogue.script import Script, ScriptError, parse
from bot.dialogue.shaping import Judge
from bot.dialogue.tongues import Tongues
from bot.dialogue.wording import Details, version
from bot.dialogue.words import fold
from bot.locales import catalogues

SHELF = Path(__file__).parent / "scripts"


class LibraryError(ValueError):
    """A file is missing or is no YAML; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's approval of one shipped text, by its SHA-256. demo: made up, for the demo only."""

    script: str
    digest: str
    name: str
    role: str
    on: date
    demo: bool


class Located(dict[str, Any]):
    """A table that knows its file, and the line on which it begins."""

    line = 0
    source = ""


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Plain YAML in which every scalar is a string: no "no" turns into False."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}
    source = ""


def _located(loader: _Loader, node: yaml.MappingNode) -> Any:
    table = Located()
    table.line = node.start_mark.line + 1
    table.source = loader.source
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
        loader = _Loader(text)
        loader.source = source
        return loader.get_single_data()
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


def page_key(page: str, key: str) -> str:
    """The wording key, in the catalogues, of a sentence of `wording/PAGE.yaml`."""
    return f"page.{page}.{key}"


@cache
def sentences(page: str, language: str, drafts: bool = False) -> Mapping[str, str]:
    """Key -> sentence of `wording/PAGE.yaml`, in that language, else in English. Raises LibraryError.

    drafts: whether a translation that nobody has checked will do.
    """
    raw, details = read(SHELF / "wording" / f"{page}.yaml"), Details(drafts=drafts)
    table = translated({page_key(page, key): versions for key, versions in raw.items()})
    return {key: version(table, page_key(page, key), language, details).template for key in raw}


def names() -> list[str]:
    """The shipped scripts, in alphabetical order."""
    return sorted(path.stem for path in SHELF.glob("*.yaml"))


def script_from(text: str, source: str) -> Script:
    """A provider's own script, from its YAML text. Raises ScriptError or LibraryError."""
    return _parsed(parsed(text, source), source)


def script_at(path: Path) -> Script:
    """The script in a file, read now. Raises ScriptError or LibraryError."""
    return _parsed(read(path), path.name)


def _script(path: Path) -> Script:
    if not path.is_file():
        raise ScriptError(f"there is no script {path.stem!r}; there are: {', '.join(names())}")
    return _parsed(read(path), path.name)


def _parsed(raw: Any, source: str) -> Script:
    raw = _whole(raw, source)
    digest = parts.digest(raw)
    if isinstance(raw, dict):
        raw["wording"] = translated(raw.get("wording"))
    return replace(parse(raw, source, speech(), watch()), digest=digest)


def whole_text(text: str, source: str, version: int | None = None) -> str:
    """A script's YAML with all that it shares written out, so that what was approved stays as it is.

    version: the number it gets, instead of its own. Raises ScriptError or LibraryError.
    """
    raw = _whole(parsed(text, source), source)
    if not isinstance(raw, dict):
        raise ScriptError(f"{source}: the script must be a table")
    changed = {**raw, "version": str(version)} if version else raw
    return json.dumps(changed, ensure_ascii=False, indent=1)


def shipped_text(name: str) -> str:
    """The YAML of the newest shipped script of that name. Raises ScriptError."""
    path = SHELF / f"{name}.yaml"
    if not path.is_file():
        raise ScriptError(f"there is no script {name!r}; there are: {', '.join(names())}")
    return path.read_text(encoding="utf-8")


@cache
def shipped_approvals() -> tuple[Approval, ...]:
    """Who approved which shipped text, from `approvals.yaml`. Raises LibraryError."""
    path = SHELF / "approvals" / "shipped.yaml"
    judge = Judge(path.name)
    approvals = []
    for entry in read(path) or []:
        judge.shape(entry, "an approval", {"script", "sha256", "name", "role", "on"}, {"demo"})
        try:
            on = date.fromisoformat(entry["on"])
        except ValueError:
            raise judge.wrong(entry, f"on {entry['on']!r} is no date") from None
        demo = entry.get("demo") == "true"
        approvals.append(
            Approval(entry["script"], entry["sha256"], entry["name"], entry["role"], on, demo)
        )
    return tuple(approvals)


def _whole(raw: Any, source: str) -> Any:
    """The script with what it takes from the one it is like, from parts and shared sentences."""
    if not isinstance(raw, dict):
        return raw
    raw = _like(raw, source)
    judge, included = Judge(source), raw.pop("includes", [])
    own = raw.get("wording") or {}
    if not isinstance(own, dict):
        return raw
    wording = Located()
    for name in included:
        shared = _shared("wording", name)
        if shared is None:
            raise ScriptError(f"{source}: includes {name!r}, which does not exist")
        wording.update(shared)
    steps = raw.get("steps")
    raw["steps"] = parts.expanded(steps, _part, judge)
    wording.update(parts.wording(steps, _part))
    wording.update(own)
    raw["wording"] = wording
    return raw


def _like(raw: dict[str, Any], source: str) -> dict[str, Any]:
    """With all that it does not say itself from the part it is `like`; sentences one by one."""
    if "like" not in raw:
        return raw
    other = _part(raw["like"])
    if other is None:
        raise ScriptError(f"{source}: is like {raw['like']!r}, which does not exist")
    whole, own = copy(raw), raw.get("wording") or {}
    del whole["like"]
    whole.update({key: value for key, value in other.items() if key not in raw})
    whole["wording"] = {**other["wording"], **own} if isinstance(own, dict) else own
    return whole


def _part(name: str) -> Any:
    return _shared("parts", name)


def _shared(kind: str, name: str) -> Any:
    """What several scripts share, None where there is no such file."""
    path = SHELF / kind / f"{name}.yaml"
    return read(path) if path.is_file() else None


def translated(wording: Any) -> Any:
    """The sentences with their translations: checked ones and drafts, by the English they render."""
    if not isinstance(wording, dict):
        return wording
    whole = Located(wording)
    for key, versions in wording.items():
        english = versions.get(ENGLISH) if isinstance(versions, dict) else None
        if english:
            whole[key] = copy(versions)
            whole[key].update({**_translations().get((key, english), {}), **versions})
    return whole


@cache
def _translations() -> dict[tuple[str, str], dict[str, str]]:
    """(wording key, English) -> language or draft -> sentence, from all catalogues."""
    table: dict[tuple[str, str], dict[str, str]] = {}
    for code in catalogues.codes():
        for entry in catalogues.load(code).entries:
            table.setdefault((entry.key, entry.english), {})[entry.stands_for] = entry.text
    return table


@cache
def languages() -> dict[str, Language]:
    """Code -> language, in the order in which they are offered."""
    path = SHELF / "reading" / "languages.yaml"
    return tongues.parse(read(path), path.name)


@cache
def concerns() -> Rules:
    """The concern rules in English, with the spelling of its reader."""
    path = SHELF / "rules" / "concerns.en.yaml"
    return Rules(read(path), path.name, reading_tables()["aliases"])


@cache
def words_for_staff() -> frozenset[str]:
    """How words for people who work in care begin, in every language that we know, small letters."""
    lists: dict[str, list[str]] = read(SHELF / "rules" / "staff.yaml")
    return frozenset(stem.casefold() for stems in lists.values() for stem in stems)


@cache
def rules_version() -> str:
    """Which edition of the rules and of the reading is in force: it changes with any byte of them."""
    paths = sorted([*(SHELF / "rules").rglob("*.yaml"), *(SHELF / "reading").rglob("*.yaml")])
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


@cache
def watch() -> Watch:
    """The concern rules of all languages."""
    index, paths = Index(), sorted((SHELF / "rules").glob("concerns.*.yaml"))
    others = [_rules(path, index) for path in paths if path.name != "concerns.en.yaml"]
    return Watch(concerns(), others)


def _rules(path: Path, index: Index) -> Rules:
    """The rules of another language, levelled as the texts will be; their examples stay as typed."""
    raw = read(path)
    for rule in raw.get("rules") or ():
        rule |= {name: _levelled(rule[name]) for name in ("patterns", "unless") if name in rule}
    raw |= {name: _levelled(raw[name]) for name in ("lists", "idioms") if name in raw}
    return Rules(raw, path.name, {}, index)


@cache
def speech() -> Tongues:
    """The readers of all languages."""
    folders = sorted(path.name for path in (SHELF / "reading").iterdir() if path.is_dir())
    others = {
        code: Reader(_tables_of(code), f"reading/{code}") for code in folders if code != ENGLISH
    }
    return Tongues({ENGLISH: reader(), **others}, languages())


@cache
def reader() -> Reader:
    """The reader of answers in English."""
    return Reader(reading_tables(), "reading/en", concerns().words)


@cache
def reading_tables() -> dict[str, Any]:
    """What the files under `reading/en` say, as one table. Raises LibraryError."""
    return {**_tables(ENGLISH), "languages": _asked()}


def _tables(code: str) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for path in sorted((SHELF / "reading" / code).glob("*.yaml")):
        part = read(path)
        if twice := sorted(set(tables) & set(part)):
            raise LibraryError(f"{path.name}: already in another file: {', '.join(twice)}")
        tables.update(part)
    return tables


def _asked() -> dict[str, list[str]]:
    return {code: [_levelled(name) for name in each.asked] for code, each in languages().items()}


ALIKE = ("keywords", "signatures", "units", "amplified", "negated")
"""Tables that hold for every language as they are in English."""


def _tables_of(code: str) -> dict[str, Any]:
    """The tables of another language over what needs no words: signs, emoji, numbers.

    Its own files name only what they fill.
    """
    base, own = _base(), _levelled(_tables(code))
    if strange := sorted(set(own) - set(base)):
        raise LibraryError(f"reading/{code}: has unknown {', '.join(strange)}")
    return {**_joined(base, own), "language": code, "languages": _asked()}


@cache
def _base() -> dict[str, Any]:
    """What every other language's tables begin with."""
    english = _tables(ENGLISH)
    base = {name: english[name] if name in ALIKE else _wordless(english[name]) for name in english}
    return {**base, "language_frames": ["^ <tongue> $"]}


def _wordless(value: Any) -> Any:
    """A table without the entries that hold a letter."""
    if isinstance(value, dict):
        return {key: _wordless(each) for key, each in value.items()}
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str) and not any(map(str.isalpha, each))]
    return value


def _joined(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        shared = {key: _joined(base[key], own[key]) for key in base if key in own}
        return {**base, **own, **shared}
    return [*base, *own] if isinstance(base, list) and isinstance(own, list) else own


def _levelled(value: Any) -> Any:
    """Without capitals and accents, as texts are before they are looked up."""
    if isinstance(value, dict):
        return {_levelled(key): _levelled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_levelled(each) for each in value]
    return fold(value)[0] if isinstance(value, str) else value
