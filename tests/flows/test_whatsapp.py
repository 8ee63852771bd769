"""WhatsApp: buttons by the provider's own template, and the 24 hours after a person's last message."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, update

from bot.channels import senders
from bot.channels.sending import Sender
from bot.channels.values import Text
from bot.dialogue.messages import Channel, Inbound, Reply
from flows import letters
from flows.accept import Accepted, accept
from flows.deliver import OUTSIDE_WINDOW, deliver
from flows.house import House
from runtime import clock, jobs
from runtime.settings import Settings
from storage import outbox
from storage.outbox import Letter
from storage.tables import Inbox, Number, Outbox, Provider, Response
from tests.fakes import FakeTwilio
from tests.fakes.twilio_messages import Content
from tests.flows.talking import furnished
from tests.places import DETAILS

OURS, THEIRS = "+441632960101", "+447700900001"
SID = "HX" + "0" * 31 + "1"
SIX = (("Very good", "very_good"), ("Good", "good"), ("Poor", "poor"))

Ways = Mapping[Channel, Sender]


@pytest.fixture
def twilio(given: Settings) -> Iterator[FakeTwilio]:
    with FakeTwilio(public_url=given.public_url) as fake:
        fake.contents[SID] = Content("How was your care at Seaview?", SIX)
        yield fake


@pytest.fixture
def ways(given: Settings, twilio: FakeTwilio) -> Iterator[Ways]:
    settings = given.model_copy(
        update={
            "twilio_account_sid": twilio.account_sid,
            "twilio_auth_token": SecretStr(twilio.auth_token),
            "twilio_api_base_url": twilio.base_url,
            "telegram_bot_token": None,
        }
    )
    made = senders.configured(settings)
    yield made
    getattr(made[Channel.SMS], "close", lambda: None)()


@pytest.fixture
def house(engine: Engine) -> House:
    made, place = furnished(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(Number).values(
                provider_id=place.provider_id, touchpoint_id=place.ward_touchpoint,
                channel="whatsapp", address=OURS, reply_cost="free", carrier_answers_stop=False,
                carrier_answers_help=False,
            )
        )  # fmt: skip
    return made


def templates(house: House, **content: str) -> None:
    with house.engine.begin() as connection:
        details = {**DETAILS, "whatsapp_content": content}
        connection.execute(update(Provider).values(details=details))
    house._places.clear()


def says(house: House, ref: str, said: str = "", choice: str | None = None) -> Accepted:
    inbound = Inbound(said, Channel.WHATSAPP, choice=choice)
    text = Text(Channel.WHATSAPP, "AC0", ref, OURS, THEIRS, inbound)
    return accept(house, text, clock.now(), ride=True)


def standing(house: House) -> list[tuple[str, str | None]]:
    with house.engine.connect() as connection:
        rows = connection.execute(select(Outbox.state, Outbox.error_code).order_by(Outbox.id))
        return [(row.state, row.error_code) for row in rows]


def letter(house: House, content: str | None = None) -> None:
    """A letter that is no reply: a staff answer, say."""
    with house.engine.begin() as connection:
        provider_id = connection.execute(select(Provider.id)).scalar_one()
        body = letters.from_reply(Reply("staff_reply", "Thank you."), None, content)
        sent = Letter(provider_id, None, None, "whatsapp", OURS, THEIRS, "staff_reply", body)
        outbox.put(connection, [sent], outbox.QUEUED, clock.now())


def test_without_a_template_the_digits_ride_back(house: House) -> None:
    accepted = says(house, "SM1", "hello")
    ((_, reply),) = accepted.replies
    assert "1 Very good" in reply.text
    assert standing(house) == [("handed", None)]


def test_with_a_template_the_question_goes_with_its_buttons(
    house: House, ways: Ways, twilio: FakeTwilio
) -> None:
    templates(house, invitation=SID)
    accepted = says(house, "SM1", "hello")
    assert accepted.replies == (), "TwiML can carry no button"
    assert jobs.DELIVER in accepted.bells
    twilio.text(f"whatsapp:{THEIRS}", f"whatsapp:{OURS}", "hello")
    deliver(house, ways)
    (sent,) = twilio.outbound()
    assert (sent.body, sent.content) == ("How was your care at Seaview?", twilio.contents[SID])
    assert standing(house) == [("sent", None)]


def test_a_pressed_button_is_the_answer(house: House) -> None:
    templates(house, invitation=SID)
    says(house, "SM1", "hello")
    accepted = says(house, "SM2", "Poor", choice="poor")
    assert "Why did you say that?" in accepted.replies[0][1].text
    with house.engine.connect() as connection:
        assert connection.execute(select(Response.rating)).scalars().all() == ["poor"]


def test_a_template_that_is_not_ours_waits_for_the_operator(
    house: House, ways: Ways, twilio: FakeTwilio
) -> None:
    templates(house, invitation="HX" + "9" * 32)
    says(house, "SM1", "hello")
    deliver(house, ways)
    assert standing(house)[0][0] == "queued", "misconfigured: kept until it is mended"
    assert twilio.outbound() == []


def silent_for(house: House, hours: float) -> None:
    with house.engine.begin() as connection:
        at = clock.now() - timedelta(hours=hours)
        connection.execute(update(Inbox).values(received_at=at))


@pytest.mark.parametrize(("hours", "state"), [(23.9, "sent"), (24.1, "refused")])
def test_after_24_hours_only_a_template_may_leave(
    house: House, ways: Ways, twilio: FakeTwilio, hours: float, state: str
) -> None:
    twilio.text(f"whatsapp:{THEIRS}", f"whatsapp:{OURS}", "hello")
    says(house, "SM1", "2 kind staff")
    silent_for(house, hours)
    letter(house)
    deliver(house, ways)
    assert standing(house)[-1] == (state, OUTSIDE_WINDOW if state == "refused" else None)


def test_an_approved_template_leaves_at_any_time(
    house: House, ways: Ways, twilio: FakeTwilio
) -> None:
    twilio.contents[SID] = Content("We have news for you", approved=True)
    letter(house, SID)
    deliver(house, ways)
    assert standing(house) == [("sent", None)]
    assert [seen.body for seen in twilio.phone(f"whatsapp:{THEIRS}")] == ["We have news for you"]


def test_who_never_wrote_gets_no_free_words(house: House, ways: Ways, twilio: FakeTwilio) -> None:
    letter(house)
    deliver(house, ways)
    assert standing(house) == [("refused", OUTSIDE_WINDOW)]
    assert twilio.outbound() == []
