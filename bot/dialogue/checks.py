"""What is wrong with a script that loads: what nobody can reach, read or afford.

Judges a script as it is; knows no file, no approval and no reading age.
"""

from collections.abc import Iterator, Mapping

from bot.dialogue.messages import Channel
from bot.dialogue.questions import Step, When
from bot.dialogue.script import Script
from bot.dialogue.wording import FALLBACK, Details, segments

MOST_PARTS = {"GSM-7": 2, "UCS-2": 3}
"""Parts of an SMS in each alphabet (the project's measure)."""

NO_SMS = ("choice.", "lead_in")


def faults(script: Script, dear: Details) -> Iterator[str]:
    """Each fault in a few words. dear: a provider whose details take room."""
    bound = script.bound(dear)
    yield from _unreachable(script)
    yield from _unanswerable(bound)
    yield from _over_budget(bound)


def _unreachable(script: Script) -> Iterator[str]:
    needs: dict[str, When] = {}
    for step in script.steps:
        needs[step.key] = _together(step.when, needs)
        if _impossible(needs[step.key]):
            yield f"step {step.key!r} cannot be reached: its conditions never hold together"
    for number, ending in enumerate(script.endings):
        earlier = script.endings[:number]
        if _impossible(_together(ending.when, needs)) or any(
            _covers(one.when, ending.when) for one in earlier
        ):
            yield f"ending {ending.says!r} (the {number + 1}.) cannot be reached"


def _together(when: When, needs: Mapping[str, When]) -> When:
    """The conditions with those under which the questions that they name are asked at all."""
    whole: dict[str, frozenset[str]] = dict(when)
    for key in when:
        for other, codes in needs.get(key, {}).items():
            whole[other] = whole.get(other, codes) & codes
    return whole


def _impossible(when: When) -> bool:
    return any(not codes for codes in when.values())


def _covers(earlier: When, later: When) -> bool:
    """Whether the earlier conditions hold wherever the later ones do."""
    return all(key in later and later[key] <= codes for key, codes in earlier.items())


def _unanswerable(script: Script) -> Iterator[str]:
    """A text that asks must name what may be sent back."""
    for step in (*script.steps, *script.asides):
        if not step.asked or not step.menu:
            continue
        for language in script.wording[step.asks]:
            said = script.wording[step.asks][language]
            for sent in step.menu:
                if sent not in said and not _left_out(step, sent):
                    yield f"wording {step.asks!r} ({language}) does not name the answer {sent}"


def _left_out(step: Step, sent: str) -> bool:
    """Nobody is asked to send the 0 of a menu whose every answer may be declined in words."""
    return sent == "0" and step.menu[sent] == "not_said"


def _over_budget(script: Script) -> Iterator[str]:
    for key in script.wording:
        if key.startswith(NO_SMS) or key.endswith(".buttons"):
            continue
        for language in (FALLBACK, *(each.code for each in script.languages())):
            encoding, units, parts = segments(script.says(key, language, Channel.SMS))
            if parts > MOST_PARTS[encoding]:
                yield (
                    f"wording {key!r} ({language}) takes {parts} SMS parts ({units} units of {encoding}), "
                    f"more than {MOST_PARTS[encoding]}"
                )
                break
