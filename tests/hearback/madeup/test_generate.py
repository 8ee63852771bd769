"""Made-up answers: the same for the same day, in their 18 months, with the planted stories in them."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from hearback.madeup import generate, provider, stories
from hearback.madeup.generate import MadeUpAnswer
from runtime.clock import LONDON
from storage.tables.answers import MODES, VIEWS
from storage.tables.base import CHANNELS, RATINGS, ROLES
from storage.tables.places import SETTINGS

END = dt.date(2026, 11, 21)
FIRST = (
    "2025-05-22",
    "very_good",
    "blood taken first time by [name], did not feel a thing, i was seen straight away. "
    "signed [name]",
)
POSITIVE = ("very_good", "good")


@pytest.fixture(scope="module")
def made() -> list[MadeUpAnswer]:
    return list(generate.answers(END))


def positive(answers: list[MadeUpAnswer]) -> float:
    rated = [answer for answer in answers if answer.rating]
    return sum(answer.rating in POSITIVE for answer in rated) / len(rated)


def of(
    answers: list[MadeUpAnswer], service: str, when: Callable[[MadeUpAnswer], bool] = bool
) -> list[MadeUpAnswer]:
    return [answer for answer in answers if answer.service == service and when(answer)]


def blamed(answers: list[MadeUpAnswer], theme: str) -> float:
    """The share of comments of unhappy people that carry the theme."""
    themes = [
        answer.comment.themes
        for answer in answers
        if answer.comment and answer.rating not in POSITIVE
    ]
    return sum(theme in each for each in themes) / len(themes)


def test_thirty_thousand_within_eighteen_months(made: list[MadeUpAnswer]) -> None:
    assert len(made) == 30_000
    assert min(answer.day for answer in made) == generate.first_day(END) == dt.date(2025, 5, 22)
    assert max(answer.day for answer in made) == END


@pytest.mark.parametrize(
    ("end", "first"),
    [((2026, 8, 31), (2025, 3, 1)), ((2026, 1, 15), (2024, 7, 16)), ((2026, 12, 31), (2025, 7, 1))],
)
def test_the_first_day(end: tuple[int, int, int], first: tuple[int, int, int]) -> None:
    assert generate.first_day(dt.date(*end)) == dt.date(*first)


def test_the_same_day_gives_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "ANSWERS", 300)
    assert list(generate.answers(END)) == list(generate.answers(END))
    assert list(generate.answers(END)) != list(generate.answers(END, seed=1))


def test_the_first_answer_is_the_same_on_every_machine(made: list[MadeUpAnswer]) -> None:
    first = next(answer for answer in made if answer.comment)
    assert first.comment
    assert (first.day.isoformat(), first.rating, first.comment.redacted) == FIRST


def test_every_value_is_one_that_the_tables_take(made: list[MadeUpAnswer]) -> None:
    assert {answer.rating for answer in made} == {None, *RATINGS}
    assert {answer.role for answer in made} == {None, *ROLES} - {"staff"}
    assert {answer.view for answer in made} == {None, *VIEWS}
    assert {answer.channel for answer in made} == {None, *CHANNELS} - {"telegram"}
    assert {answer.mode for answer in made} == set(MODES)
    assert {service.setting for service in provider.SERVICES} == set(SETTINGS)


def test_the_day_is_londons_and_clinics_rest_at_weekends(made: list[MadeUpAnswer]) -> None:
    assert all(answer.moment.astimezone(LONDON).date() == answer.day for answer in made)
    days = Counter(answer.day.weekday() for answer in of(made, "eye-clinic"))
    assert days[5] == days[6] == 0
    monday, thursday = (
        sum(answer.day.weekday() == day for answer in of(made, "emergency")) for day in (0, 3)
    )
    assert monday > 1.2 * thursday


def test_a_comment_without_words_of_anyone_is_no_comment(made: list[MadeUpAnswer]) -> None:
    comments = [answer.comment for answer in made if answer.comment]
    assert len({comment.words for comment in comments}) > 0.6 * len(comments)
    assert all(comment.words.strip() and comment.themes for comment in comments)


def test_the_ward_is_better_since_its_change(made: list[MadeUpAnswer]) -> None:
    change = stories.changed_on(END)
    assert change.weekday() == 0
    earlier = of(made, "ward-7", lambda answer: answer.day < change)
    since = of(made, "ward-7", lambda answer: answer.day >= change)
    assert positive(since) - positive(earlier) > 0.12
    assert blamed(earlier, "Sensory experience") > 3 * blamed(since, "Sensory experience")


def test_waiting_in_the_eye_clinic_grows_worse(made: list[MadeUpAnswer]) -> None:
    early = of(made, "eye-clinic", lambda answer: 300 <= (END - answer.day).days < 550)
    late = of(made, "eye-clinic", lambda answer: (END - answer.day).days < 60)
    assert positive(early) - positive(late) > 0.08
    assert blamed(late, "Timeliness of care") > 2 * blamed(early, "Timeliness of care")


def test_carers_of_people_nursed_at_home_are_not_heard(made: list[MadeUpAnswer]) -> None:
    carers = of(made, "district-nurses", lambda answer: answer.role == "carer")
    patients = of(made, "district-nurses", lambda answer: answer.role == "patient")
    assert len(carers) > 400
    assert positive(patients) - positive(carers) > 0.25
    assert blamed(carers, "Interaction with family/ carers") > 0.5


def test_one_service_has_tiny_numbers(made: list[MadeUpAnswer]) -> None:
    months = Counter(
        (answer.day.year, answer.day.month) for answer in of(made, "special-dentistry")
    )
    assert max(months.values()) < 10
    assert 30 < months.total() < 80


def test_elsewhere_nothing_is_planted(made: list[MadeUpAnswer]) -> None:
    told = {story.service for story in stories.STORIES}
    for service in provider.SERVICES:
        if service.code not in told:
            assert abs(positive(of(made, service.code)) - service.positive) < 0.03
