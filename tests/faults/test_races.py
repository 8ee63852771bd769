"""Two things at the same moment: whoever is late must notice, or a text is lost or sent twice."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy import insert, update

from bot.channels.telegram_api import TelegramSender
from bot.channels.twilio_api import TwilioSender
from bot.channels.values import Outgoing, Receipt, Sent, Status
from bot.dialogue.messages import Channel
from flows import deliver, receipts
from runtime import clock
from storage import outbox
from storage.tables import Inbox, Outbox
from tests.faults.points import FIRST, SECOND, replies_are_lost
from tests.faults.stage import CHAT, PERSON, Stage
from workers import at_hand

Meanwhile = Callable[[], object]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Meanwhile], None]:
    """Have something happen after the next look-up at Twilio, before its answer is acted upon."""
    really = TwilioSender.lookup

    def set_up(happens: Meanwhile) -> None:
        waiting = [happens]

        def lookup(sender: TwilioSender, outgoing: Outgoing, **more: Any) -> Receipt | None:
            found = really(sender, outgoing, **more)
            if waiting:
                waiting.pop()()
            return found

        monkeypatch.setattr(TwilioSender, "lookup", lookup)

    return set_up


def settle(stage: Stage) -> None:
    receipts.settle_waiting(stage.door.house, at_hand.now().senders)


def send(stage: Stage) -> int:
    return deliver.deliver(stage.door.house, at_hand.now().senders)


def bodies(stage: Stage) -> list[str]:
    return [seen.body for seen in stage.twilio.phone(PERSON)]


def states(stage: Stage) -> list[str]:
    return [str(row[0]) for row in stage.state("SELECT state FROM outbox ORDER BY id")]


def test_a_receipt_that_comes_during_the_look_up_wins(
    stage: Stage, meanwhile: Callable[[Meanwhile], None]
) -> None:
    with stage.nearby():
        stage.texts(FIRST, lose_answers=2)
    stage.minutes_pass()
    ((outbox_id,),) = stage.state("SELECT id FROM outbox")
    receipt = Receipt(Channel.SMS, "SM1", Status.DELIVERED, outbox_id=int(str(outbox_id)))
    meanwhile(lambda: receipts.receive(stage.door.house, receipt))
    settle(stage)
    assert states(stage) == ["delivered"]
    assert send(stage) == 0


def test_two_workers_that_settle_at_once_send_once(
    stage: Stage, meanwhile: Callable[[Meanwhile], None]
) -> None:
    replies_are_lost(stage)

    def another() -> None:
        settle(stage)
        send(stage)

    meanwhile(another)
    settle(stage)
    send(stage)
    assert len(bodies(stage)) == len(set(bodies(stage))) == 2


def test_what_twilio_is_handed_again_is_not_sent_by_api_too(
    stage: Stage, meanwhile: Callable[[Meanwhile], None]
) -> None:
    with stage.nearby():
        lost = stage.texts(FIRST, lose_answers=2)
        stage.minutes_pass()
        stage.twilio.receipts.held = True
        meanwhile(lambda: stage.texts_again(lost))
        settle(stage)
        send(stage)
        assert len(bodies(stage)) == 1


def test_handing_again_begins_the_wait_anew(stage: Stage) -> None:
    with stage.nearby():
        lost = stage.texts(FIRST, lose_answers=2)
        stage.minutes_pass(4)
        stage.twilio.receipts.held = True
        stage.texts_again(lost, lose_answers=2)
        stage.minutes_pass(2)
    assert "settle" not in {bell.name for bell in stage.sweep()}
    stage.minutes_pass(4)
    assert "settle" in {bell.name for bell in stage.sweep()}


def test_a_receipt_that_overtakes_our_own_record_stands(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies_are_lost(stage)
    settle(stage)
    really = TwilioSender.send

    def send_and_wait(sender: TwilioSender, outgoing: Outgoing) -> Sent:
        sent = really(sender, outgoing)
        stage.twilio.wait_idle()
        return sent

    monkeypatch.setattr(TwilioSender, "send", send_and_wait)
    with stage.nearby():
        send(stage)
    assert states(stage) == ["delivered", "delivered"]


def test_a_reply_that_was_throttled_first_still_goes_once_more(stage: Stage) -> None:
    with stage.nearby():
        stage.telegram.says(CHAT, FIRST)
    stage.telegram.plan("429", "drop_before")
    for _ in range(3):
        send(stage)
        stage.minutes_pass()
    assert sum(shown.ours for shown in stage.telegram.thread(CHAT)) == 1
    assert states(stage) == ["sent"]


def test_a_reply_that_was_throttled_first_outlives_its_worker(stage: Stage) -> None:
    with stage.nearby():
        stage.telegram.says(CHAT, FIRST)
    stage.telegram.plan("429")
    send(stage)
    stage.minutes_pass()
    with stage.door.house.engine.begin() as connection:
        assert len(outbox.claim(connection, 5, clock.now())) == 1  # and its worker dies
    stage.half_an_hour()
    assert sum(shown.ours for shown in stage.telegram.thread(CHAT)) == 1


def test_a_reply_of_unknown_outcome_goes_twice_at_most(stage: Stage) -> None:
    with stage.nearby():
        stage.telegram.says(CHAT, FIRST)
    stage.telegram.plan("drop_after", "429", "drop_after", "drop_after")
    for _ in range(5):
        send(stage)
        stage.minutes_pass()
    assert sum(shown.ours for shown in stage.telegram.thread(CHAT)) == 2
    assert states(stage) == ["unconfirmed"]


def test_what_nobody_can_be_asked_about_does_not_hide_what_can(stage: Stage) -> None:
    with stage.nearby():
        stage.texts(FIRST, lose_answers=2)
    long_ago = clock.now() - timedelta(days=9)
    row = {"channel": "telegram", "our_address": "1", "to_address": "2", "kind": "thanks",
           "letter": "{}", "state": "unconfirmed", "provider_id": stage.seeded.provider_id,
           "created_at": long_ago, "due_at": long_ago, "changed_at": long_ago}  # fmt: skip
    with stage.door.house.engine.begin() as connection:
        connection.execute(insert(Outbox), [row] * 250)
    stage.minutes_pass()
    settle(stage)
    send(stage)
    assert len(bodies(stage)) == 1


def test_a_slow_provider_leaves_the_rest_due(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with stage.nearby():
        for body in (FIRST, SECOND):
            stage.telegram.says(CHAT, body)
    started, during, after = 0.0, deliver.BATCH_SECONDS - 1, deliver.BATCH_SECONDS + 1
    watch = SimpleNamespace(
        monotonic=iter([started, during, after]).__next__, sleep=lambda _seconds: None
    )
    monkeypatch.setattr(deliver, "time", watch)
    send(stage)
    assert stage.state("SELECT state, attempts FROM outbox ORDER BY id") == [
        ("sent", 1),
        ("queued", 0),
    ]


def test_a_job_cut_short_leaves_the_rest_due(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with stage.nearby():
        for body in (FIRST, SECOND):
            stage.telegram.says(CHAT, body)

    def cut_short(*_: Any) -> Sent:
        raise JobTimeoutException("twenty seconds are over")

    monkeypatch.setattr(TelegramSender, "send", cut_short)
    with pytest.raises(JobTimeoutException):
        send(stage)
    assert states(stage) == ["sending", "queued"]


def test_a_letter_given_up_for_lost_is_not_sent_again_when_it_was_only_slow(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage.nearby():
        stage.telegram.says(CHAT, FIRST)
    really = TelegramSender.send

    def slow(sender: TelegramSender, outgoing: Outgoing) -> Sent:
        sent = really(sender, outgoing)
        stage.minutes_pass(3)
        settle(stage)  # another worker finds it left in `sending`
        return sent

    monkeypatch.setattr(TelegramSender, "send", slow)
    send(stage)
    monkeypatch.undo()
    assert states(stage) == ["sent"]
    assert send(stage) == 0


def test_of_two_workers_only_one_steps_a_persons_texts(stage: Stage) -> None:
    from storage import inbox

    with stage.nearby():
        stage.texts(FIRST)
        stage.texts(SECOND)
    engine = stage.door.house.engine
    with engine.begin() as connection:
        connection.execute(update(Inbox).values(state=inbox.TO_STEP))
    with engine.begin() as one, engine.begin() as other:
        (sender,) = inbox.senders_waiting(one, 5)
        first = inbox.next_waiting(one, sender)
        assert first is not None
        assert inbox.next_waiting(other, sender) is None
