"""What a text can mean, as plain values: the vocabulary between the reader and the engine.

Knows neither how it is read nor what follows from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    """What a text is for, in the words of the public contract (`hearback explain`); `choice`, an
    answer to a question of a script's own, `holding`, a wish to know what we keep about them (told
    there as `help`), and `story`, the word that takes one down, are beyond it."""

    RATING = "rating"
    COMMENT = "comment"
    ROLE = "role"
    YES = "yes"
    NO = "no"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    HOLDING = "holding"
    LANGUAGE = "language"
    ERASE = "erase"
    CONTACT = "contact"
    CHOICE = "choice"
    STORY = "story"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Question:
    """What is being asked: reads (rating, comment, role, view, yes_no, choice, feeling; words:
    nothing is asked), and its menu: what a digit means.

    key, spoken: of a menu of the script's own, the name of the question, and what words stand for
    which code.
    """

    reads: str
    menu: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    spoken: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Under what an answer stands in a reading."""
        return self.key or self.reads


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means. values: what it answers (`{"rating": "good"}`; several feelings with
    spaces between them); comment: the words that
    are more than that; refused: they chose not to say; language: the one asked for."""

    intent: Intent
    values: Mapping[str, str] = field(default_factory=dict)
    comment: str | None = None
    refused: bool = False
    language: str | None = None
    spoken: str | None = None


DIGITS: Mapping[str, str] = {
    "1": "very_good",
    "2": "good",
    "3": "neither",
    "4": "poor",
    "5": "very_poor",
    "6": "dont_know",
}
"""The answers of the Friends and Family Test in their order (NHS England, 2020)."""
