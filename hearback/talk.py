"""`hearback talk`: one person's texts in, the bot's replies out; needs no database.

Folds the engine over lines; what it prints is a public contract (see the command's help).
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from bot import library
from bot.dialogue import engine, facts
from bot.dialogue.engine import Turn
from bot.dialogue.messages import Channel, Inbound
from bot.dialogue.state import State
from bot.dialogue.wording import Details

EXAMPLE = Details(
    provider="Riverside Trust",
    pals_number="01632 960123",
    pals_days="Mon to Fri",
    pals_hours="9 to 5",
    carers_number="01632 960321",
    ward_number="01632 960999",
    complaints_number="01632 960124",
    advocacy_number="01632 960125",
    bereavement_number="01632 960456",
    guardian="Bola Speakwell, 01632 960457",
    check_in_team="carers' team",
    replies_free=True,
    drafts=True,
)
"""The made-up provider of the wording sheet (numbers from the range kept for drama); it allows
translations that nobody has checked."""

DANGER = ("crisis", "harm", "ward")
_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def talk(  # noqa: PLR0917 - the order is the contract with the command line
    script: str,
    channel: str,
    language: str,
    as_json: bool,
    lines: Iterable[str],
    out: Callable[[str], None],
) -> None:
    """Answer each line as a text from one person to whom the rating question has just been sent.

    Raises ScriptError (no such script) and ValueError (no such channel or language).
    """
    bound = library.script(script).bound(EXAMPLE)
    if language not in library.languages():
        known = ", ".join(library.languages())
        raise ValueError(f"there is no language {language!r}; there are: {known}")
    way = Channel(channel)
    state = engine.begin(bound, way, _NOON, language).state
    danger = False
    for line in lines:
        text = line.rstrip("\r\n")
        turn = engine.step(state, Inbound(text, way), bound, _NOON)
        state = turn.state
        danger = danger or any(reply.kind in DANGER for reply in turn.replies)
        _print(text, turn, as_json, out)
    if as_json:
        out(_dumped(_summary(state, danger)))


def _print(text: str, turn: Turn, as_json: bool, out: Callable[[str], None]) -> None:
    if not as_json:
        for reply in turn.replies:
            out("< " + reply.text.replace("\n", "\n  "))
        return
    said = [reply.text for reply in turn.replies]
    established = [facts.as_json(fact) for fact in turn.facts]
    out(_dumped({"say": text, "replies": said, "facts": established}))


def _summary(state: State, danger: bool) -> dict[str, Any]:
    rating, role = state.answers.get("rating"), state.answers.get("role")
    comment = "\n".join(state.comments.values()) or None
    said = rating or role or comment
    response = {"rating": rating, "comment": comment, "role": role}
    return {
        "responses": [response] if said else [],
        "opted_out": state.opted_out,
        "crisis_reply": danger,
    }


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
