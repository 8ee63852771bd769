"""The invented, twice labelled cases of this folder, as rows; see README.md for how they came about."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hearback import explain, talk

HERE = Path(__file__).parent
NOTHING = ("none", "ask_again")
"""Labels of a text without a rating that counts: both are read as null."""


@dataclass(frozen=True, slots=True)
class Case:
    """One text, its labels (any of them is right; the first names its class) and what was read."""

    id: str
    text: str
    labels: tuple[str, ...]
    read: dict[str, Any]
    row: dict[str, str]

    @property
    def kind(self) -> str:
        """The class it is counted under."""
        return "none" if self.labels[0] in NOTHING else self.labels[0]


def cases(name: str, label: str) -> list[Case]:
    """Every line of `name`.tsv, read as `hearback explain` reads it; `label` is the column to hold."""
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["text"] = row["text"].replace("\\n", "\n").replace("\\t", "\t")
    said: list[str] = []
    explain.explain((json.dumps(_asked(row)) for row in rows), said.append)
    return [
        Case(row["id"], row["text"], tuple(row[label].split("|")), json.loads(read), row)
        for row, read in zip(rows, said, strict=True)
    ]


def _asked(row: dict[str, str]) -> dict[str, str | None]:
    expecting = None if row["expecting"] == "null" else row["expecting"]
    return {"text": row["text"], "expecting": expecting, "language": "en"}


def conversations() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(what is expected of a whole conversation, what `hearback talk --json` makes of it)."""
    with (HERE / "conversations.jsonl").open(encoding="utf-8") as file:
        for line in file:
            expected = json.loads(line)
            out: list[str] = []
            talk.talk(expected["script"], "sms", "en", True, expected["says"], out.append)
            yield expected, json.loads(out[-1])
