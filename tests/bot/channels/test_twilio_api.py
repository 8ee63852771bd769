"""The real REST client against the fake Twilio: what each outcome of a send means."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.errors import Policy, SendError
from bot.channels.twilio_api import TwilioSender
from bot.channels.values import Outgoing, Status
from bot.dialogue.messages import Channel
from tests.bot.channels.conftest import OURS, PUBLIC_URL, THEIRS, App, outgoing
from tests.fakes import FakeTwilio

SINCE = datetime.now(UTC) - timedelta(minutes=5)


def refusal(sender: TwilioSender, row: Outgoing) -> SendError:
    with pytest.raises(SendError) as refused:
        sender.send(row)
    return refused.value


def test_a_text_arrives_and_twilio_knows_its_outbox_row(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    sent = twilio_sender.send(outgoing("Diolch 🙏"))

    (seen,) = fake_twilio.phone(THEIRS)
    assert (seen.from_, seen.body, seen.sid) == (OURS, "Diolch 🙏", sent.provider_ref)
    (message,) = fake_twilio.outbound()
    assert message.status_callback == f"{PUBLIC_URL}/webhooks/twilio/status?outbox=7"


def test_whatsapp_addresses_carry_their_prefix(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    fake_twilio.text(f"whatsapp:{THEIRS}", f"whatsapp:{OURS}", "hello")
    twilio_sender.send(outgoing(channel=Channel.WHATSAPP))

    (seen,) = fake_twilio.phone(f"whatsapp:{THEIRS}")
    assert seen.from_ == f"whatsapp:{OURS}"


def test_free_words_after_24_hours_are_taken_and_fail_later(
    app: App, fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    twilio_sender.send(outgoing(channel=Channel.WHATSAPP))
    fake_twilio.wait_idle()

    assert app.receipts[-1].status is Status.FAILED
    assert app.receipts[-1].error_code == "63016"
    assert not app.receipts[-1].opted_out


def test_a_messaging_service_keeps_to_the_number_that_was_texted(fake_twilio: FakeTwilio) -> None:
    sender = TwilioSender(
        fake_twilio.account_sid,
        fake_twilio.auth_token,
        PUBLIC_URL,
        api_base_url=fake_twilio.base_url,
        messaging_service_sid="MG1",
    )
    sender.send(outgoing())
    sender.send(outgoing(channel=Channel.WHATSAPP))
    sender.close()

    services = [(message.from_, message.service_sid) for message in fake_twilio.outbound()]
    assert services == [(OURS, "MG1"), (f"whatsapp:{OURS}", None)]


@pytest.mark.parametrize(
    ("fault", "policy", "code", "arrived"),
    [
        ("429", Policy.RETRY, "20429", False),
        ("500", Policy.RETRY, "20500", False),
        ("hang_before", Policy.UNCONFIRMED, "ReadTimeout", False),
        ("hang_after", Policy.UNCONFIRMED, "ReadTimeout", True),
        ("drop_before", Policy.UNCONFIRMED, "ConnectionError", False),
        ("drop_after", Policy.UNCONFIRMED, "ConnectionError", True),
        ("502_after", Policy.UNCONFIRMED, "502", True),
        ("garbage_after", Policy.UNCONFIRMED, "unreadable", True),
    ],
)
def test_a_fault_on_the_way(
    fault: str,
    policy: Policy,
    code: str,
    arrived: bool,
    fake_twilio: FakeTwilio,
    twilio_sender: TwilioSender,
) -> None:
    fake_twilio.plan(fault)

    error = refusal(twilio_sender, outgoing())

    assert (error.policy, error.code) == (policy, code)
    assert (error.after > 0) is (policy is Policy.RETRY)
    assert bool(fake_twilio.phone(THEIRS)) is arrived
    found = twilio_sender.lookup(outgoing(), SINCE)
    assert (found is not None) is arrived


def test_nobody_listening_means_not_sent(fake_twilio: FakeTwilio) -> None:
    sender = TwilioSender("AC1", "token", PUBLIC_URL, api_base_url="http://127.0.0.1:9")

    assert refusal(sender, outgoing()).policy is Policy.RETRY


@pytest.mark.parametrize(
    ("row", "policy", "code"),
    [
        (outgoing(to_address="07700900001"), Policy.GIVE_UP, "21211"),
        (outgoing(to_address="+441632960999"), Policy.GIVE_UP, "21614"),
        (outgoing("a" * 1601), Policy.GIVE_UP, "21617"),
        (outgoing(""), Policy.GIVE_UP, "21602"),
        (outgoing(to_address="+447700900002"), Policy.OPTED_OUT, "21610"),
        (outgoing(our_address="+441632960555"), Policy.MISCONFIGURED, "21606"),
    ],
)
def test_a_refusal_names_what_follows(row: Outgoing, policy: Policy, code: str) -> None:
    with FakeTwilio(numbers=frozenset((OURS,))) as fake:
        fake.network.landlines.add("+441632960999")
        fake.opts_out("+447700900002", OURS)
        sender = TwilioSender(
            fake.account_sid, fake.auth_token, PUBLIC_URL, api_base_url=fake.base_url
        )
        error = refusal(sender, row)
        sender.close()

    assert (error.policy, error.code) == (policy, code)
    assert fake.outbound() == []


@pytest.mark.parametrize(("sid", "token"), [("AC2", "fake-auth-token"), (None, "wrong")])
def test_a_wrong_account_or_token_is_ours_to_mend(
    sid: str | None, token: str, fake_twilio: FakeTwilio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender = TwilioSender(
        sid or fake_twilio.account_sid, token, PUBLIC_URL, api_base_url=fake_twilio.base_url
    )
    error = refusal(sender, outgoing("words of a person"))
    sender.close()

    assert (error.policy, error.code) == (Policy.MISCONFIGURED, "20003")
    assert token not in caplog.text + repr(error)
    assert "words of a person" not in caplog.text + repr(error)
    assert THEIRS not in caplog.text + repr(error)


def test_no_log_of_a_send_or_lookup_holds_a_number_or_words(
    twilio_sender: TwilioSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio_sender.send(outgoing("words of a person"))
    twilio_sender.lookup(outgoing("words of a person"), SINCE)

    assert "words of a person" not in caplog.text
    assert THEIRS.removeprefix("+") not in caplog.text


def test_throttled_at_a_chosen_frequency(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    fake_twilio.throttle(every=2)

    twilio_sender.send(outgoing())
    assert refusal(twilio_sender, outgoing()).policy is Policy.RETRY
    twilio_sender.send(outgoing())
    assert len(fake_twilio.phone(THEIRS)) == 2


def test_a_lookup_tells_how_far_the_message_came(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    fake_twilio.unreachable(THEIRS)
    sid = twilio_sender.send(outgoing()).provider_ref
    fake_twilio.wait_idle()

    found = twilio_sender.lookup(outgoing(), SINCE)

    assert found is not None
    assert (found.provider_ref, found.outbox_id) == (sid, 7)
    assert (found.status, found.error_code) == (Status.FAILED, "30003")
    fetched = twilio_sender.fetch(Channel.SMS, sid)
    assert fetched is not None
    assert fetched.status is Status.FAILED


def test_a_lookup_takes_no_other_message(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    fake_twilio.handles_stop = False
    app_less = fake_twilio.text(THEIRS, OURS, "Thank you.")  # theirs, the other way
    twilio_sender.send(outgoing("Other words."))
    twilio_sender.send(outgoing(to_address="+447700900002"))
    mine = twilio_sender.send(outgoing()).provider_ref

    assert app_less.sid != mine
    found = twilio_sender.lookup(outgoing(), SINCE)
    assert found is not None
    assert found.provider_ref == mine
    assert twilio_sender.lookup(outgoing(), SINCE, taken=(mine,)) is None
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert twilio_sender.lookup(outgoing(), later) is None


def test_two_equal_texts_are_settled_oldest_first(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    first, second = (twilio_sender.send(outgoing()).provider_ref for _ in range(2))

    found = twilio_sender.lookup(outgoing(), SINCE)
    assert found is not None
    assert found.provider_ref == first
    other = twilio_sender.lookup(outgoing(outbox_id=8), SINCE, taken=(first,))
    assert other is not None
    assert (other.provider_ref, other.outbox_id) == (second, 8)


def test_a_message_that_twilio_never_had_is_none(twilio_sender: TwilioSender) -> None:
    assert twilio_sender.fetch(Channel.SMS, "SM404") is None


def test_a_lookup_that_tells_nothing_settles_nothing(
    fake_twilio: FakeTwilio, twilio_sender: TwilioSender
) -> None:
    fake_twilio.receipts.off = True
    sid = twilio_sender.send(outgoing()).provider_ref
    fake_twilio.messages[sid].status = "vanished"

    with pytest.raises(SendError) as unknown:
        twilio_sender.lookup(outgoing(), SINCE)
    assert unknown.value.policy is Policy.UNCONFIRMED

    fake_twilio.auth_token = "another"
    with pytest.raises(SendError) as refused:
        twilio_sender.fetch(Channel.SMS, sid)
    assert refused.value.policy is Policy.MISCONFIGURED
