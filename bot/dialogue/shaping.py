"""How plain data from a reviewed file is judged: its shape, and where a mistake in it stands.

Knows what tables and lists are, not what they are about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class ScriptError(ValueError):
    """A script is malformed; the message names the file, the line or step, and the reason."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Refuses what is not as it must be. source: the file that errors name."""

    source: str

    def shape(self, raw: Any, where: str, needed: set[str], optional: set[str]) -> None:
        """`raw` is a table with all of `needed`, and else only of `optional`."""
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, f"{where} must be a table")
        if missing := sorted(needed - set(raw)):
            raise self.wrong(raw, f"{where} lacks {', '.join(missing)}")
        if unknown := sorted(set(raw) - needed - optional):
            raise self.wrong(raw, f"{where} has unknown {', '.join(map(str, unknown))}")

    def listed(self, raw: Mapping[str, Any], name: str) -> list[Any]:
        """The list of that name, an empty one where there is none."""
        value = raw.get(name) or []
        if not isinstance(value, list):
            raise self.wrong(raw, f"{name} must be a list")
        return value

    def table(self, raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """The table of that name, an empty one where there is none."""
        value = raw.get(name) or {}
        if not isinstance(value, Mapping):
            raise self.wrong(raw, f"{name} must be a table")
        return value

    def among(self, raw: Mapping[str, Any], name: str, known: frozenset[str]) -> frozenset[str]:
        """The list of that name, every entry one of `known`."""
        found = frozenset(map(str, self.listed(raw, name)))
        if strange := sorted(found - known):
            raise self.wrong(raw, f"{name}: unknown {', '.join(strange)}; known: {_all(known)}")
        return found

    def wrong(self, raw: Any, reason: str) -> ScriptError:
        """The error, with file and line; what came from another file knows that file itself."""
        line = getattr(raw, "line", None)
        source = getattr(raw, "source", "") or self.source
        return ScriptError(f"{source}{f':{line}' if line else ''}: {reason}")


def _all(known: frozenset[str]) -> str:
    return ", ".join(sorted(known))
