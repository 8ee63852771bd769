"""Which script may be used where: a provider's own live version, or the shipped one in the demo.

Whatever is not approved, stopped, or cannot be read is never asked: `listening` takes its place, so
that words are kept and danger, STOP and HELP are answered. Knows no channel and no page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot import library
from bot.dialogue.script import Script
from bot.dialogue.wording import Details
from rules import approvals
from rules.approvals import Verdict
from runtime import log
from storage import rulebooks
from storage.rulebooks import SCRIPT, Edition, Judged
from storage.services import Place

LISTENING = "listening"
"""The script that asks nothing and needs nobody's approval."""


class VerdictRefused(ValueError):
    """There is no such text to judge; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A script that could be used, and all that was said of its text."""

    script: Script
    verdicts: tuple[Verdict, ...]

    def missing(self, demo: bool) -> str:
        """Why it may not be used; "" where it may."""
        return approvals.missing(self.script.digest, self.verdicts, demo=demo)


def details_of(place: Place) -> Details:
    """What the sentences say of this place; unknown keys of the details are other rooms' business."""
    known = {name: place.details[name] for name in Details.__slots__ if name in place.details}
    return Details(**{"provider": place.provider_name, **known})


def live(connection: Connection, provider_id: int, name: str, *, demo: bool) -> Script:
    """The newest version of that script that may be used here, else the one that asks nothing."""
    for each in candidates(connection, provider_id, name):
        if not each.missing(demo):
            return each.script
    return library.script(LISTENING)


def of_version(connection: Connection, provider_id: int, name: str, version: int) -> Script:
    """The script that a conversation began with, unless somebody has stopped its text since.

    Raises ScriptError or LibraryError where it cannot be read any more.
    """
    for each in candidates(connection, provider_id, name):
        if each.script.version == version:
            stopped = approvals.vetoed(each.script.digest, each.verdicts)
            return library.script(LISTENING) if stopped else each.script
    return library.script(name, version)


def candidates(connection: Connection, provider_id: int, name: str) -> Iterator[Candidate]:
    """The provider's own versions, the newest first, then the shipped one where it is none of them."""
    editions = rulebooks.editions(connection, provider_id, SCRIPT, name)
    shipped = _shipped(name)
    known = {edition.digest for edition in editions}
    for edition in editions:
        script = _read(name, edition)
        if script is not None:
            yield Candidate(script, (*_for_demo(script), *_verdicts(edition)))
    if shipped is not None and shipped.digest not in known:
        yield Candidate(shipped, tuple(_for_demo(shipped)))


def load(  # noqa: PLR0917  a text, where it is from, by whom and when
    connection: Connection, provider_id: int, text: str, source: str, author: str, now: datetime
) -> Script:
    """Keep a text as the next version of its script; one that is there already is given back.

    Raises ScriptError or LibraryError, and then changes nothing: what was live goes on.
    """
    given = library.script_from(text, source)
    editions = rulebooks.editions(connection, provider_id, SCRIPT, given.name)
    for edition in editions:
        if edition.digest == given.digest and (script := _read(given.name, edition)):
            return script
    version = _next(given, editions)
    whole = library.whole_text(text, source, version)
    script = library.script_from(whole, source)
    rulebooks.add(
        connection, provider_id, SCRIPT, script.name, version, whole, script.digest, author, now
    )
    return script


def judge(connection: Connection, provider_id: int, name: str, judged: Judged) -> Script:
    """Write an approval or a veto of the text with that SHA-256; a shipped one is kept with it.

    Raises VerdictRefused where no text of that name has it.
    """
    shipped = _shipped(name)
    if shipped is not None and shipped.digest == judged.digest:
        load(
            connection,
            provider_id,
            library.shipped_text(name),
            name,
            "shipped",
            judged.at,
        )
    editions = rulebooks.editions(connection, provider_id, SCRIPT, name)
    edition = next((each for each in editions if each.digest == judged.digest), None)
    if edition is None:
        raise VerdictRefused(f"no text of the script {name!r} has this SHA-256")
    rulebooks.judge(connection, provider_id, edition.rulebook_id, judged)
    script = _parsed(edition.text, f"{name} {edition.version}")
    said = (*_for_demo(script), *_verdicts(edition), _verdict(judged))
    usable = not approvals.missing(judged.digest, said, demo=judged.demo)
    rulebooks.set_live(connection, edition.rulebook_id, judged.at if usable else None)
    return script


def _next(given: Script, editions: list[Edition]) -> int:
    """The shipped number for the shipped text; else one that nobody has used."""
    shipped = _shipped(given.name)
    used = {edition.version for edition in editions}
    if shipped is not None and shipped.digest == given.digest and shipped.version not in used:
        return shipped.version
    return max([*used, shipped.version if shipped else 0]) + 1


def _shipped(name: str) -> Script | None:
    """The shipped script; None where there is none, or it cannot be read."""
    if name not in library.names():
        return None
    try:
        return library.script(name)
    except ValueError as error:
        log.get().error("script_refused", code=name, exc_info=error)
        return None


def _read(name: str, edition: Edition) -> Script | None:
    """A version that this release cannot read any more keeps no older one from being used."""
    try:
        return _parsed(edition.text, f"{name} {edition.version}")
    except ValueError as error:
        log.get().error("script_refused", code=f"{name} {edition.version}", exc_info=error)
        return None


@lru_cache(maxsize=256)
def _parsed(text: str, source: str) -> Script:
    """A text never changes: it is read once a process."""
    return library.script_from(text, source)


def _for_demo(script: Script) -> Iterator[Verdict]:
    for each in library.shipped_approvals():
        if each.script == script.name and each.digest == script.digest:
            yield Verdict(each.name, each.role, each.on, each.digest, approved=True, demo=each.demo)


def _verdicts(edition: Edition) -> Iterable[Verdict]:
    return map(_verdict, edition.verdicts)


def _verdict(judged: Judged) -> Verdict:
    return Verdict(
        judged.name, judged.role, judged.at.date(), judged.digest, judged.approved, judged.reason,
        judged.demo,
    )  # fmt: skip
