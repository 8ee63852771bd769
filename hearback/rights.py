"""`hearback erase`, `erasures` and `export-person`: a person's rights, carried out by a named member of staff.

Staff have made sure beforehand that the number belongs to whoever asks; nothing here can.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from sqlalchemy import Connection

from flows import erase as flow
from flows import export as exports
from flows.erase import Erased, Whom
from flows.house import House
from runtime import clock
from runtime.settings import Settings
from storage import accounts, audit, database, erasures, people, services
from storage.audit import Deed

Out = Callable[[str], None]


class RightsRefused(ValueError):
    """It cannot be done; the message says why, and holds no number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: of whom, at which provider, and who asks."""

    provider: str
    channel: str
    number: str
    email: str


WAITS_FOR = {
    "alert": "an alert about what they told us is open; that conversation stays until it is closed",
    "case": "a case (a wish to be rung, or a complaint) is open; that conversation stays until it is closed",
    "hold": "somebody has put a hold on it, with a reason",
    "step": "a text of theirs has not been read yet: see hearback doctor",
    "key": "HEARBACK_SECRET_KEY does not list the key that opens their number",
}


def erase(given: Settings, asked: Asked, *, dry_run: bool, out: Out) -> None:
    """Delete at once, or say what would go. Raises RightsRefused and changes nothing."""
    with database.once(given) as engine:
        now = clock.now()
        with engine.begin() as connection:
            who = whom(connection, asked)
            if dry_run:
                erased: Erased | None = flow.rehearsed(connection, who, now)
                connection.rollback()
            else:
                erasure_id = flow.ask(connection, who, now)
        if not dry_run:
            erased = flow.erase(House(engine), erasure_id, now)
    if erased is None:
        raise RightsRefused("a worker is deleting it at this moment: see hearback erasures")
    _say(erased, dry_run, out)


def _say(erased: Erased, dry_run: bool, out: Out) -> None:
    gone = erased.gone
    out("would go:" if dry_run else "gone:")
    out(f"  {gone.texts} texts of theirs, {gone.letters} of ours, {gone.comments} comments")
    if erased.waits_for is None:
        out("  their number, their conversations and what they agreed to")
    out("stays: ratings, which lead to nobody; that they want no more texts, if they said so")
    if erased.waits_for:
        out(f"waits: {WAITS_FOR[erased.waits_for]}. It is looked at again each day")
    if dry_run:
        out("nothing has changed: this was a dry run")


def listed(given: Settings, code: str, out: Out) -> None:
    """A line each, the newest first."""
    with database.once(given) as engine, engine.connect() as connection:
        found = erasures.listed(connection, provider(connection, code))
    for each in found:
        by = each.asked_by or "the person, by text"
        out(f"{each.erasure_id}: asked {_day(each.asked_at)} by {by}; {_standing(each)}")
    if not found:
        out("nobody has asked for deletion")


def _standing(each: erasures.Listed) -> str:
    gone = f"{each.texts} texts, {each.letters} of ours, {each.comments} comments"
    if each.done_at:
        return f"done {_day(each.done_at)}: {gone}"
    if each.waits_for:
        return f"gone so far: {gone}; waits: {WAITS_FOR[each.waits_for]}"
    return f"due {_day(each.due_at)}"


def _day(moment: datetime) -> str:
    return str(clock.london_day(moment))


def export(given: Settings, asked: Asked, *, as_json: bool, out: Out) -> None:
    """All that is held, for reading or as JSON. Raises RightsRefused."""
    with database.once(given) as engine, engine.begin() as connection:
        who = whom(connection, asked)
        now = clock.now()
        deed = Deed("exported_person", who.account_id, who.provider_id, ("person", who.person_id))
        audit.note(connection, deed, now)
        held = exports.everything(connection, who, now)
    out(json.dumps(held, ensure_ascii=False, indent=1) if as_json else exports.readable(held))


def whom(connection: Connection, asked: Asked) -> Whom:
    """The person, locked, and who asks. Raises RightsRefused."""
    provider_id, account_id = provider(connection, asked.provider), member(connection, asked.email)
    address = _address(asked)
    person_id = people.find(connection, provider_id, asked.channel, address)
    if person_id is None:
        raise RightsRefused(
            f"{asked.provider} holds nothing from that number on this channel (look at the channel, "
            "and at each provider)"
        )
    return Whom(provider_id, person_id, asked.channel, address, account_id)


def member(connection: Connection, email: str) -> int:
    """The id of the account of whoever runs the command. Raises RightsRefused."""
    found = accounts.by_email(connection, email)
    if found is None:
        raise RightsRefused("there is no open account with the e-mail address of --by")
    return found.account_id


def provider(connection: Connection, code: str) -> int:
    """Its id. Raises RightsRefused."""
    provider_id = services.provider_by_code(connection, code)
    if provider_id is None:
        raise RightsRefused(f"there is no provider with the code {code!r}")
    return provider_id


def _address(asked: Asked) -> str:
    """The address as its channel writes it: E.164, or Telegram's number of a chat."""
    if asked.channel == "telegram":
        if not asked.number.lstrip("-").isdigit():
            raise RightsRefused("a chat at Telegram has a number: digits alone, one line on stdin")
        return asked.number
    try:
        parsed = phonenumbers.parse(asked.number, "GB")
    except phonenumbers.NumberParseException:
        raise RightsRefused("write their number as one line on stdin") from None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
