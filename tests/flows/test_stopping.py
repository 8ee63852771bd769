"""STOP is the law, also where its conversation cannot be stepped or found; danger is answered."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.channels.values import Text
from bot.dialogue import engine as dialogue
from bot.dialogue.messages import Channel, Inbound, Signal
from flows.accept import Outcome, accept
from flows.catch_up import catch_up
from storage import crypto, outbox, people
from storage.tables import OptOut, Outbox
from tests.conftest import SECRET_KEY
from tests.flows.talking import Phone, furnished
from tests.places import MOMENT


@pytest.fixture
def phone(engine: Engine) -> Phone:
    house, place = furnished(engine)
    return Phone(house, place.number)


def opted_out(engine: Engine, phone: Phone) -> bool:
    with engine.connect() as connection:
        return people.opted_out(connection, "sms", phone.number)


def states(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(Outbox.kind, Outbox.state).order_by(Outbox.id))
        return [(row.kind, row.state) for row in rows]


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialogue that raises at the word poison."""
    real = dialogue.step

    def step(state: Any, inbound: Inbound, *rest: Any) -> Any:
        if "poison" in inbound.text:
            raise ZeroDivisionError
        return real(state, inbound, *rest)

    monkeypatch.setattr(dialogue, "step", step)


@pytest.mark.usefixtures("poison")
@pytest.mark.parametrize("said", ["STOP", "please stop texting me"])
def test_stop_behind_a_text_that_cannot_be_stepped(engine: Engine, phone: Phone, said: str) -> None:
    assert phone.text("poison").outcome is Outcome.TO_STEP
    assert phone.text(said).outcome is Outcome.TO_STEP
    assert opted_out(engine, phone)


@pytest.mark.usefixtures("poison")
def test_stop_in_a_text_that_cannot_be_stepped(engine: Engine, phone: Phone) -> None:
    phone.text("stop texting me poison")
    assert opted_out(engine, phone)


def test_stop_to_a_number_that_is_none_of_ours(engine: Engine, phone: Phone) -> None:
    lost = Phone(phone.house, "+441632960777")
    accepted = lost.text("STOP")
    assert opted_out(engine, lost)
    assert [reply.kind for _, reply in accepted.replies] == ["stop"]
    assert lost.text("hello").replies == ()


def test_the_carriers_own_stop_to_an_unknown_number_is_not_answered(phone: Phone) -> None:
    told = Text(
        channel=Channel.SMS,
        account="AC0",
        provider_ref="SMcarrier",
        our_address="+441632960777",
        their_address=phone.number,
        inbound=Inbound("STOP", Channel.SMS, Signal.OPTED_OUT, carrier_answered=True),
    )
    assert accept(phone.house, told, MOMENT, ride=True).replies == ()


def test_a_start_said_before_the_stop_does_not_undo_it(engine: Engine, phone: Phone) -> None:
    phone.text("STOP")
    late = Phone(phone.house, phone.to, now=phone.now - timedelta(minutes=5))
    late.text("START")
    assert opted_out(engine, phone)
    phone.text("START")
    assert not opted_out(engine, phone)


def test_stop_right_after_a_crisis_leaves_the_crisis_reply(engine: Engine, phone: Phone) -> None:
    phone.text("I want to kill myself", ride=False)
    phone.text("stop", ride=False)
    assert states(engine) == [("crisis", outbox.QUEUED), ("stop", outbox.QUEUED)]


def test_opt_outs_and_people_of_an_older_key_are_still_known(engine: Engine, phone: Phone) -> None:
    phone.text("2 fine")
    phone.text("STOP")
    newer = SECRET_KEY.replace("test:", "next:").replace("aW52", "bW52", 1)
    crypto.use(crypto.Keyring.parse(f"{newer},{SECRET_KEY}"))
    assert opted_out(engine, phone)
    phone.text("START")
    assert phone.text("3").outcome is Outcome.NEW
    with engine.connect() as connection:
        assert connection.execute(select(OptOut.source)).all() == []


def test_an_opt_out_moves_to_the_newest_key_and_keeps_its_latest_moment(
    engine: Engine, phone: Phone
) -> None:
    phone.text("STOP")
    newer = SECRET_KEY.replace("test:", "next:").replace("aW52", "bW52", 1)
    crypto.use(crypto.Keyring.parse(f"{newer},{SECRET_KEY}"))
    later = phone.now + timedelta(hours=1)
    with engine.begin() as connection:
        people.opt_out(connection, "sms", phone.number, "carrier", later)
    phone.text("still stopped")
    with engine.connect() as connection:
        assert connection.execute(select(OptOut.key_ids, OptOut.at)).all() == [(["next"], later)]
    assert opted_out(engine, phone)


def test_a_stop_that_waited_on_disk_does_not_make_the_opt_out_older(
    engine: Engine, phone: Phone
) -> None:
    phone.text("STOP")
    stopped = phone.now
    Phone(phone.house, phone.to, now=stopped - timedelta(minutes=30)).text("STOP")
    Phone(phone.house, phone.to, now=stopped - timedelta(minutes=20)).text("START")
    assert opted_out(engine, phone)
    with engine.connect() as connection:
        assert connection.execute(select(OptOut.at)).scalar_one() == stopped


def test_failing_senders_do_not_keep_others_waiting(
    engine: Engine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dialogue.step
    monkeypatch.setattr(dialogue, "step", lambda *_: 1 / 0)
    for number in range(4):
        Phone(phone.house, phone.to, f"+44770090001{number}").text(f"text {number}")
    monkeypatch.setattr("flows.catch_up.SENDERS_A_RUN", 3)
    catch_up(phone.house)  # the first three are tried, and fail

    def step(state: Any, inbound: Inbound, *rest: Any) -> Any:
        return real(state, inbound, *rest) if inbound.text == "text 3" else 1 / 0

    monkeypatch.setattr(dialogue, "step", step)
    assert catch_up(phone.house)[0] == 1
