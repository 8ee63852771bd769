"""The sentence for a place in the script and a language, filled with a provider's details.

Also counts what a sentence costs as SMS. Knows no channel's wire format and no reply's reason.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.dialogue.direction import directed

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
    """What a provider fills into the sentences; an empty one drops the sentence that needs it.

    complaints_number, advocacy_number: the complaints team, and independent help to complain.
    guardian: the Freedom to Speak Up Guardian's name and number, for staff.
    lead_in: a service's own English words before the standard question.
    asks_feeling, asks_carers: switch on the steps of that kind; off where nothing is said.
    check_in_team, check_in_weeks: who reads what carers answer to a check-in, and how often they are asked;
    off unless both are set.
    """

    provider: str = ""
    pals_number: str = ""
    pals_days: str = ""
    pals_hours: str = ""
    carers_number: str = ""
    ward_number: str = ""
    access_link: str = ""
    bereavement_number: str = ""
    complaints_number: str = ""
    advocacy_number: str = ""
    guardian: str = ""
    check_in_team: str = ""
    check_in_weeks: int = 0
    lead_in: str = ""
    replies_free: bool = False
    drafts: bool = False
    asks_feeling: bool = False
    asks_carers: bool = False


DETAILS = frozenset(Details.__dataclass_fields__)
_CHOICES = {"replies_free", "drafts", "asks_feeling", "asks_carers"}
"""Details that are no words: whether replies are free, whether unchecked translations may go out,
which steps are switched on."""

PLACES = DETAILS - _CHOICES - {"lead_in"} | {"replies", "languages", "tongue", "draft"}
"""What may stand in braces: the details; `{replies}`, the sentence on what a reply costs;
`{languages}`, the names of all on offer; `{tongue}`, the name of the one asked for; `{draft}`, what they
have told us, where it is read back."""

Table = Mapping[str, Mapping[str, str]]
"""Wording key -> language code (of a draft: `draft(code)`) -> sentence. `{name}` is a detail;
`[...]` is left out whole when one of the details in it is empty."""

NEVER_DRAFTED = frozenset(
    [
        "crisis",
        "harm",
        "harm.covered",
        "ward",
        "stop",
        "consent",
        "erase",
        "erased",
        "holding",
        "contact",
    ]
)
"""Sentences that go out in checked English where no checked translation exists (facts on safety,
languages); so do all by which a consent is asked. `consent.buttons` goes with `consent`."""


@dataclass(frozen=True, slots=True)
class Version:
    """A sentence as it is in one language, unfilled. draft: no speaker has checked it."""

    language: str
    template: str
    draft: bool = False


def draft(language: str) -> str:
    """Under what an unchecked translation stands in a table."""
    return f"draft:{language}"


def version(table: Table, key: str, language: str, details: Details) -> Version:
    """The sentence in `language`: checked, or a draft where these may go out; else in English.

    Raises KeyError for an unknown key.
    """
    versions = table[key]
    if template := versions.get(language):
        return Version(language, template)
    if details.drafts and (template := versions.get(draft(language))):
        return Version(language, template, draft=True)
    return Version(FALLBACK, versions[FALLBACK])


def sentence(
    table: Table, key: str, language: str, details: Details, more: Mapping[str, str] | None = None
) -> str:
    """The filled sentence in `language`, else in English; `more`: what is no detail of a provider.

    Raises KeyError for an unknown key.
    """
    found = version(table, key, language, details)
    values = {name: str(getattr(details, name)) for name in Details.__slots__}
    values |= {"languages": "", "tongue": "", "draft": "", **(more or {})}
    if "{replies}" in found.template:
        cost = "replies_free" if details.replies_free else "replies_charged"
        values["replies"] = version(table, cost, found.language, details).template
    return directed(_filled(found.template, values))


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


READ_BACK = {"GSM-7": 160, "UCS-2": 80}
"""Characters of a person's own words that fit beside ours into the parts of one reply by SMS."""


_ENDS = (".", "!", "?", "…", ":", ",", ";", "۔", "।", "؟")


def sentences(said: Iterable[str]) -> str:
    """What somebody said in several texts, as one: a text that does not end as a sentence is ended."""
    lines = [" ".join(line.split()) for each in said for line in each.splitlines()]
    return " ".join(line if line.endswith(_ENDS) else f"{line}." for line in lines if line)


def shortened(words: str) -> str:
    """The beginning of what somebody said, as far as it fits into a text message."""
    most = READ_BACK[segments(words)[0]]
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]} ..."


def _parts(units: int, single: int, joined: int) -> int:
    return 1 if units <= single else math.ceil(units / joined)
