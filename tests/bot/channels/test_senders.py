"""Which channels the settings open."""

import base64
from collections.abc import Mapping

import pytest

from bot.channels.senders import configured
from bot.channels.telegram_api import TelegramSender
from bot.channels.twilio_api import TwilioSender
from bot.dialogue.messages import Channel
from runtime import settings
from tests.bot.channels.conftest import PUBLIC_URL, outgoing
from tests.fakes import FakeTelegram, FakeTwilio

LEAST = {
    "HEARBACK_DATABASE_URL": "postgresql://localhost/none",
    "HEARBACK_REDIS_URL": "redis://localhost/0",
    "HEARBACK_SECRET_KEY": "a:" + base64.b64encode(b"k" * 32).decode(),
    "HEARBACK_PUBLIC_URL": PUBLIC_URL,
}


@pytest.mark.parametrize(
    "some",
    [{}, {"TWILIO_AUTH_TOKEN": "t"}, {"TWILIO_ACCOUNT_SID": "AC1"}],
)
def test_without_an_account_nothing_leaves(some: Mapping[str, str]) -> None:
    assert configured(settings.load({**LEAST, **some})) == {}


def test_the_settings_point_the_clients_at_another_host(
    fake_twilio: FakeTwilio, fake_telegram: FakeTelegram
) -> None:
    fake_telegram.says(1001, "hello")
    senders = configured(
        settings.load(
            {
                **LEAST,
                "TWILIO_ACCOUNT_SID": fake_twilio.account_sid,
                "TWILIO_AUTH_TOKEN": fake_twilio.auth_token,
                "TWILIO_API_BASE_URL": fake_twilio.base_url + "/",
                "TWILIO_MESSAGING_SERVICE_SID": "MG1",
                "TELEGRAM_BOT_TOKEN": fake_telegram.token,
                "TELEGRAM_WEBHOOK_SECRET": "s3cret",
                "TELEGRAM_API_BASE_URL": fake_telegram.base_url,
            }
        )
    )
    twilio, telegram = senders[Channel.SMS], senders[Channel.TELEGRAM]
    assert isinstance(twilio, TwilioSender)
    assert isinstance(telegram, TelegramSender)
    assert senders[Channel.WHATSAPP] is twilio

    twilio.send(outgoing())
    telegram.send(outgoing(channel=Channel.TELEGRAM, to_address="1001"))
    twilio.close()
    telegram.close()

    assert fake_twilio.outbound()[0].service_sid == "MG1"
    assert [shown.text for shown in fake_telegram.thread(1001)] == ["hello", "Thank you."]
