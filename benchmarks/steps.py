"""How long one step of a conversation takes, with all rules on: no database, no network, one thread."""

import time
from collections.abc import Iterator
from itertools import cycle, islice
from statistics import quantiles

from bot import library
from bot.dialogue import engine
from bot.dialogue.messages import Channel, Inbound
from bot.dialogue.script import Script
from bot.dialogue.state import State
from hearback.talk import EXAMPLE
from runtime import clock

TEXTS = 2_000
LONGEST = 300
_ANSWERS = (
    "1", "2", "Very good", "ok", "👍", "good thanks", "5!!!", "two", "no", "STOP", "carer", "",
    "4 because", "sorry meant 5 not 1", "for my mum", "it was", "excellent", "3 -", "thank you",
)  # fmt: skip
_BEFORE = ((), ("1",), ("2", "nurses were kind"), ("2", "nurses were kind", "1"))


def slowest_hundredth() -> float:
    """Milliseconds of processor time that 99 of 100 steps stay below."""
    script = library.script("inpatient").bound(EXAMPLE)
    states = cycle([_after(script, *said) for said in _BEFORE])
    asked = list(zip(mixed(), states, strict=False))
    _timed(script, asked[: TEXTS // 10])  # the first texts also fill caches
    return quantiles(_timed(script, asked), n=100)[98]


def mixed() -> Iterator[str]:
    """Texts of 1 to 300 characters: answers, and what the concern rules find and excuse."""
    rules = library.concerns().rules
    told = [text for rule in rules for text in (*rule.examples, *rule.counter_examples)]
    joined = (
        f"{answer} {'. '.join(told[at : at + 1 + at % 4])}"[:LONGEST].strip()
        for at, answer in zip(cycle(range(len(told))), cycle(_ANSWERS), strict=False)
    )
    alone = cycle(answer or "?" for answer in _ANSWERS)
    yield from islice((text for pair in zip(joined, alone, strict=False) for text in pair), TEXTS)


def _timed(script: Script, asked: list[tuple[str, State]]) -> list[float]:
    took, now = [], clock.now()
    for text, state in asked:
        inbound = Inbound(text, Channel.SMS)
        started = time.thread_time_ns()
        engine.step(state, inbound, script, now)
        took.append((time.thread_time_ns() - started) / 1e6)
    return took


def _after(script: Script, *said: str) -> State:
    state = engine.begin(script, Channel.SMS, clock.now()).state
    for text in said:
        state = engine.step(state, Inbound(text, Channel.SMS), script, clock.now()).state
    return state
