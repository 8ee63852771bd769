"""Sending: what each outcome at the provider makes of an outbox row, with the real clients."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, update

from bot.channels import senders
from bot.channels.sending import Sender
from bot.channels.values import Outgoing, Sent
from bot.dialogue.messages import Channel, Reply
from flows import deliver, letters, receipts
from flows.house import House
from runtime import clock
from runtime.settings import Settings
from storage import outbox, people
from storage.outbox import Letter
from storage.tables import OptOut, Outbox
from tests.fakes import FakeTelegram, FakeTwilio
from tests.flows.talking import furnished
from tests.places import Seeded

THEIRS = "+447700900001"

Placed = tuple[House, Seeded]
Fakes = tuple[FakeTwilio, FakeTelegram]
Ways = Mapping[Channel, Sender]


@pytest.fixture
def house(engine: Engine) -> Placed:
    return furnished(engine)


@pytest.fixture
def fakes(given: Settings) -> Iterator[Fakes]:
    with FakeTwilio(public_url=given.public_url) as twilio, FakeTelegram() as telegram:
        yield twilio, telegram


@pytest.fixture
def ways(given: Settings, fakes: Fakes) -> Iterator[Ways]:
    twilio, telegram = fakes
    settings = given.model_copy(
        update={
            "twilio_account_sid": twilio.account_sid,
            "twilio_auth_token": SecretStr(twilio.auth_token),
            "twilio_api_base_url": twilio.base_url,
            "telegram_bot_token": SecretStr(telegram.token),
            "telegram_api_base_url": telegram.base_url,
        }
    )
    made = senders.configured(settings)
    yield made
    for sender in set(made.values()):
        getattr(sender, "close", lambda: None)()


def put(house: House, place: Seeded, kind: str = "thanks", **changed: str) -> int:
    fields = {"channel": "sms", "our_address": place.number, "to_address": THEIRS, **changed}
    letter = Letter(
        provider_id=place.provider_id,
        conversation_id=None,
        inbox_id=None,
        kind=kind,
        body=letters.from_reply(Reply(kind, "Thank you.")),
        **fields,
    )
    with house.engine.begin() as connection:
        return outbox.put(connection, [letter], outbox.QUEUED, clock.now())[0]


def standing(house: House, outbox_id: int) -> tuple[str, str | None, int]:
    with house.engine.connect() as connection:
        row = connection.execute(
            select(Outbox.state, Outbox.error_code, Outbox.attempts).where(Outbox.id == outbox_id)
        ).one()
    return row.state, row.error_code, row.attempts


def bodies(twilio: FakeTwilio, number: str = THEIRS) -> list[str]:
    return [seen.body for seen in twilio.phone(number)]


def test_a_due_letter_is_sent_once(house: Placed, ways: Ways, fakes: Fakes) -> None:
    first = put(*house)
    assert deliver.deliver(house[0], ways) == 1
    assert deliver.deliver(house[0], ways) == 0
    assert standing(house[0], first)[0] == outbox.SENT
    assert bodies(fakes[0]) == ["Thank you."]


def test_after_stop_nothing_leaves_but_the_two_replies_allowed(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    with house[0].engine.begin() as connection:
        people.opt_out(connection, "sms", THEIRS, "text", clock.now())
    kinds = {kind: put(*house, kind=kind) for kind in ("thanks", "rating", "stop", "crisis")}
    while deliver.deliver(house[0], ways):
        pass
    states = {kind: standing(house[0], row)[0] for kind, row in kinds.items()}
    assert states == {"thanks": "refused", "rating": "refused", "stop": "sent", "crisis": "sent"}
    assert len(bodies(fakes[0])) == 2


def test_21610_is_an_opt_out_and_no_failure(house: Placed, ways: Ways, fakes: Fakes) -> None:
    fakes[0].opts_out(THEIRS, house[1].number)
    first = put(*house)
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[:2] == (outbox.REFUSED, "21610")
    with house[0].engine.connect() as connection:
        assert connection.execute(select(OptOut.source)).scalars().all() == ["carrier"]


def test_429_waits_and_goes_later(house: Placed, ways: Ways, fakes: Fakes) -> None:
    first = put(*house)
    fakes[0].throttle(1)
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[0] == outbox.QUEUED
    assert deliver.deliver(house[0], ways) == 0, "not before it is due again"
    fakes[0].throttle(0)
    due_now(house[0], first)
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[0] == outbox.SENT
    assert bodies(fakes[0]) == ["Thank you."]


def due_now(house: House, outbox_id: int) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(Outbox).where(Outbox.id == outbox_id).values(due_at=clock.now()))


def aged(house: House, outbox_id: int, age: timedelta = timedelta(minutes=6)) -> None:
    with house.engine.begin() as connection:
        connection.execute(
            update(Outbox).where(Outbox.id == outbox_id).values(changed_at=clock.now() - age)
        )


@pytest.mark.slow
def test_an_unknown_outcome_is_never_sent_again_but_looked_up(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    first = put(*house)
    fakes[0].plan("502_after")
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[0] == outbox.UNCONFIRMED
    aged(house[0], first)
    receipts.settle_waiting(house[0], ways)
    assert standing(house[0], first)[0] in {outbox.SENT, outbox.DELIVERED}
    assert bodies(fakes[0]) == ["Thank you."]


@pytest.mark.slow
def test_an_unknown_outcome_that_never_arrived_goes_once_more(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    first = put(*house)
    fakes[0].plan("drop_before")
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[0] == outbox.UNCONFIRMED
    aged(house[0], first)
    receipts.settle_waiting(house[0], ways)
    assert standing(house[0], first)[0] == outbox.QUEUED
    deliver.deliver(house[0], ways)
    assert bodies(fakes[0]) == ["Thank you."]


def test_a_worker_that_died_while_sending_leaves_an_unknown_outcome(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    first = put(*house)
    with house[0].engine.begin() as connection:
        outbox.claim(connection, 5, clock.now())
    aged(house[0], first)
    receipts.settle_waiting(house[0], ways)
    assert standing(house[0], first)[:2] == (outbox.UNCONFIRMED, "worker_died")


def test_a_block_at_telegram_is_an_opt_out(house: Placed, ways: Ways, fakes: Fakes) -> None:
    fakes[1].starts(77)
    fakes[1].blocks(77)
    first = put(*house, channel="telegram", our_address="123456", to_address="77")
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[0] == outbox.REFUSED


def test_without_a_sender_a_letter_waits_for_the_operator_however_long(house: Placed) -> None:
    first = put(*house)
    for _ in range(12):
        due_now(house[0], first)
        assert deliver.deliver(house[0], {}) == 1
    assert standing(house[0], first)[0] == outbox.QUEUED


def test_an_unreadable_letter_stops_no_other(house: Placed, ways: Ways, fakes: Fakes) -> None:
    broken, sound = put(*house), put(*house)
    with house[0].engine.begin() as connection:
        connection.execute(update(Outbox).where(Outbox.id == broken).values(letter=None))
    deliver.deliver(house[0], ways)
    assert standing(house[0], broken)[:2] == (outbox.FAILED, "unreadable")
    assert standing(house[0], sound)[0] == outbox.SENT


def test_stop_during_a_batch_holds_back_the_rest_of_it(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    first, second = put(*house), put(*house)
    real = ways[Channel.SMS].send

    class StopMeanwhile:
        def ready_in(self, _outgoing: Outgoing) -> float:
            return 0.0

        def send(self, outgoing: Outgoing) -> Sent:
            with house[0].engine.begin() as connection:
                people.opt_out(connection, "sms", THEIRS, "text", clock.now())
            return real(outgoing)

    deliver.deliver(house[0], {Channel.SMS: StopMeanwhile()})
    assert standing(house[0], first)[0] == outbox.SENT
    assert standing(house[0], second)[0] == outbox.REFUSED


def test_telegrams_pace_is_kept_and_one_busy_chat_holds_up_no_other(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    for chat in (77, 78):
        fakes[1].says(chat, "hello")
    busy = [put(*house, channel="telegram", to_address="77") for _ in range(3)]
    other = put(*house, channel="telegram", to_address="78")
    deliver.deliver(house[0], ways)
    assert [standing(house[0], row)[0] for row in (*busy, other)] == [outbox.SENT] * 4
    chats = [request.fields["chat_id"] for request in fakes[1].requests if
             request.path.endswith("sendMessage")]  # fmt: skip
    assert chats == ["77", "78", "77", "77"]
    assert fakes[1].pace_broken == []


def test_who_must_wait_long_is_due_again_then_and_counts_no_attempt(
    house: Placed, ways: Ways, fakes: Fakes
) -> None:
    fakes[1].says(77, "hello")
    first, second = (put(*house, channel="telegram", to_address="77") for _ in range(2))
    fakes[1].throttle(every=0, retry_after=30)
    fakes[1].plan("429")
    deliver.deliver(house[0], ways)
    assert standing(house[0], first)[::2] == (outbox.QUEUED, 1)
    assert standing(house[0], second)[::2] == (outbox.QUEUED, 0)
    assert deliver.deliver(house[0], ways) == 0
    with house[0].engine.connect() as connection:
        due = connection.execute(select(Outbox.due_at).order_by(Outbox.id)).scalars().all()
    assert all(clock.now() + timedelta(seconds=20) < each for each in due)
