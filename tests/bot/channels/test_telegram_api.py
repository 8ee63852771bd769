"""The real Bot client against the fake Telegram: sends, presses, pushes and polls."""

import logging
import os
import signal
import threading

import pytest

from bot.channels.errors import Policy, SendError
from bot.channels.telegram_api import TelegramSender
from bot.channels.values import Outgoing, Press
from bot.dialogue.messages import Channel, Choice, Signal
from tests.bot.channels.conftest import App, outgoing
from tests.fakes import FakeTelegram

CHOICES = (Choice("very_good", "Very good"), Choice("good", "Good"))


def row(text: str = "How was it?", to: int = 1001, **more: object) -> Outgoing:
    return outgoing(text, channel=Channel.TELEGRAM, to_address=str(to), **more)


def refusal(sender: TelegramSender, outgoing: Outgoing) -> SendError:
    with pytest.raises(SendError) as refused:
        sender.send(outgoing)
    return refused.value


def texts(fake: FakeTelegram) -> list[str]:
    return [shown.text for shown in fake.thread(1001) if shown.ours]


def test_a_question_goes_out_with_its_buttons_and_a_press_comes_back(
    app: App, fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    assert fake_telegram.starts(1001, "RIVERSIDE-A1", language="cy").taken
    sent = telegram_sender.send(row(choices=CHOICES))
    fake_telegram.presses(1001, "good")

    start, pressed = app.texts
    assert (start.touchpoint, start.inbound.signal) == ("RIVERSIDE-A1", Signal.STARTED)
    assert start.inbound.language == "cy"
    assert pressed.inbound.choice == "good"
    assert pressed.press is not None
    assert pressed.press.message == sent.provider_ref
    assert int(pressed.provider_ref) == int(start.provider_ref) + 1


def test_a_press_is_answered_shown_and_replied_to(
    app: App, fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.starts(1001)
    telegram_sender.send(row(choices=CHOICES))
    fake_telegram.presses(1001, "good")
    press = app.texts[-1].press
    assert press is not None
    assert fake_telegram.answered == [press.query], "by the webhook's own answer"

    telegram_sender.send(row("Thank you. Why?", press=press))

    question, reply = (shown for shown in fake_telegram.thread(1001) if shown.ours)
    assert (question.text, question.buttons) == ("How was it?\n\n✓ Good", [])
    assert reply.text == "Thank you. Why?"


def test_a_press_too_old_to_answer_or_show_does_not_hold_the_reply_back(
    app: App, fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.starts(1001)

    telegram_sender.send(row("Thank you.", press=Press("1", "999", "How was it?\n\n✓ Good")))

    assert texts(fake_telegram) == ["Thank you."]


def test_a_message_out_of_reach_is_not_edited(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.says(1001, "hello")

    telegram_sender.send(row("Thank you.", press=Press("1", "999", None)))

    called = [request.path.rpartition("/")[2] for request in fake_telegram.requests]
    assert called == ["sendMessage"]


def test_a_press_may_be_shown_without_another_word(
    app: App, fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.starts(1001)
    telegram_sender.send(row(choices=CHOICES))
    fake_telegram.presses(1001, "good")

    sent = telegram_sender.send(row("", press=app.texts[-1].press))

    assert texts(fake_telegram) == ["How was it?\n\n✓ Good"]
    assert sent.provider_ref == str(fake_telegram.thread(1001)[-1].message_id)


def test_without_a_webhook_a_press_is_acknowledged_by_a_call(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.starts(1001)
    telegram_sender.send(row(choices=CHOICES))
    fake_telegram.presses(1001, "good")
    press = telegram_sender.poll(0, wait=0).texts[-1].press
    assert press is not None

    telegram_sender.acknowledge(press)
    telegram_sender.acknowledge(Press("too old"))

    assert fake_telegram.answered == [press.query]


def test_a_chat_gets_one_message_a_second_and_a_pause_when_told(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.says(1001, "hello")
    fake_telegram.says(1002, "hello")
    assert telegram_sender.ready_in(row()) == 0.0
    telegram_sender.send(row())
    assert 0.5 < telegram_sender.ready_in(row()) <= 1.0
    assert telegram_sender.ready_in(row(to=1002)) == 0.0

    fake_telegram.throttle(every=0, retry_after=7)
    fake_telegram.plan("429")
    refusal(telegram_sender, row(to=1002))
    assert 6.5 < telegram_sender.ready_in(row(to=1002)) <= 7.0


def test_the_bot_introduces_itself_within_telegrams_limits(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    telegram_sender.introduce({"start": "Begin"}, "d" * 512, "s" * 120)
    assert fake_telegram.commands == {"start": "Begin"}
    assert (len(fake_telegram.description), len(fake_telegram.short_description)) == (512, 120)
    with pytest.raises(SendError):
        telegram_sender.introduce({"start": "Begin"}, "d" * 513, "s")


def test_the_same_press_twice_replies_twice_and_shows_once(
    app: App, fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.starts(1001)
    telegram_sender.send(row(choices=CHOICES))
    fake_telegram.presses(1001, "good")
    fake_telegram.presses(1001, "good")
    for text in app.texts[1:]:
        telegram_sender.send(row("Thank you.", press=text.press))

    assert texts(fake_telegram) == ["How was it?\n\n✓ Good", "Thank you.", "Thank you."]


@pytest.mark.parametrize(
    ("fault", "policy", "code", "arrived"),
    [
        ("429", Policy.RETRY, "RetryAfter", False),
        ("500", Policy.RETRY, "NetworkError", False),
        ("hang_before", Policy.UNCONFIRMED, "TimedOut", False),
        ("hang_after", Policy.UNCONFIRMED, "TimedOut", True),
        ("drop_before", Policy.UNCONFIRMED, "NetworkError", False),
        ("drop_after", Policy.UNCONFIRMED, "NetworkError", True),
        ("502_after", Policy.UNCONFIRMED, "NetworkError", True),
        ("garbage_after", Policy.UNCONFIRMED, "TelegramError", True),
    ],
)
def test_a_fault_on_the_way(
    fault: str,
    policy: Policy,
    code: str,
    arrived: bool,
    fake_telegram: FakeTelegram,
    telegram_sender: TelegramSender,
) -> None:
    fake_telegram.says(1001, "hello")
    fake_telegram.throttle(every=0, retry_after=7)
    fake_telegram.plan(fault)

    error = refusal(telegram_sender, row())

    assert (error.policy, error.code) == (policy, code)
    assert bool(texts(fake_telegram)) is arrived
    if fault == "429":
        assert error.after == 7
    assert telegram_sender.send(row("and on")), "the loop lives on"


@pytest.mark.parametrize(
    ("outgoing", "policy", "code"),
    [
        (row(to=1002), Policy.OPTED_OUT, "Forbidden"),
        (row(to=1003), Policy.GIVE_UP, "BadRequest"),
        (row("a" * 4097), Policy.GIVE_UP, "BadRequest"),
    ],
)
def test_a_refusal_names_what_follows(
    outgoing: Outgoing,
    policy: Policy,
    code: str,
    fake_telegram: FakeTelegram,
    telegram_sender: TelegramSender,
) -> None:
    fake_telegram.says(1001, "hello")
    fake_telegram.blocks(1002)

    error = refusal(telegram_sender, outgoing)

    assert (error.policy, error.code) == (policy, code)


def test_nobody_listening_means_not_sent() -> None:
    with TelegramSender("700900:a", "http://127.0.0.1:9") as sender:
        assert refusal(sender, row()).policy is Policy.RETRY


def test_a_wrong_token_is_ours_to_mend_and_no_log_holds_it(
    fake_telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with TelegramSender("700900:wrong-token", fake_telegram.base_url) as sender:
        error = refusal(sender, row("words of a person"))

    assert (error.policy, error.code) == (Policy.MISCONFIGURED, "InvalidToken")
    assert "wrong-token" not in caplog.text + repr(error) + repr(error.__context__)
    assert "words of a person" not in caplog.text


def test_no_log_of_a_good_send_holds_token_or_words(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake_telegram.says(1001, "hello")
    telegram_sender.send(row("words of a person"))

    assert texts(fake_telegram) == ["words of a person"]
    assert "fake-bot-token" not in caplog.text
    assert "words of a person" not in caplog.text


def test_pushes_need_the_secret_and_are_tried_again(app: App, fake_telegram: FakeTelegram) -> None:
    app.refuse_next = 1
    pushed = fake_telegram.says(1001, "hello")
    assert [answer.status for answer in pushed.attempts] == [503, 200]

    fake_telegram.secret = "stranger"
    pushed = fake_telegram.says(1001, "hello")
    assert [answer.status for answer in pushed.attempts] == [403, 403, 403]
    assert len(app.texts) == 1

    fake_telegram.secret = "webhook-secret"
    assert all(pushed.taken for pushed in fake_telegram.push_again())
    assert [text.inbound.text for text in app.texts] == ["hello", "hello"]


def test_a_lost_answer_brings_the_same_update_again(app: App, fake_telegram: FakeTelegram) -> None:
    fake_telegram.lose_answers = 1
    fake_telegram.says(1001, "hello")

    assert len({text.provider_ref for text in app.texts}) == 1
    assert len(app.texts) == 2


def test_an_edited_message_comes_as_such(app: App, fake_telegram: FakeTelegram) -> None:
    fake_telegram.says(1001, "4 poor")
    (shown,) = fake_telegram.thread(1001)
    fake_telegram.edits(1001, shown.message_id, "2 good")

    assert [(text.edited, text.inbound.text) for text in app.texts] == [
        (False, "4 poor"),
        (True, "2 good"),
    ]


def test_polling_brings_each_update_once_its_offset_moves_on(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.starts(1001, "A1")
    fake_telegram.sends(1001, "voice")
    fake_telegram.adds_to_group(-5)
    fake_telegram.says(1001, "words\ud83d")
    fake_telegram.says(1001, "1 lovely")

    polled = telegram_sender.poll(0, wait=0)
    again = telegram_sender.poll(0, wait=0)

    signals = [text.inbound.signal for text in polled.texts]
    assert signals == [Signal.STARTED, Signal.MEDIA_ONLY, None, None]
    assert polled.texts[-1].inbound.text == "1 lovely"
    assert polled == again, "nothing is forgotten before the next offset"
    assert telegram_sender.poll(polled.next_offset, wait=0).texts == ()
    assert telegram_sender.poll(polled.next_offset, wait=0).next_offset == polled.next_offset


def test_a_poll_waits_for_what_comes(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    writing = threading.Timer(0.1, fake_telegram.says, (1001, "hello"))
    writing.start()

    polled = telegram_sender.poll(0, wait=5)

    writing.join()
    assert [text.inbound.text for text in polled.texts] == ["hello"]


def test_polling_beside_a_webhook_is_ours_to_mend(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    telegram_sender.set_webhook("https://feedback.example/webhooks/telegram", "s3cret")
    assert fake_telegram.secret == "s3cret"
    with pytest.raises(SendError) as refused:
        telegram_sender.poll(0, wait=0)
    assert refused.value.policy is Policy.MISCONFIGURED

    telegram_sender.delete_webhook()
    assert telegram_sender.poll(0, wait=0).texts == ()


def test_the_bot_knows_its_name(telegram_sender: TelegramSender) -> None:
    assert telegram_sender.username() == "hearback_demo_bot"
    assert telegram_sender.bot_id == "700900"


class TimeLimit(Exception):
    """What a job's time limit raises wherever the main thread happens to be."""


def test_what_a_time_limit_cut_off_does_not_go_on_by_itself(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.says(1001, "hello")
    telegram_sender.send(row("first"))

    def ring(_number: int, _frame: object) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, ring)
    with fake_telegram.lock:  # it cannot answer meanwhile
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(TimeLimit):
            telegram_sender.send(row("cut off", press=Press("1", "999", "✓ Good")))
    signal.signal(signal.SIGALRM, before)

    telegram_sender.send(row("second"))
    telegram_sender.send(row("third"))
    assert texts(fake_telegram) == ["first", "second", "third"]


def test_several_threads_take_turns_on_one_loop(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.says(1001, "hello")
    threads = [threading.Thread(target=telegram_sender.send, args=(row(str(n)),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(texts(fake_telegram)) == [str(n) for n in range(8)]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_sender_made_before_a_fork_sends_after_it(
    fake_telegram: FakeTelegram, telegram_sender: TelegramSender
) -> None:
    fake_telegram.says(1001, "hello")
    child = os.fork()
    if child == 0:
        try:
            telegram_sender.send(row("from the child"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert texts(fake_telegram) == ["from the child"]
