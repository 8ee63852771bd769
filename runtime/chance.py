"""Chance that repeats itself: for made-up data only. What must not be guessed comes from `clock`."""

import random

Chance = random.Random


def seeded(seed: int | str) -> Chance:
    """A source of numbers that gives the same ones for the same seed, on every machine."""
    return random.Random(seed)  # noqa: S311  invented data, no secret
