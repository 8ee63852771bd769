"""Where a conversation stands, and its versioned JSON, so that a later release still reads it.

Knows what was answered and what is waited for; knows neither sentences nor storage.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

VERSION = 2

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda raw: raw,  # since 2: language_chosen, draft_told; both begin as False
}
"""From version n to n + 1; an entry is added whenever VERSION grows, and never removed."""


class StateError(ValueError):
    """A stored state cannot be read; the message holds no word of a person."""


@dataclass(frozen=True, slots=True)
class State:
    """One conversation between two texts.

    step: key of the question that waits for an answer; None when none does.
    answers: step key -> the code given, None where the person chose not to say.
    comments: step key -> the whole comment so far.
    unclear: texts in a row that did not answer the question that waits.
    quiet: we stopped asking; what comes is kept and answered only if it answers a question.
    hushed: the last reply was one for danger; a thank-you to it gets no question.
    finished: every question was put, or we stopped asking.
    last_menu: key of the last question answered from a menu (what "sorry, meant 5" refers to).
    erase_asked: when deletion was first asked for (ISO 8601), None otherwise.
    opted_out: set by the caller before each step; the opt-out itself is kept elsewhere.
    language_chosen: they asked for the language; one that was only guessed follows what they write.
    draft_told: they know that the translation they read is an unchecked draft.
    """

    script: str
    script_version: int
    language: str = "en"
    step: str | None = None
    answers: Mapping[str, str | None] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    unclear: int = 0
    quiet: bool = False
    hushed: bool = False
    finished: bool = False
    last_menu: str | None = None
    erase_asked: str | None = None
    opted_out: bool = False
    language_chosen: bool = False
    draft_told: bool = False

    def answered(self, key: str, code: str | None) -> "State":
        """With the answer to a menu question; a second answer replaces the first."""
        return replace(self, answers={**self.answers, key: code}, last_menu=key)

    def commented(self, key: str, words: str) -> "State":
        """With words added to what was already said there."""
        before = self.comments.get(key)
        whole = f"{before}\n{words}" if before else words
        return replace(self, comments={**self.comments, key: whole})

    def fits(self, when: Mapping[str, frozenset[str]]) -> bool:
        """Whether every answer named in `when` is one of those it allows."""
        return all(self.answers.get(key) in codes for key, codes in when.items())

    def knows(self, key: str) -> bool:
        """Whether that question has been answered, declined or commented on."""
        return key in self.answers or key in self.comments


_FIELDS = tuple(each.name for each in fields(State))


def dumps(state: State) -> str:
    """The state as one line of JSON with its version."""
    plain = {name: getattr(state, name) for name in _FIELDS}
    return json.dumps({"v": VERSION, **plain}, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> State:
    """The state from any version's JSON up to this one. Raises StateError."""
    raw = _parsed(text)
    version = raw.pop("v", None)
    if not isinstance(version, int) or version < 1:
        raise StateError("a stored conversation carries no version")
    if version > VERSION:
        raise StateError(
            f"a stored conversation has version {version}; this release reads up to {VERSION}"
        )
    for old in range(version, VERSION):
        raw = UPGRADES[old](raw)
    if unknown := sorted(set(raw) - set(_FIELDS)):
        raise StateError(f"a stored conversation has unknown fields: {', '.join(unknown)}")
    if missing := sorted({"script", "script_version"} - set(raw)):
        raise StateError(f"a stored conversation lacks {', '.join(missing)}")
    return State(**raw)


def _parsed(text: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise StateError(f"a stored conversation is not JSON (at {error.pos})") from None
    if not isinstance(raw, dict):
        raise StateError("a stored conversation is not a JSON object")
    return raw
