"""Hides what names a person in a comment: the door of redaction. It helps a reader; it is no licence
to publish. Knows neither where a comment came from nor who may read it.
"""

from dataclasses import dataclass

from insight.redaction_kinds import Kind, Span
from insight.redaction_names import find_names
from insight.redaction_numbers import find_numbers

VERSION = 1

__all__ = ["VERSION", "Kind", "Redacted", "Span", "redact"]


@dataclass(frozen=True, slots=True)
class Redacted:
    """text: the comment with each find replaced by `[kind]`. found: spans of the original, in order."""

    text: str
    found: tuple[Span, ...]


def redact(text: str, staff: frozenset[str] = frozenset()) -> Redacted:
    """`text` without names, numbers and addresses of persons; titles ("Dr", "Nurse") stay.

    staff: names of the provider's staff, in any case ("Priya Shah" or "Priya"); their parts are
    then found without a cue. Never raises on any text; takes time linear in its length.
    Rules: the house's labelling rules (docs/reading.md, "Redaction").
    """
    numbers = find_numbers(text)
    names = find_names(text, numbers, staff)
    found = tuple(sorted(numbers + names, key=lambda span: span.start))
    return Redacted(_replaced(text, found), found)


def _replaced(text: str, found: tuple[Span, ...]) -> str:
    parts = []
    done = 0
    for span in found:
        parts += [text[done : span.start], f"[{span.kind}]"]
        done = span.end
    parts.append(text[done:])
    return "".join(parts)
