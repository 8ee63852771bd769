"""STOP is the law: whatever follows, nothing leaves for that address on that channel until START.

But for the word that confirms the STOP, and the reply to a new text that speaks of a crisis
(facts: safety, alerts 5). What leaves is what a webhook hands back, what a page may read at once,
and what a sender is given.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text, update

from bot.channels.errors import Policy, SendError
from bot.channels.sending import Sender
from bot.channels.twilio_api import TwilioSender
from bot.channels.values import Outgoing, Receipt, Sent, Status, Text
from bot.dialogue import engine as dialogue
from bot.dialogue.messages import Channel, Inbound, Signal
from flows import catch_up, deliver, letters, receipts
from flows.accept import accept
from flows.house import House
from storage import outbox
from storage.outbox import Letter
from storage.tables import Outbox
from tests.flows.talking import furnished
from tests.places import MOMENT, Seeded

FEW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
STOPS = ("STOP", "please stop texting me", "2 STOP")
STARTS = ("START", "unstop")
CRISES = ("I want to kill myself", "STOP. I can't go on")
SAID = ("1", "5 nobody came", "yes", "ok", "thanks", "help", "polski", "delete my data", "DELETE",
        "what do you hold on me", "please ring me", "he hits me", "SEAVIEW2", "👍", "")  # fmt: skip
_refs = itertools.count(1)


class _Recorder(TwilioSender):
    """Takes every text; can be told that the carrier knows of an opt-out. Never finds one again."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.blocked = False

    def ready_in(self, _outgoing: Outgoing) -> float:
        return 0.0

    def send(self, outgoing: Outgoing) -> Sent:
        if self.blocked:
            raise SendError(Policy.OPTED_OUT, "21610")
        self.taken.append(outgoing.outbox_id)
        return Sent(f"ref{outgoing.outbox_id}")

    def lookup(self, *_: Any, **__: Any) -> None:
        return None


@dataclass
class _Person:
    """Somebody on one channel, what they have said, and what has left for them since.

    answered: the replies to a crisis among it, each once, however often it is handed over.
    """

    house: House
    place: Seeded
    channel: Channel
    now: datetime = MOMENT
    stopped: bool = False
    stops: int = 0
    crises: int = 0
    last: Text | None = None
    sender: _Recorder = field(default_factory=_Recorder)
    left: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.address = {
            Channel.SMS: "+447700900001",
            Channel.TELEGRAM: "1001",
            Channel.WEB: "the-token-of-a-browser",
        }[self.channel]
        self.ours = {Channel.SMS: self.place.number, Channel.TELEGRAM: "123456"}.get(
            self.channel, self.place.ward_code
        )

    def says(self, body: str, ride: bool, signal: Signal | None = None) -> None:
        touchpoint = None if self.ours in (self.place.number, "123456") else self.place.ward_code
        self.last = Text(
            channel=self.channel,
            account="AC0",
            provider_ref=f"SM{next(_refs)}",
            our_address=self.ours,
            their_address=self.address,
            inbound=Inbound(body, self.channel, signal),
            touchpoint=touchpoint,
        )
        self.arrives(self.last, ride)

    def arrives(self, text: Text, ride: bool) -> None:
        ride = ride and self.channel is Channel.SMS
        accepted = accept(self.house, text, self.now, ride=ride)
        if ride:
            self.left |= {outbox_id for outbox_id, _ in accepted.replies}

    def senders(self) -> Mapping[Channel, Sender]:
        return {} if self.channel is Channel.WEB else {self.channel: self.sender}

    def kinds(self) -> list[str]:
        """Of everything that has left since this was last asked."""
        self.left |= set(self.sender.taken)
        self.sender.taken.clear()
        on_the_page = (Outbox.channel == "web") & (Outbox.state == outbox.SENT)
        left = on_the_page if self.channel is Channel.WEB else Outbox.id.in_(self.left)
        with self.house.engine.begin() as connection:
            rows = connection.execute(select(Outbox.id, Outbox.kind).where(left))
            kinds = {row.id: row.kind for row in rows}
            # Read by the page, which is as far as it goes.
            seen = update(Outbox).where(Outbox.channel == "web").values(state=outbox.DELIVERED)
            connection.execute(seen)
        self.left.clear()
        self.answered |= {each for each, kind in kinds.items() if kind == outbox.CRISIS}
        return list(kinds.values())


Action = Callable[[_Person], None]


def _says(bodies: tuple[str, ...]) -> st.SearchStrategy[Action]:
    def act(body: str, ride: bool) -> Action:
        return lambda person: person.says(body, ride)

    return st.builds(act, st.sampled_from(bodies), st.booleans())


def _stops(person: _Person) -> None:
    person.stops += not person.stopped
    person.stopped = True


def _said_stop(body: str, ride: bool) -> Action:
    def act(person: _Person) -> None:
        _stops(person)
        person.says(body, ride)

    return act


def _said_start(body: str, ride: bool) -> Action:
    def act(person: _Person) -> None:
        person.stopped = False
        person.sender.blocked = False
        person.says(body, ride)

    return act


def _spoke_of_danger(body: str, ride: bool) -> Action:
    def act(person: _Person) -> None:
        if "STOP" in body:
            _stops(person)
        person.crises += 1
        person.says(body, ride)

    return act


def _again(ride: bool) -> Action:
    """The provider brings the newest text once more."""
    return lambda person: person.arrives(person.last, ride) if person.last else None


def _late(person: _Person) -> None:
    """A text from before all this comes out of a spool only now."""
    before, person.now = person.now, person.now - timedelta(hours=2)
    person.says("4 this waited on a disk", False)
    person.now = before


def _keyword_alone(person: _Person) -> None:
    if person.channel is Channel.SMS:
        person.says("", True, Signal.STARTED)


def _staff_writes(person: _Person) -> None:
    """What staff, invitations or check-ins will put into the outbox, without a thought of STOP."""
    letter = Letter(
        provider_id=person.place.provider_id,
        conversation_id=None,
        inbox_id=None,
        channel=person.channel,
        our_address=person.ours,
        to_address=person.address,
        kind="staff_reply",
        body='{"text": "We have news for you."}',
    )
    if person.channel is not Channel.WEB:
        with person.house.engine.begin() as connection:
            outbox.put(connection, [letter], outbox.QUEUED, person.now)


def _delivers(person: _Person) -> None:
    while deliver.deliver(person.house, person.senders()):
        pass


def _settles(person: _Person) -> None:
    receipts.settle_waiting(person.house, person.senders())
    _delivers(person)


def _catches_up(person: _Person) -> None:
    catch_up.catch_up(person.house)
    _delivers(person)


def _step_fails(person: _Person) -> None:
    """A text whose step fails: it waits, and all that follows waits behind it."""
    person.says("poison", True)


def _carrier_refuses(person: _Person) -> None:
    """21610 in a receipt, or a block: the person has said no where we could not hear it."""
    with person.house.engine.connect() as connection:
        query = select(Outbox.id).order_by(Outbox.id.desc()).limit(1)
        newest = connection.execute(query).scalar_one_or_none()
        row = outbox.standing(connection, newest) if newest else None
    if row and row.to_address == person.address and person.channel is not Channel.WEB:
        refused = Receipt(person.channel, "r", Status.FAILED, row.outbox_id, "21610", True)
        receipts.receive(person.house, refused)
        person.stopped = person.sender.blocked = True


def _begins(person: _Person) -> None:
    person.says("1", True)
    _delivers(person)


def _days_pass(person: _Person) -> None:
    person.now += timedelta(days=8)


ACTIONS = st.one_of(
    _says(SAID),
    _says(SAID),
    st.builds(_said_stop, st.sampled_from(STOPS), st.booleans()),
    st.builds(_said_start, st.sampled_from(STARTS), st.booleans()),
    st.builds(_spoke_of_danger, st.sampled_from(CRISES), st.booleans()),
    st.builds(_again, st.booleans()),
    st.just(_delivers),
    st.sampled_from(
        [_late, _keyword_alone, _staff_writes, _delivers, _settles, _catches_up, _step_fails,
         _carrier_refuses, _days_pass]
    ),
)  # fmt: skip


POISONED = set[datetime]()


@pytest.fixture
def house(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[House, Seeded]:
    """The invented provider; its dialogue raises at the word poison, the first time it hears it."""
    real = dialogue.step

    def step(state: Any, inbound: Inbound, script: Any, now: datetime) -> Any:
        if "poison" in inbound.text and now not in POISONED:
            POISONED.add(now)
            raise ZeroDivisionError
        return real(state, inbound, script, now)

    monkeypatch.setattr(dialogue, "step", step)
    POISONED.clear()
    return furnished(engine)


def _nobody_yet(house: House) -> None:
    """As if nobody had ever texted."""
    POISONED.clear()
    with house.engine.begin() as connection:
        connection.execute(
            text("TRUNCATE people, inbox, outbox, opt_outs, responses, alerts CASCADE")
        )


@pytest.mark.slow
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM, Channel.WEB])
def test_nothing_leaves_after_stop_until_start(
    house: tuple[House, Seeded], channel: Channel
) -> None:
    left = set[str]()

    @FEW
    @given(st.lists(ACTIONS, min_size=2, max_size=12))
    def whatever_follows(actions: list[Action]) -> None:
        _nobody_yet(house[0])
        person = _Person(*house, channel)
        for act in (_begins, *actions):
            person.now += timedelta(minutes=1)
            act(person)
            kinds = person.kinds()
            left.update(kinds)
            if person.stopped:
                assert set(kinds) <= outbox.AFTER_STOP, (act, kinds)
        assert len(person.answered) <= person.crises

    whatever_follows()
    assert left > outbox.AFTER_STOP, "texts of other kinds left where nobody had said STOP"


def test_letters_of_before_are_held_back_and_not_only_refused_later(
    house: tuple[House, Seeded],
) -> None:
    """The answer to an earlier text was lost on its way; its retry comes after the STOP."""
    person = _Person(*house, Channel.SMS)
    person.says("2 kind", ride=True)
    earlier = person.last
    assert earlier is not None
    assert person.kinds() == ["role"]
    person.now += timedelta(minutes=1)
    person.says("STOP", ride=True)
    assert person.kinds() == ["stop"]
    person.now += timedelta(minutes=1)
    person.arrives(earlier, ride=True)
    assert person.kinds() == []
    _settles(person)
    assert "role" not in person.kinds()


def test_the_keyword_of_a_poster_takes_no_stop_back(house: tuple[House, Seeded]) -> None:
    person = _Person(*house, Channel.SMS)
    for body in ("STOP", person.place.clinic_code, "YES", "start of something"):
        person.now += timedelta(minutes=1)
        person.says(body, ride=True)
    assert person.kinds() == ["stop"]


def test_start_on_telegram_is_a_start(house: tuple[House, Seeded]) -> None:
    person = _Person(*house, Channel.TELEGRAM)
    person.says("STOP", ride=False)
    person.now += timedelta(minutes=1)
    person.says("", ride=False, signal=Signal.STARTED)
    _delivers(person)
    assert person.kinds() == ["stop", "invitation"]


def test_letters_can_be_read() -> None:
    """The letter of staff above is one as the outbox holds them."""
    assert letters.to_reply("staff_reply", '{"text": "We have news for you."}').text
