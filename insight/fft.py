"""The Friends and Family Test as NHS England counts it: six answers, and the two percentages.

Source: the formulas in NHS England's published workbooks (`(H+I)/SUM(H:M)` for % positive, where H
to M are the six answers with "Don't know" among them), checked on 125 published rows.
Knows no SQL and no page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from fractions import Fraction

QUESTION = "Overall, how was your experience of our service?"
"""The mandatory question of every setting, in force since April 2020."""

ANSWERS = ("very_good", "good", "neither", "poor", "very_poor", "dont_know")
"""The codes of the six answers, in the order of the mandatory question."""

LABELS: Mapping[str, str] = {
    "very_good": "Very good",
    "good": "Good",
    "neither": "Neither good nor poor",
    "poor": "Poor",
    "very_poor": "Very poor",
    "dont_know": "Don’t know",
}
"""The words of the six answers, which guidance does not let anyone change."""

SETTINGS: Mapping[str, str] = {
    "inpatient": "Inpatient",
    "accident_and_emergency": "Accident and emergency",
    "outpatient": "Outpatient",
    "gp": "GP practice",
    "maternity_antenatal": "Maternity: antenatal",
    "maternity_birth": "Maternity: birth",
    "maternity_postnatal_ward": "Maternity: postnatal ward",
    "maternity_postnatal_community": "Maternity: postnatal community",
    "community": "Community",
    "mental_health": "Mental health",
    "dental": "Dental",
    "patient_transport": "Patient transport",
}
"""The settings of the test, as its publications name them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people gave each of the six answers."""

    very_good: int = 0
    good: int = 0
    neither: int = 0
    poor: int = 0
    very_poor: int = 0
    dont_know: int = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> "Counts":
        """From (answer's code, how many) pairs; a code that is none of the six is left out.

        An answer of words alone has no rating (""): it is heard, and it is no response of the test.
        """
        summed = dict.fromkeys(ANSWERS, 0)
        for answer, many in pairs:
            if answer in summed:
                summed[answer] += many
        return cls(**summed)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def total(self) -> int:
        """Total responses: all six answers."""
        return sum(astuple(self))

    @property
    def positive(self) -> Fraction | None:
        """(very good + good) / all six, exactly; None where nobody answered."""
        return self._share(self.very_good + self.good)

    @property
    def negative(self) -> Fraction | None:
        """(poor + very poor) / all six, exactly; None where nobody answered."""
        return self._share(self.poor + self.very_poor)

    def share(self, answer: str) -> Fraction | None:
        """One answer's part of all six; None where nobody answered."""
        return self._share(getattr(self, answer))

    def _share(self, part: int) -> Fraction | None:
        return Fraction(part, self.total) if self.total else None


def whole_percent(share: Fraction) -> int:
    """A share of 0 to 1 as whole per cent, half away from zero, as the workbooks' `0%` shows it."""
    return int(share * 100 + Fraction(1, 2))
