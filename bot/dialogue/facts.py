"""What a turn of the conversation established, as plain values that others turn into rows.

A fact says what is so ("rated good"), never what to do about it; it knows no table and no channel.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rated:
    """The answer to the mandatory question: very_good, good, neither, poor, very_poor, dont_know."""

    rating: str


@dataclass(frozen=True, slots=True)
class Commented:
    """The whole comment so far for one open question (not only the newest words)."""

    question: str
    comment: str


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """Who answers: patient, carer, patient_and_carer, family, staff; None: asked, and not said."""

    role: str | None


@dataclass(frozen=True, slots=True)
class ViewGiven:
    """Whose view a carer, relative or friend gave: patients_view or own_view."""

    view: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question of a script's own: the question's key, and the answer's code."""

    question: str
    code: str


@dataclass(frozen=True, slots=True)
class FeelingGiven:
    """How it made them feel: all that they named so far, by code (safe, ignored, ...)."""

    question: str
    feelings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """An answer to one of the separate consents: `texts` (write to me), `call` (ring me)
    or `check_ins` (ask me again how things are)."""

    kind: str
    given: bool


@dataclass(frozen=True, slots=True)
class StoryShared:
    """Who may read the story that they told: `team`, `board`, `anyone` or `no_one`."""

    audience: str


@dataclass(frozen=True, slots=True)
class StoryWithdrawn:
    """They take back whatever story they have shared."""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """No more texts to this address."""


@dataclass(frozen=True, slots=True)
class OptedIn:
    """An opted-out address asked for texts again."""


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """They asked who we are or how this works."""


@dataclass(frozen=True, slots=True)
class LanguageAsked:
    """They asked for another language (its code)."""

    language: str


@dataclass(frozen=True, slots=True)
class ContactAsked:
    """They want to be rung, or to complain; whether they agree to a call is a ConsentGiven.

    offered: they said yes to a call that the script offers, and did not ask of their own accord.
    """

    offered: bool = False


@dataclass(frozen=True, slots=True)
class EraseAsked:
    """They want their words deleted; `confirmed` when they asked again within a day."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class ConcernSeen:
    """A rule found words that need people now: kind crisis, abuse or safety, and the rule's id."""

    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The script has nothing more to ask."""


Fact = (
    Rated
    | Commented
    | RoleGiven
    | ViewGiven
    | Answered
    | FeelingGiven
    | ConsentGiven
    | StoryShared
    | StoryWithdrawn
    | OptedOut
    | OptedIn
    | HelpAsked
    | LanguageAsked
    | ContactAsked
    | EraseAsked
    | ConcernSeen
    | Finished
)


def as_json(fact: Fact) -> dict[str, Any]:
    """`Rated("good")` -> `{"fact": "rated", "rating": "good"}`."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(fact).__name__).lower()
    return {"fact": name, **asdict(fact)}
