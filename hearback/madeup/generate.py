"""Eighteen months of made-up answers as plain rows, the same ones for the same last day.

Refuses to know a database.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from hearback.madeup import grammar, stories
from hearback.madeup.grammar import MadeUpComment, Mood, Scene
from hearback.madeup.provider import SCRIPT, SERVICES, MadeUpService
from runtime.chance import Chance, seeded
from runtime.clock import LONDON

ANSWERS = 30_000
MONTHS = 18
SEED = 2026

_COMMENTED_SHARE = 0.66
_BANDS_KNOWN_SHARE = 0.55
# channel, mode of the monthly return, whether people were asked, weight
_WAYS: tuple[tuple[str | None, str, float, int], ...] = (
    ("sms", "sms", 0.95, 62),
    ("web", "online", 0.15, 13),
    ("whatsapp", "other", 0.9, 5),
    (None, "paper", 0.6, 9),
    (None, "tablet_kiosk", 0.3, 8),
    (None, "telephone", 1.0, 3),
)
_AGES = ("0-15", "16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+")
_AGE_WEIGHTS = (4, 6, 9, 10, 12, 15, 18, 17, 9)
_OLDER_WEIGHTS = (0, 0, 0, 1, 2, 5, 20, 40, 32)
_MOTHER_WEIGHTS = (0, 15, 52, 32, 1, 0, 0, 0, 0)
# NHS data dictionary, ethnic category: the codes with their shares in this made-up town.
_ETHNICITIES = "ABCDFHJKLMNPRSZ"
_ETHNICITY_WEIGHTS = (680, 8, 45, 12, 10, 40, 55, 20, 15, 14, 30, 6, 8, 12, 45)


@dataclass(frozen=True, slots=True)
class MadeUpAnswer:
    """One answer, with the names of the columns that it fills. moment is aware, in UTC."""

    service: str
    moment: dt.datetime
    day: dt.date
    channel: str | None
    mode: str
    solicited: bool
    rating: str | None
    role: str | None
    view: str | None
    language: str | None
    script: str | None
    script_version: int | None
    imd_quintile: int | None
    ethnicity: str | None
    age_band: str | None
    sex: str | None
    comment: MadeUpComment | None


def answers(end: dt.date, seed: int = SEED) -> Iterator[MadeUpAnswer]:
    """Made-up answers, service by service in the order of time, up to and with the London day `end`."""
    days = _days(end)
    for service, count in _counts().items():
        chance = seeded(f"{seed} {service.code}")
        weights = [service.weekdays[day.weekday()] for day in days]
        for day in sorted(chance.choices(days, weights, k=count)):
            yield _answer(chance, service, day, end)


def first_day(end: dt.date) -> dt.date:
    """The day after the one that lies eighteen months before `end`."""
    months = end.year * 12 + end.month - 1 - MONTHS
    year, month = months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(end.day, last)) + dt.timedelta(days=1)


def _days(end: dt.date) -> list[dt.date]:
    first = first_day(end)
    return [first + dt.timedelta(days=step) for step in range((end - first).days + 1)]


def _counts() -> dict[MadeUpService, int]:
    """How many answers each service has; the largest takes what rounding leaves."""
    whole = sum(service.answers for service in SERVICES)
    counts = {service: int(ANSWERS * service.answers / whole) for service in SERVICES}
    counts[max(SERVICES, key=lambda service: service.answers)] += ANSWERS - sum(counts.values())
    return counts


def _answer(chance: Chance, service: MadeUpService, day: dt.date, end: dt.date) -> MadeUpAnswer:
    channel, mode, asked, _ = chance.choices(_WAYS, [way[-1] for way in _WAYS])[0]
    role = _role(chance, service)
    leaning = stories.leaning(service, role, day, end)
    mood = _mood(chance, leaning.positive)
    comment = _comment(chance, service, role, mood, leaning)
    quintile, ethnicity, age, sex = _bands(chance, service)
    return MadeUpAnswer(
        service=service.code,
        moment=_moment(chance, service, day),
        day=day,
        channel=channel,
        mode=mode,
        solicited=chance.random() < asked,
        rating=_rating(chance, mood),
        role=role,
        view=_view(chance, role),
        language="en" if comment else None,
        script=SCRIPT if channel else None,
        script_version=1 if channel else None,
        imd_quintile=quintile,
        ethnicity=ethnicity,
        age_band=age,
        sex=sex,
        comment=comment,
    )


def _moment(chance: Chance, service: MadeUpService, day: dt.date) -> dt.datetime:
    first, last = service.hours
    hour = chance.randint(first, last)
    local = dt.time(hour, chance.randrange(60), chance.randrange(60), tzinfo=LONDON)
    return dt.datetime.combine(day, local).astimezone(dt.UTC)


def _role(chance: Chance, service: MadeUpService) -> str | None:
    said = chance.random()
    if said < 0.07:
        return None
    shares = (service.carers, service.family, 0.02 if service.carers else 0.0)
    patient = 1 - sum(shares)
    kinds = ("carer", "family", "patient_and_carer", "patient")
    return chance.choices(kinds, (*shares, patient))[0]


def _view(chance: Chance, role: str | None) -> str | None:
    if role not in ("carer", "patient_and_carer", "family"):
        return None
    return "own_view" if chance.random() < 0.6 else "patients_view"


def _mood(chance: Chance, positive: float) -> Mood:
    if chance.random() < positive:
        return Mood.GOOD
    return Mood.MIXED if chance.random() < 0.35 else Mood.BAD


_RATINGS: dict[Mood, tuple[tuple[str | None, ...], tuple[int, ...]]] = {
    Mood.GOOD: (("very_good", "good", None), (76, 23, 1)),
    Mood.MIXED: (("neither", "dont_know"), (85, 15)),
    Mood.BAD: (("poor", "very_poor"), (42, 58)),
}


def _rating(chance: Chance, mood: Mood) -> str | None:
    kinds, weights = _RATINGS[mood]
    return chance.choices(kinds, weights)[0]


def _comment(
    chance: Chance,
    service: MadeUpService,
    role: str | None,
    mood: Mood,
    leaning: stories.Leaning,
) -> MadeUpComment | None:
    if chance.random() >= _COMMENTED_SHARE:
        return None
    others = role in ("carer", "family")
    scene = Scene(
        setting=service.setting,
        kin=grammar.kin(chance) if others else None,
        topics=leaning.praised if mood is Mood.GOOD else leaning.blamed,
        carer=role in ("carer", "patient_and_carer"),
    )
    return grammar.compose(chance, mood, scene)


def _bands(
    chance: Chance, service: MadeUpService
) -> tuple[int | None, str | None, str | None, str | None]:
    """Quintile of deprivation (1 is the most deprived), ethnic category, age band and sex."""
    if chance.random() >= _BANDS_KNOWN_SHARE:
        return None, None, None, None
    mothers = service.setting.startswith("maternity")
    weights = _MOTHER_WEIGHTS if mothers else _AGE_WEIGHTS
    weights = _OLDER_WEIGHTS if service.code == stories.NIGHT.service else weights
    return (
        chance.choices((1, 2, 3, 4, 5), (24, 22, 20, 18, 16))[0],
        chance.choices(_ETHNICITIES, _ETHNICITY_WEIGHTS)[0],
        chance.choices(_AGES, weights)[0],
        "female" if mothers or chance.random() < 0.54 else "male",
    )
