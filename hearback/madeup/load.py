"""Writes the made-up provider into an empty database: places, answers, staff of the demo.

A second call keeps what is there. Refuses to know how answers are invented.
"""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from operator import attrgetter

from sqlalchemy import Connection, Engine
from tqdm import tqdm

from dashboard import passwords
from flows.aggregate import aggregate
from flows.house import House
from hearback.madeup import generate, provider
from hearback.madeup.generate import MadeUpAnswer
from insight import redaction
from rules import rota as rules
from runtime import clock
from storage import accounts, aggregates, rota, seeding, services
from storage.accounts import Granted
from storage.tables import Comment, Number, Provider, Response, Service, Site, Touchpoint

TOUCHPOINT = "WARD7"
SMS_NUMBER = provider.SMS_NUMBER
WHATSAPP_NUMBER = provider.WHATSAPP_NUMBER
EMAIL, GUARD = "lead@riverside.example", "safe@riverside.example"
PASSWORD = "made-up-riverside"  # noqa: S105  printed by the demo, refused by no one but a real provider
SOURCE = "made_up"
_QUESTION = "comment"

# e-mail, name, role, service (None: the whole trust)
STAFF = (
    (EMAIL, "Robin Lead", "experience_lead", None),
    ("ward7@riverside.example", "Sam Ward", "ward", "ward-7"),
    ("eyes@riverside.example", "Alex Clinic", "service_lead", "eye-clinic"),
    (GUARD, "Jo Guard", "safeguarding", None),
    ("deputy@riverside.example", "Noor Deputy", "safeguarding", None),
    ("oncall@riverside.example", "Lee Night", "on_call", None),
    ("patients@riverside.example", "Max Safer", "patient_safety", None),
    ("privacy@riverside.example", "Ola Private", "data_protection_officer", None),
    ("admin@riverside.example", "Uma Keys", "administrator", None),
    ("board@riverside.example", "Chris Board", "board", None),
    ("partner@riverside.example", "Kim Partner", "lived_experience_partner", None),
)

_EVERY_DAY, _WORKING_DAYS = range(1, 8), range(1, 6)
_MIDNIGHT, _NINE, _FIVE = dt.time(0), dt.time(9), dt.time(17)
# duty, e-mail, days, from, until (the same: all day and night)
ROTA = (
    (rules.ON_CALL, "oncall@riverside.example", _EVERY_DAY, _MIDNIGHT, _MIDNIGHT),
    (rules.SAFEGUARDING, GUARD, _EVERY_DAY, dt.time(8), dt.time(20)),
    (rules.SAFEGUARDING_LEAD, GUARD, _WORKING_DAYS, _NINE, _FIVE),
    (rules.PATIENT_SAFETY, "patients@riverside.example", _WORKING_DAYS, _NINE, _FIVE),
    (rules.COMPLAINTS, EMAIL, _WORKING_DAYS, _NINE, _FIVE),
    (rules.CARERS, EMAIL, _WORKING_DAYS, _NINE, _FIVE),
)
FALLBACK = "deputy@riverside.example"

_RESPONSE_COLUMNS = (
    "id", "provider_id", "service_id", "touchpoint_id", "channel", "mode", "source", "solicited",
    "rating", "role", "view", "language", "script", "script_version", "day", "first_at",
    "changed_at", "imd_quintile", "ethnicity", "age_band", "sex",
)  # fmt: skip
_COMMENT_COLUMNS = (
    "provider_id", "service_id", "response_id", "question", "words", "redacted",
    "redaction_version", "day", "created_at",
)  # fmt: skip

Places = dict[str, tuple[int, int]]
"""Service code -> ids of the service and of its touchpoint."""


def load(engine: Engine, now: dt.datetime) -> None:
    """Fill the database with Riverside Trust up to yesterday (London), unless it is there already.

    Shows its progress on a terminal. An interrupted first call leaves nothing behind, or only
    days that still wait to be counted.
    """
    with engine.connect() as connection:
        provider_id = services.provider_by_code(connection, provider.CODE)
    if provider_id is None:
        _fill(engine, now)
    _count(engine)


def _fill(engine: Engine, now: dt.datetime) -> None:
    yesterday = clock.london_day(now) - dt.timedelta(days=1)
    made = _watched(generate.answers(yesterday), "Inventing answers", generate.ANSWERS)
    answers = sorted(made, key=attrgetter("moment"))
    with engine.begin() as connection:
        provider_id, places = _places(connection, now)
        _staff(connection, provider_id, places, now)
        _answers(connection, provider_id, places, answers)
        aggregates.mark_all(connection, now)


def _watched(rows: Iterable[MadeUpAnswer], saying: str, total: int) -> Iterator[MadeUpAnswer]:
    quiet = not sys.stderr.isatty()
    yield from tqdm(rows, desc=saying, total=total, disable=quiet, leave=False, file=sys.stderr)


def _places(connection: Connection, now: dt.datetime) -> tuple[int, Places]:
    """The trust with its sites, services, touchpoints and numbers; returns its id and its places."""
    provider_id = seeding.add(
        connection, Provider, code=provider.CODE, name=provider.NAME, icb_code=provider.ICB_CODE,
        details=provider.DETAILS, live_at=now, created_at=now,
    )  # fmt: skip
    sites = {
        site.code: seeding.add(
            connection, Site, provider_id=provider_id, code=site.code, name=site.name,
            details={"ward_number": provider.WARD_NUMBER} if site.inpatients else {},
        )
        for site in provider.SITES
    }  # fmt: skip
    places = {
        service.code: _service(connection, provider_id, sites[service.site], service)
        for service in provider.SERVICES
    }
    for card in provider.CARDS:
        seeding.add(
            connection, Touchpoint, provider_id=provider_id, service_id=places[card.service][0],
            code=card.touchpoint, name=card.name, stage=card.stage, script=card.script,
        )  # fmt: skip
    _, first = places[provider.SERVICES[0].code]
    _number(connection, provider_id, first, "sms", SMS_NUMBER)
    _number(connection, provider_id, first, "whatsapp", WHATSAPP_NUMBER)
    return provider_id, places


def _service(
    connection: Connection, provider_id: int, site_id: int, made: provider.MadeUpService
) -> tuple[int, int]:
    service_id = seeding.add(
        connection, Service, provider_id=provider_id, site_id=site_id, code=made.code,
        name=made.name, setting=made.setting, script=made.setting,
    )  # fmt: skip
    touchpoint_id = seeding.add(
        connection, Touchpoint, provider_id=provider_id, service_id=service_id,
        code=made.touchpoint, name=made.name, stage=made.stage,
    )  # fmt: skip
    return service_id, touchpoint_id


def _number(
    connection: Connection, provider_id: int, touchpoint_id: int, channel: str, address: str
) -> None:
    seeding.add(
        connection, Number, provider_id=provider_id, touchpoint_id=touchpoint_id, channel=channel,
        address=address, reply_cost="free", carrier_answers_stop=False, carrier_answers_help=False,
    )  # fmt: skip


def _staff(connection: Connection, provider_id: int, places: Places, now: dt.datetime) -> None:
    kept = passwords.hashed(PASSWORD)
    known = {}
    for email, name, role, service in STAFF:
        known[email] = account = accounts.add(connection, email, name, kept, now)
        service_id = places[service][0] if service else None
        accounts.grant(connection, account, Granted(role, provider_id, service_id=service_id))
    for duty, email, days, begins, ends in ROTA:
        rota.add(connection, provider_id, duty, known[email], days, begins, ends)
    rota.name_fallback(connection, provider_id, known[FALLBACK], now)


def _answers(
    connection: Connection, provider_id: int, places: Places, answers: list[MadeUpAnswer]
) -> None:
    ids = seeding.reserve(connection, Response, len(answers))
    written = list(zip(ids, answers, strict=True))
    responses = (_response(provider_id, places, row_id, answer) for row_id, answer in written)
    comments = (_comment(provider_id, places, row_id, answer) for row_id, answer in written)
    seeding.copy(connection, Response, _RESPONSE_COLUMNS, responses)
    seeding.copy(connection, Comment, _COMMENT_COLUMNS, filter(None, comments))
    seeding.analyse(connection, Response, Comment)


def _response(
    provider_id: int, places: Places, row_id: int, answer: MadeUpAnswer
) -> tuple[object, ...]:
    service_id, touchpoint_id = places[answer.service]
    return (
        row_id, provider_id, service_id, touchpoint_id, answer.channel, answer.mode, SOURCE,
        answer.solicited, answer.rating, answer.role, answer.view, answer.language, answer.script,
        answer.script_version, answer.day, answer.moment, answer.moment, answer.imd_quintile,
        answer.ethnicity, answer.age_band, answer.sex,
    )  # fmt: skip


def _comment(
    provider_id: int, places: Places, row_id: int, answer: MadeUpAnswer
) -> tuple[object, ...] | None:
    if answer.comment is None:
        return None
    words, redacted = answer.comment.words, answer.comment.redacted
    return (
        provider_id, places[answer.service][0], row_id, _QUESTION, words, redacted,
        redaction.VERSION, answer.day, answer.moment,
    )  # fmt: skip


def _count(engine: Engine) -> None:
    """Count every day that waits, as the worker would."""
    with engine.connect() as connection:
        waiting = aggregates.dirty(connection)
    quiet = not sys.stderr.isatty()
    with tqdm(total=waiting, desc="Counting days", disable=quiet, leave=False) as bar:
        while counted := aggregate(House(engine)):
            bar.update(counted)
