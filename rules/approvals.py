"""When a text that people receive may be used: who must have approved it, and who may stop it.

Source: the project's decisions on safety: a new template or rule needs two people's approval, one of
them a Lived Experience Partner's; anyone may stop it, with a reason; an approval is of one text, by its
SHA-256, and any edit voids it; approvals made up for the demo are refused anywhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

PARTNER = "lived_experience_partner"
PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one person said of one text (`digest`: its SHA-256). A veto has a reason."""

    name: str
    role: str
    on: date
    digest: str
    approved: bool
    reason: str = ""
    demo: bool = False


def missing(digest: str, verdicts: Iterable[Verdict], *, demo: bool) -> str:
    """Why the text may not be used; "" where it may. The last verdict of each person counts.

    demo: whether this is the demo, where made-up approvals count.
    """
    last: dict[str, Verdict] = {}
    void = 0
    for verdict in verdicts:
        if verdict.digest != digest:
            void += 1
        elif demo or not verdict.demo or not verdict.approved:
            last[verdict.name.casefold()] = verdict
    for verdict in last.values():
        if not verdict.approved:
            return f"vetoed by {verdict.name} on {verdict.on.isoformat()}: {verdict.reason}"
    voided = f"; {void} given to another text do not count" if void else ""
    if len(last) < PEOPLE:
        return f"approved by {len(last)} of {PEOPLE} people{voided}"
    if not any(verdict.role == PARTNER for verdict in last.values()):
        return f"no Lived Experience Partner has approved it{voided}"
    return ""


def vetoed(digest: str, verdicts: Iterable[Verdict]) -> bool:
    """Whether somebody has stopped the text and not taken it back."""
    return missing(digest, verdicts, demo=True).startswith("vetoed")
