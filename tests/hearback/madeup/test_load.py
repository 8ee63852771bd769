"""The made-up trust in a real PostgreSQL: whole, marked, readable, counted, and only once."""

import datetime as dt
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select, text

from bot import library
from dashboard import passwords
from hearback.madeup import generate, load, provider
from storage import accounts, aggregates, services, sessions
from storage.tables import Comment, DailyMode, DailyRating, DailyRole, Response

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Fewer answers, so that a test costs a second."""
    monkeypatch.setattr(generate, "ANSWERS", 600)
    return 600


def test_every_answer_is_there_marked_and_in_the_order_of_time(engine: Engine, few: int) -> None:
    load.load(engine, NOW)
    with engine.connect() as connection:
        rows = connection.execute(
            select(Response.source, Response.first_at, Response.day).order_by(Response.id)
        ).all()
    assert len(rows) == few
    assert {row.source for row in rows} == {"made_up"}
    assert [row.first_at for row in rows] == sorted(row.first_at for row in rows)
    assert rows[-1].day < dt.date(2026, 11, 22)


def test_comments_are_sealed_and_their_redacted_text_is_ready(engine: Engine, few: int) -> None:
    load.load(engine, NOW)
    with engine.connect() as connection:
        rows = connection.execute(select(Comment.words, Comment.redacted, Comment.held)).all()
        raw = connection.execute(text("SELECT words FROM comments LIMIT 1")).scalar_one()
    assert len(rows) > few / 2
    assert all(row.words and row.redacted and not row.held for row in rows)
    assert any("[name]" in row.redacted and "[name]" not in row.words for row in rows)
    assert rows[0].words.encode() not in bytes(raw)


@pytest.mark.parametrize("table", [DailyRating, DailyRole, DailyMode])
def test_every_answer_is_counted(
    engine: Engine, few: int, table: type[DailyRating | DailyRole | DailyMode]
) -> None:
    load.load(engine, NOW)
    with engine.connect() as connection:
        assert aggregates.dirty(connection) == 0
        assert connection.execute(select(func.sum(table.responses))).scalar_one() == few


def test_a_second_call_keeps_what_is_there(engine: Engine, few: int) -> None:
    load.load(engine, NOW)
    load.load(engine, NOW + dt.timedelta(days=9))
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Response)).scalar_one() == few


def test_a_call_that_breaks_off_leaves_nothing_behind(
    engine: Engine, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(aggregates, "mark_all", break_off)
        with pytest.raises(ConnectionError):
            load.load(engine, NOW)
    with engine.connect() as connection:
        assert services.provider_by_code(connection, provider.CODE) is None
    load.load(engine, NOW)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Response)).scalar_one() == few


def test_days_that_an_interrupted_call_left_are_counted_by_the_next(
    engine: Engine, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(load, "aggregate", lambda _: 0)
        load.load(engine, NOW)
    load.load(engine, NOW)
    with engine.connect() as connection:
        assert connection.execute(select(func.sum(DailyRating.responses))).scalar_one() == few


def test_an_answer_that_comes_later_gets_an_id_of_its_own(engine: Engine, few: int) -> None:
    load.load(engine, NOW)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO responses (provider_id, service_id, touchpoint_id, mode, source, "
                "solicited, day, first_at, changed_at) SELECT provider_id, service_id, "
                "touchpoint_id, mode, source, solicited, day, first_at, changed_at "
                "FROM responses LIMIT 1"
            )
        )


def test_the_lines_and_posters_find_their_place(engine: Engine, few: int) -> None:
    load.load(engine, NOW)
    with engine.connect() as connection:
        for channel, address in (
            ("sms", "+441632960000"),
            ("whatsapp", "+441632960001"),
        ):
            line = services.line(connection, channel, address)
            assert line is not None
            assert line.place.touchpoint_code == load.TOUCHPOINT
            assert line.place.details["ward_number"] == provider.WARD_NUMBER
        scripts = {
            place.touchpoint_code: place.script for place in services.touchpoints(connection)
        }
    posters = {service.touchpoint: service.setting for service in provider.SERVICES}
    cards = {card.touchpoint: card.script for card in provider.CARDS}
    assert scripts == posters | cards
    assert set(scripts.values()) <= set(library.names())


def test_the_demo_account_signs_in_for_the_whole_trust(engine: Engine, few: int) -> None:
    load.load(engine, NOW)
    with engine.connect() as connection:
        member = accounts.by_email(connection, load.EMAIL)
        assert member is not None
        assert passwords.right(load.PASSWORD, member.password_hash)
        sessions.begin(connection, "a token", member, NOW)
        found = sessions.find(connection, "a token", NOW)
    assert found is not None
    assert [(grant.role, grant.service_id) for grant in found.grants] == [("experience_lead", None)]


def test_it_is_quiet_in_a_pipe(
    engine: Engine, few: int, capsys: pytest.CaptureFixture[str]
) -> None:
    load.load(engine, NOW)
    assert capsys.readouterr() == ("", "")
