"""The measures of the conversation: per class, with how many there are of each."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.evaluation.cases import NOTHING, Case, cases, conversations


@dataclass(frozen=True, slots=True)
class Measure:
    """So many right of so many; `wrong` names the cases by id, never by their words."""

    name: str
    right: int
    of: int
    wrong: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.right / self.of if self.of else 1.0


Right = Callable[[Case], bool]


def _measure(name: str, chosen: Iterable[Case], right: Right) -> Measure:
    every = list(chosen)
    wrong = tuple(case.id for case in every if not right(case))
    return Measure(name, len(every) - len(wrong), len(every), wrong)


def _by_class(name: str, every: list[Case], right: Right) -> list[Measure]:
    kinds = Counter(case.kind for case in every)
    return [
        _measure(f"{name}: {kind}", (case for case in every if case.kind == kind), right)
        for kind in kinds
    ]


def ratings() -> list[Measure]:
    """Right ratings; and no rating invented where none was given."""
    every = cases("ratings", "rating")
    rated = [case for case in every if case.kind != "none"]
    silent = [case for case in every if set(case.labels) <= set(NOTHING)]
    return [
        _measure("rating read right", rated, _rating),
        _measure("no rating where none was given", silent, _rating),
        *_by_class("rating", every, _rating),
        _measure("comment kept, or none made up", every, _comment),
    ]


def _rating(case: Case) -> bool:
    found = case.read["rating"]
    return found in case.labels if found else bool(set(case.labels) & set(NOTHING))


def _comment(case: Case) -> bool:
    return case.row["comment"] in ("yes|no", "yes" if case.read["comment"] else "no")


def opt_outs() -> list[Measure]:
    """Recall on those who want no more texts, precision on those who said no such thing."""
    every = cases("optout", "intent")
    wanted = [case for case in every if case.labels == ("opt_out",)]
    taken = [case for case in every if case.read["intent"] == "opt_out"]
    return [
        _measure("opt-out recall", wanted, lambda case: case.read["intent"] == "opt_out"),
        _measure("opt-out precision", taken, lambda case: "opt_out" in case.labels),
    ]


def commands() -> list[Measure]:
    """Intents, and the language asked for."""
    every = cases("commands", "intent")
    return [_measure("intent", every, _intent), *_by_class("intent", every, _intent)]


def _intent(case: Case) -> bool:
    language = case.row["language"]
    spoken = not language or case.read["language"] in language.split("|")
    return case.read["intent"] in case.labels and spoken


def roles() -> list[Measure]:
    """Who is speaking."""
    every = cases("roles", "role")
    return [_measure("role", every, _role), *_by_class("role", every, _role)]


def _role(case: Case) -> bool:
    return (case.read["role"] or "none") in case.labels


def concerns() -> list[Measure]:
    """What needs people, in the right class; and nothing found where there is none."""
    every = cases("concerns", "concern")
    grave = [case for case in every if case.kind in ("crisis", "abuse")]
    return [
        _measure("crisis or abuse found, as anything", grave, lambda case: bool(_concern(case))),
        *_by_class("concern", every, lambda case: (_concern(case) or "none") in case.labels),
    ]


def _concern(case: Case) -> str | None:
    found: str | None = case.read["concern"]
    return found


def languages() -> list[Measure]:
    """Short answers, STOP and danger in the other languages."""
    every = cases("languages", "label")
    spoken = Counter(case.row["language"] for case in every)
    return [
        _measure("other languages", every, _meant),
        *(
            _measure(f"language: {code}", (c for c in every if c.row["language"] == code), _meant)
            for code in spoken
        ),
    ]


def _meant(case: Case) -> bool:
    read = case.read
    return bool({read["rating"] or "none", read["intent"], read["concern"]} & set(case.labels))


def talks() -> list[Measure]:
    """Whole conversations: one response with all the words, and what else came of it."""
    wrong, total = [], 0
    for expected, found in conversations():
        total += 1
        if not _as_expected(expected, found):
            wrong.append(expected["id"])
    return [Measure("whole conversations", total - len(wrong), total, tuple(wrong))]


def _as_expected(expected: dict[str, Any], found: dict[str, Any]) -> bool:
    flags = ("opted_out", "crisis_reply")
    if any(expected[flag] not in (None, found[flag]) for flag in flags):
        return False
    if expected["responses"] is None:
        return True
    if len(expected["responses"]) != len(found["responses"]):
        return False
    return all(map(_same, expected["responses"], found["responses"]))


def _same(wanted: dict[str, Any], got: dict[str, Any]) -> bool:
    words = (got["comment"] or "").casefold()
    return (
        wanted["rating"] == got["rating"]
        and wanted["role"] == got["role"]
        and all(each.casefold() in words for each in wanted["comment_has"])
        and not any(each.casefold() in words for each in wanted["comment_lacks"])
    )


def everything() -> list[Measure]:
    """All measures, in the order of the report."""
    return [
        *ratings(),
        *opt_outs(),
        *commands(),
        *roles(),
        *concerns(),
        *languages(),
        *talks(),
    ]
