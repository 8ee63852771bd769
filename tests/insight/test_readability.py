"""Reading age, held against figures that textstat 0.7.3 gives for the same sentences."""

import pytest

from insight.readability import age, grade

NEAR = 1.6
"""The two count the syllables of some words differently."""


@pytest.mark.parametrize(
    ("text", "textstat"),
    [
        (
            "Thank you for telling us. We are sorry it is so hard. We may not see this straight "
            "away, so please talk to someone now. If a life is in danger call 999.",
            0.6,
        ),
        (
            "Are you the patient, or do you look after someone who could not manage without your "
            "help?",
            6.4,
        ),
        ("May we text you about what you told us, and what we change?", 1.3),
        (
            "Notwithstanding the aforementioned considerations, participation in this evaluation "
            "constitutes an acknowledgement of the organisation's confidentiality arrangements.",
            26.1,
        ),
    ],
)
def test_the_grade_is_near_that_of_another_measure(text: str, textstat: float) -> None:
    assert grade(text) == pytest.approx(textstat, abs=max(NEAR, textstat * 0.15))


def test_shorter_sentences_are_easier() -> None:
    whole = "We have read what you told us, and we have talked about it, and we will change it."
    assert grade(whole.replace(", and", ".")) < grade(whole)


def test_no_words_need_no_reader() -> None:
    assert grade("1 2 3.") == grade("one.")
    assert grade("...") == 0.0
    assert age("") == 5
    assert age("Go on. Do it.") == 5
