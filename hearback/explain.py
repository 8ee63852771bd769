"""`hearback explain`: what the reader makes of single texts, one JSON object a line.

What it prints is a public contract (see the command's help); it decides no meaning itself.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from bot import library
from bot.dialogue.languages import following
from bot.dialogue.meaning import Intent
from bot.dialogue.script import Script

EXPECTED = {"rating": "rating", "comment": "comment", "role": "role", "consent": "texts"}
"""What may be expected -> the step of the standard script that asks for it."""

SAID_AS = {Intent.HOLDING: Intent.HELP, Intent.STORY: Intent.COMMENT}
"""An intent beyond the contract, and what it is there."""


class ExplainError(ValueError):
    """A line cannot be read; the message gives its number and the reason."""


def explain(lines: Iterable[str], out: Callable[[str], None]) -> None:
    """Write the reading of each JSON line `{"text", "expecting", "language"}`.

    Raises ExplainError that names the first line which is not such an object; nothing is written.
    """
    script = library.script("inpatient")
    cases = [_case(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    for case in cases:
        out(json.dumps(_explained(case, script), ensure_ascii=False))


def _case(line: str, number: int) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except json.JSONDecodeError as error:
        raise ExplainError(f"line {number}: not JSON ({error.msg})") from None
    if not isinstance(case, dict) or not isinstance(case.get("text"), str):
        raise ExplainError(f"line {number}: needs an object with a text")
    if case.get("expecting") not in (None, *EXPECTED):
        raise ExplainError(f"line {number}: expecting must be one of {', '.join(EXPECTED)}, null")
    if not isinstance(case.get("language") or "en", str):
        raise ExplainError(f"line {number}: language must be a code")
    return case


def _explained(case: dict[str, Any], script: Script) -> dict[str, Any]:
    asked = script.step(EXPECTED.get(case.get("expecting") or ""))
    question = asked.question if asked else None
    rating = script.first("rating")
    corrects = [rating.question] if rating else []
    line = script.reader.line(case["text"])
    language = case.get("language") or "en"
    reading = script.reader.read(line, question, corrects, script.quotes, language)
    concern = script.concerns.find(line)
    return {
        "intent": SAID_AS.get(reading.intent, reading.intent).value,
        "rating": reading.values.get("rating"),
        "comment": reading.comment,
        "role": reading.values.get("role"),
        "language": reading.language or following(language, reading.spoken),
        "concern": concern.kind if concern else None,
    }
