"""Which channel leaves by which sender, as far as the settings provide one."""

from collections.abc import Mapping

from bot.channels.sending import Sender
from bot.channels.telegram_api import TelegramSender
from bot.channels.twilio_api import TwilioSender
from bot.dialogue.messages import Channel
from runtime.settings import Settings


def configured(settings: Settings) -> Mapping[Channel, Sender]:
    """A sender for each channel that can be reached. One set a process: they hold connections.

    The web chat has none: its replies are `sent` from the start, for the page to read.
    """
    senders: dict[Channel, Sender] = {}
    if twilio := TwilioSender.from_settings(settings):
        senders |= {Channel.SMS: twilio, Channel.WHATSAPP: twilio}
    if telegram := TelegramSender.from_settings(settings):
        senders[Channel.TELEGRAM] = telegram
    return senders
