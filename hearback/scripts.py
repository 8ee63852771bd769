"""`hearback scripts`: what is wrong with scripts, what they say, and who has approved them.

Reads shipped files and files that people bring; what a mistake is, is judged elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from bot import library
from bot.dialogue import checks
from bot.dialogue.messages import Channel
from bot.dialogue.script import Script
from hearback.talk import EXAMPLE
from insight import readability
from rules import approvals
from rules.approvals import PARTNER, Verdict

DEAR = replace(
    EXAMPLE,
    provider="Riverside and Hillside Trust",
    access_link="riverside.example/access",
    replies_free=False,
)
"""A provider whose details take room."""

GRADE_MOST = 4.4
"""The school year that the project's wording keeps to: readable at the age of nine."""
WORDS_LEAST = 10
"""In fewer words the grade says nothing."""

NEVER_APPROVED = ("listening",)
"""Asks nothing, and takes the place of what is not approved."""

DEMO_PEOPLE = (("Kim Partner", PARTNER), ("Robin Lead", "experience_lead"))
DEMO_ON = date(2026, 11, 25)

Out = Callable[[str], None]


class ScriptsRefused(ValueError):
    """Something is wrong with a script; the message has a line for each fault."""


def check(files: list[Path], out: Out) -> None:
    """Say of each script that it is right. Raises ScriptsRefused with every fault of every file."""
    shipped = [library.SHELF / f"{name}.yaml" for name in library.names()]
    found: list[str] = []
    for path in files or shipped:
        wrong = list(faults(path))
        reason = "" if wrong else unapproved(library.script_at(path), demo=True)
        wrong += [f"{path.name}: not approved: {reason}"] if reason else []
        if not wrong:
            out(_right(path))
        found += wrong
    if found:
        raise ScriptsRefused("\n".join(found))


def faults(path: Path) -> list[str]:
    """What is wrong with a script whoever approves it, with its file and as far as it has one its line."""
    try:
        script = library.script_at(path)
    except ValueError as error:
        return [str(error)]
    return [f"{path.name}: {each}" for each in (*checks.faults(script, DEAR), *_too_hard(script))]


def _too_hard(script: Script) -> Iterator[str]:
    bound = script.bound(EXAMPLE)
    for key in bound.wording:
        said = bound.says(key, "en", Channel.SMS)
        if len(said.split()) >= WORDS_LEAST and readability.grade(said) > GRADE_MOST:
            yield f"wording {key!r} needs a reader of {readability.age(said):.0f} years, not of 9"


def unapproved(script: Script, *, demo: bool) -> str:
    """Why a shipped text may not be used; "" where it may. Approvals for the demo count there only."""
    if script.name in NEVER_APPROVED:
        return ""
    verdicts = [
        Verdict(each.name, each.role, each.on, each.digest, approved=True, demo=each.demo)
        for each in library.shipped_approvals()
        if each.script == script.name
    ]
    return approvals.missing(script.digest, verdicts, demo=demo)


def _right(path: Path) -> str:
    script = library.script_at(path)
    told = f"{script.name} {script.version}: right"
    if unapproved(script, demo=False):
        told += ", approved for the demo only"
    if script.drafts:
        told += f"; drafts: {', '.join(sorted(script.drafts))}"
    return told


def show(name: str, out: Out) -> None:
    """Every English sentence of a shipped script as a text message, and the SHA-256 to approve."""
    script = library.script(name)
    out(f"{script.name} {script.version}, for {script.purpose}")
    for key in script.wording:
        draft = " (draft)" if key in script.drafts else ""
        out(f"\n{key}{draft}:\n{script.wording[key]['en']}")
    out(f"\nSHA-256 {script.digest}")


def approve_for_demo(out: Out) -> None:
    """Write the demo's approvals of every shipped script anew, as the texts now are."""
    entries = [
        {
            "script": name, "sha256": library.script(name).digest, "name": person, "role": role,
            "on": DEMO_ON.isoformat(), "demo": "true",
        }
        for name in library.names()
        if name not in NEVER_APPROVED
        for person, role in DEMO_PEOPLE
    ]  # fmt: skip
    path = library.SHELF / "approvals" / "shipped.yaml"
    kept = [entry for entry in library.read(path) or [] if entry.get("demo") != "true"]
    path.write_text(
        HEAD + yaml.safe_dump([*kept, *entries], sort_keys=False, width=200), encoding="utf-8"
    )
    out(f"{len(entries)} approvals for the demo in {path.name}")


HEAD = """\
# Who has approved which text: name, role, date, and the SHA-256 that `hearback scripts show NAME` prints.
# Any edit of a text, of what it shares or of its parts voids its approvals. A script needs two people, one
# of them a Lived Experience Partner. Approvals marked `demo` are made up, with the demo's made-up people,
# and are refused anywhere else; `hearback scripts approve-for-demo` writes these anew.
"""
