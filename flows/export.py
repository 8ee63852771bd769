"""Everything that a provider holds of one person, for them: as plain values, or as a page to read.

Staff must look it over before it leaves: other people may be named in it, and a phone may be read by
somebody whom it speaks of. What staff wrote about the person is withheld, and said to be.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from flows import letters
from flows.erase import Whom
from runtime import clock
from storage import dossier

WHY_WITHHELD = (
    "Notes that staff wrote about an alert or a case are not in here: they may name or harm other people, "
    "and a person decides what of them can be given. Ask the data-protection officer of the provider."
)
TITLES = {
    "texts": "Texts that came from this number",
    "letters": "Texts that we wrote",
    "conversations": "Conversations",
    "answers": "Answers",
    "choices": "Answers to further questions",
    "comments": "What was said, and how staff read it (redacted)",
    "consents": "What was agreed to",
    "check_ins": "Agreements to be asked again",
    "stories": "Stories, and who may read them",
    "opt_out": "No more texts (kept also after deletion, as a keyed hash)",
    "alerts": "Words that somebody had to read",
    "cases": "Wishes to be rung, and complaints",
    "erasures": "Wishes to be deleted",
    "uses": "What was done with it",
}
"""Every part, in the order in which it is read."""


def everything(connection: Connection, whom: Whom, now: datetime) -> dict[str, Any]:
    """All of it as values that JSON knows; moments are London's, with their offset."""
    held = dossier.held(connection, whom.provider_id, whom.person_id, whom.channel, whom.address)
    parts = {name: [_plain(name, row) for row in held.parts[name]] for name in TITLES}
    return {
        "made_at": _value(now),
        "channel": whom.channel,
        "address": whom.address,
        **parts,
        "withheld": {"notes_of_staff": held.notes, "why": WHY_WITHHELD},
    }


def _plain(part: str, row: dict[str, Any]) -> dict[str, Any]:
    values = {name: _value(value) for name, value in row.items()}
    letter = values.pop("letter", None)
    if letter is None:
        return values
    return {**values, "words": _words(part, letter, row)}


def _words(part: str, letter: str, row: dict[str, Any]) -> str:
    """What a text says, or the code of the button that was pressed; "" where it cannot be opened."""
    if not letter:
        return ""
    if part == "letters":
        return letters.to_reply(row["kind"], letter).text
    inbound = letters.to_text(letter).inbound
    return inbound.text or inbound.choice or ""


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.LONDON).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def readable(held: dict[str, Any]) -> str:
    """The same as lines of text, a part after the other; what is empty says so."""
    lines = [f"What is held of {held['address']} ({held['channel']}), {held['made_at']}"]
    for name, title in TITLES.items():
        lines += ["", title, "-" * len(title)]
        lines += [_line(row) for row in held[name]] or ["nothing"]
    withheld = held["withheld"]
    lines += ["", f"Not in here: {withheld['notes_of_staff']} notes of staff", withheld["why"]]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    said = [
        f"{name.replace('_', ' ')}: {value}" for name, value in row.items() if value is not None
    ]
    return "; ".join(said)
