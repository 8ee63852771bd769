"""Scripts that share steps: a part is a short list of steps with its sentences, named where it goes.

Works on plain tables, before they are judged; knows no file.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from hashlib import sha256
from typing import Any

from bot.dialogue.shaping import Judge

Raw = Mapping[str, Any]
Find = Callable[[str], Raw | None]
"""The part of that name, None where there is none."""


def expanded(steps: Any, find: Find, judge: Judge) -> Any:
    """The steps with every `part: NAME` replaced by that part's own, under its conditions too.

    What is no list of steps comes back as it is, for the script's own judge. Raises ScriptError.
    """
    return list(_steps(steps, find, judge, ())) if isinstance(steps, list) else steps


def wording(steps: Any, find: Find) -> dict[str, Any]:
    """The sentences of all parts that the steps name."""
    found: dict[str, Any] = {}
    for entry in steps if isinstance(steps, list) else ():
        part = find(str(entry["part"])) if _names_part(entry) else None
        if part is not None:
            found |= wording(part.get("steps"), find) | dict(part.get("wording") or {})
    return found


def _steps(steps: list[Any], find: Find, judge: Judge, within: tuple[str, ...]) -> Iterator[Any]:
    for entry in steps:
        if not _names_part(entry):
            yield entry
            continue
        name = str(entry["part"])
        judge.shape(entry, f"part {name!r}", {"part"}, {"when", "asked_only_if"})
        part = find(name)
        if part is None or name in within:
            raise judge.wrong(entry, f"part {name!r} does not exist, or holds itself")
        judge.shape(part, f"part {name!r}", {"steps"}, {"wording"})
        for step in _steps(judge.listed(part, "steps"), find, judge, (*within, name)):
            yield _under(step, entry, judge) if isinstance(step, dict) else step


def _names_part(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "part" in entry


def _under(step: dict[str, Any], entry: Raw, judge: Judge) -> dict[str, Any]:
    """The step, asked only where its part is and where it says itself."""
    changed, when = copy(step), dict(judge.table(step, "when"))
    for key, codes in judge.table(entry, "when").items():
        when[key] = [code for code in when.get(key, codes) if code in codes]
    changed["when"] = when
    wanted = judge.listed(entry, "asked_only_if")
    changed["asked_only_if"] = [*wanted, *judge.listed(step, "asked_only_if")]
    return changed


def digest(whole: Any) -> str:
    """SHA-256 of all that people approve: everything but the version's number and translations."""
    table = whole if isinstance(whole, dict) else {}
    said = {key: value for key, value in table.items() if key != "version"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
