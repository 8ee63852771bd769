"""From a comment to words that staff may read, and from a response to a count."""

import threading

import pytest
from sqlalchemy import Engine, select, text

from flows.aggregate import aggregate
from flows.house import House
from flows.understand import NOT_PREPARED, understand
from insight import redaction
from storage import comments
from storage.tables import Comment, DailyMode, DailyRating, DailyRole, DirtyDay
from tests.flows.talking import Phone, furnished
from tests.places import Seeded


@pytest.fixture
def place(engine: Engine) -> tuple[House, Seeded]:
    return furnished(engine)


@pytest.fixture
def phone(place: tuple[House, Seeded]) -> Phone:
    return Phone(place[0], place[1].number)


def test_names_and_numbers_are_hidden_and_running_twice_changes_nothing(
    engine: Engine, phone: Phone
) -> None:
    phone.text("1 nurse Marigold was lovely, ring me on 07700 900123")
    assert understand(phone.house) == 1
    with engine.connect() as connection:
        first = connection.execute(select(Comment.redacted)).scalar_one()
    assert first is not None
    assert "Marigold" not in first
    assert "900123" not in first
    assert "was lovely" in first
    assert understand(phone.house) == 0


def test_an_afterthought_is_read_again(engine: Engine, phone: Phone) -> None:
    phone.text("1 kind")
    understand(phone.house)
    phone.text("and the food was warm")
    with engine.connect() as connection:
        assert comments.unread(connection) == 1
    understand(phone.house)
    with engine.connect() as connection:
        read = connection.execute(select(Comment.redacted)).scalar_one()
    assert read is not None
    assert "food was warm" in read


def counts(engine: Engine, table: type, *columns: str) -> list[tuple[object, ...]]:
    wanted = [getattr(table, column) for column in (*columns, "responses")]
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(select(*wanted)))


def test_counts_follow_the_rows(engine: Engine, phone: Phone) -> None:
    phone.text("1 kind")
    phone.text("1")
    other = Phone(phone.house, phone.to, "+447700900002")
    other.text("5")
    assert aggregate(phone.house) == 1
    assert counts(engine, DailyRating, "rating") == [("very_good", 1), ("very_poor", 1)]
    assert counts(engine, DailyRole, "role", "rating") == [
        ("", "very_poor", 1),
        ("patient", "very_good", 1),
    ]
    assert counts(engine, DailyMode, "mode", "rating") == [
        ("sms", "very_good", 1),
        ("sms", "very_poor", 1),
    ]
    other.text("sorry I meant 4")
    aggregate(phone.house)
    assert counts(engine, DailyRating, "rating") == [("poor", 1), ("very_good", 1)]


@pytest.mark.slow
def test_counting_while_texts_arrive_ends_right(engine: Engine, phone: Phone) -> None:
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            aggregate(phone.house)

    counters = [threading.Thread(target=count) for _ in range(2)]
    for counter in counters:
        counter.start()

    def send(first: int) -> None:
        for number in range(first, first + 15):
            Phone(phone.house, phone.to, f"+4477009{number:05}").text("2 fine")

    senders = [threading.Thread(target=send, args=(start,)) for start in range(0, 60, 15)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    done.set()
    for counter in counters:
        counter.join()
    while aggregate(phone.house):
        pass
    assert counts(engine, DailyRating, "rating") == [("good", 60)]
    with engine.connect() as connection:
        assert connection.execute(select(DirtyDay.id)).all() == []


def test_an_unfinished_transaction_keeps_its_own_mark(engine: Engine, phone: Phone) -> None:
    phone.text("2 fine")
    with engine.begin() as open_one:
        open_one.execute(
            text(
                "INSERT INTO dirty_days (provider_id, service_id, day, marked_at) "
                "SELECT provider_id, service_id, day, now() FROM responses"
            )
        )
        assert aggregate(phone.house) == 1
    assert aggregate(phone.house) == 1


def test_a_comment_that_cannot_be_redacted_keeps_no_other_waiting(
    engine: Engine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = redaction.redact

    def redact(words: str) -> redaction.Redacted:
        if "poison" in words:
            raise ZeroDivisionError
        return real(words)

    monkeypatch.setattr(redaction, "redact", redact)
    phone.text("2 poison")
    Phone(phone.house, phone.to, "+447700900002").text("2 kind people")
    assert understand(phone.house) == 2
    with engine.connect() as connection:
        found = connection.execute(select(Comment.redacted).order_by(Comment.id)).scalars().all()
    assert found == [NOT_PREPARED, "kind people"]
