"""What people type, kind by kind: every line of `readings/kinds/` is one text and all that it means.

Three columns: the question that waits (rating, comment, role, view, consent; words: none does), what
the text means, the text ("|" is a new line). What it means: codes, where "/" parts what is equally
right and "-" is none; an intent by its name; `{words}` is the comment, `{*}` the whole, `{}` none.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import library
from bot.dialogue.meaning import Intent, Question, Reading

FOLDER = Path(__file__).parent / "readings" / "kinds"
SCRIPT = library.script("inpatient")
STEPS = {"consent": "texts"}
ROLES = {"patient", "carer", "patient_and_carer", "family", "staff"}
VIEWS = {"patients_view", "own_view"}
WISHES = {"opt_out", "opt_in", "erase", "help", "holding", "contact", "language"}
INTENTS = set(Intent) - {Intent.RATING}


def lines(path: Path) -> Iterator[tuple[str, str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            asked, wanted, text = line.split("\t")
            yield asked, wanted.replace("|", "\n"), text.replace("|", "\n")


def question(asked: str) -> Question:
    if asked == "words":
        return Question("words")
    step = SCRIPT.step(STEPS.get(asked, asked))
    assert step
    return Question(step.reads, step.menu)


def read(asked: str, text: str) -> Reading:
    line = SCRIPT.reader.line(text)
    return SCRIPT.reader.read(line, question(asked), [question("rating")], SCRIPT.quotes)


def differences(asked: str, wanted: str, text: str) -> list[str]:
    """What of the reading is not as it should be."""
    reading = read(asked, text)
    codes, _, comment = wanted.partition("{")
    said = [set(each.split("/")) for each in codes.split()]
    found = [_differs(each, asked, reading) for each in said]
    if not any(each & (INTENTS - {Intent.YES, Intent.NO}) for each in said):
        found.append("" if reading.intent not in WISHES else reading.intent)
    if comment and _bare(comment[:-1].replace("*", text)) != _bare(reading.comment or ""):
        found.append(f"comment {reading.comment!r}")
    return [each for each in found if each]


def _differs(allowed: set[str], asked: str, reading: Reading) -> str:
    values = reading.values
    if allowed & INTENTS:
        got = reading.intent.value
    elif allowed & ROLES or (asked == "role" and allowed == {"-"}):
        got = values.get("role") or "-"
    elif allowed & VIEWS:
        got = values.get("view") or "-"
    elif code := next((each[5:] for each in allowed if each.startswith("lang:")), None):
        got, allowed = reading.language or "-", {code}
    else:
        got = values.get("rating") or "-"
    return "" if got in allowed else got


def _bare(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip(" .,;:-!")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.tsv")), ids=lambda path: path.stem)
def test_every_line_is_read_as_it_is_meant(path: Path) -> None:
    wrong = [(line, found) for line in lines(path) if (found := differences(*line))]
    assert wrong == []


def test_the_tables_hold_each_kind() -> None:
    asked = {line[0] for path in FOLDER.glob("*.tsv") for line in lines(path)}
    assert asked == {"rating", "comment", "role", "view", "consent", "words"}
