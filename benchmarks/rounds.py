"""Short rounds, one server after the other and round again, so that a slow minute is slow for all."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks import load
from benchmarks.load import Shot
from benchmarks.processes import Running
from benchmarks.texts import Conversation, Crowd

SECONDS = 2.5
_MOST_A_SECOND = 2_000
"""Distinct persons' texts kept ready a second; far more than a server with a database answers."""
_PAUSE_SECONDS = 0.2

Step = Callable[[str], None]
"""Told the name of what is measured next."""


@dataclass
class Measured:
    """One server, who texts it, and its shots. `again`: the same few texts over and over will do."""

    running: Running
    crowd: Crowd
    again: bool = False
    shots: list[Shot] = field(default_factory=list)
    _steady: list[Conversation] = field(default_factory=list)

    def shoot(self, seconds: float) -> Shot:
        """One round; the person who is cut off in the middle of a talk does not come back."""
        shot = load.fire(self.running.port, self._ready(seconds), seconds)
        time.sleep(_PAUSE_SECONDS)
        return shot

    def _ready(self, seconds: float) -> deque[Conversation]:
        if self.again:
            self.crowd.prepare(_MOST_A_SECOND)
            return deque(list(self.crowd.conversations) * int(10 * seconds))
        self.crowd.prepare(int(_MOST_A_SECOND * seconds))
        return self.crowd.conversations

    def middle(self, of: Callable[[Shot], float]) -> float:
        """The median over the rounds."""
        return median(of(shot) for shot in self.shots)


def interleaved(measured: Mapping[str, Measured], rounds: int, step: Step) -> None:
    """A B C A B C ...: a warm-up each, then so many rounds each. LoadFailed passes through."""
    for number in range(rounds + 1):
        for name, one in measured.items():
            step(name if number else f"{name}, warming up")
            shot = one.shoot(SECONDS if number else SECONDS / 2)
            if number:
                one.shots.append(shot)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the rounds' own ratios, with the smallest and the largest."""

    middle: float
    least: float
    most: float


def ratio(upper: Measured, lower: Measured) -> Ratio:
    """Rate by rate, each round with its own neighbour."""
    each = [one.rate / other.rate for one, other in zip(upper.shots, lower.shots, strict=True)]
    return Ratio(median(each), min(each), max(each))
