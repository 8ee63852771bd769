"""The sentence for a place in the script and a language, filled with a provider's details.

Also counts what a sentence costs as SMS. Knows no channel's wire format and no reply's reason.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

FALLBACK = "en"

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_DOUBLE = frozenset("^{}\\[~]|€\f")
"""GSM 03.38: the characters of one SMS unit, and those that take two."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Details:
    """What a provider fills into the sentences; an empty one drops the sentence that needs it."""

    provider: str = ""
    pals_number: str = ""
    pals_days: str = ""
    pals_hours: str = ""
    carers_number: str = ""
    ward_number: str = ""
    replies_free: bool = False


PLACES = frozenset(Details.__dataclass_fields__) - {"replies_free"} | {"replies"}
"""What may stand in braces: the details, and `{replies}`, the sentence on what a reply costs."""

Table = Mapping[str, Mapping[str, str]]
"""Wording key -> language code -> sentence. `{name}` is a detail; `[...]` is left out whole when
one of the details in it is empty."""


def sentence(table: Table, key: str, language: str, details: Details) -> str:
    """The filled sentence in `language`, else in English. Raises KeyError for an unknown key."""
    values = {name: str(getattr(details, name)) for name in Details.__slots__}
    if "{replies}" in (template := _in(table, key, language)):
        cost = "replies_free" if details.replies_free else "replies_charged"
        values["replies"] = _in(table, cost, language)
    return _filled(template, values)


def _in(table: Table, key: str, language: str) -> str:
    versions = table[key]
    return versions.get(language) or versions[FALLBACK]


def _filled(template: str, values: Mapping[str, str]) -> str:
    def keep(match: re.Match[str]) -> str:
        needed = _PLACE.findall(match[1])
        return match[1] if all(values[name] for name in needed) else ""

    whole = _OPTIONAL.sub(keep, template)
    return _PLACE.sub(lambda match: values[match[1]], whole).strip()


def places(template: str) -> set[str]:
    """The names of the details that a template asks for."""
    return set(_PLACE.findall(template))


def segments(text: str) -> tuple[str, int, int]:
    """(encoding, units, parts) of a text as SMS: GSM-7 160 / 153 a part, else UCS-2 70 / 67."""
    if all(char in GSM7 or char in GSM7_DOUBLE for char in text):
        units = sum(2 if char in GSM7_DOUBLE else 1 for char in text)
        return "GSM-7", units, _parts(units, 160, 153)
    units = len(text.encode("utf-16-be")) // 2
    return "UCS-2", units, _parts(units, 70, 67)


def _parts(units: int, single: int, joined: int) -> int:
    return 1 if units <= single else math.ceil(units / joined)
