"""Whether a text asks for no more texts, told without its conversation: STOP must hold even where
the conversation cannot be found, or cannot be stepped just now."""

from datetime import datetime

from sqlalchemy import Connection

from bot import library
from bot.channels.keywords import STOP_WORDS
from bot.channels.values import Text
from bot.dialogue.meaning import Intent, Question
from bot.dialogue.messages import Inbound, Signal
from runtime import log
from storage import people


def says_stop(inbound: Inbound) -> bool:
    """The carrier's own word for it, the bare keyword, or any plain wish that the reader knows."""
    if inbound.signal is Signal.OPTED_OUT or inbound.text.strip().casefold() in STOP_WORDS:
        return True
    try:
        reader = library.speech()
        reading = reader.read(reader.line(inbound.text), Question("words"))
        return reading.intent is Intent.OPT_OUT
    except Exception as error:  # noqa: BLE001  a reader that fails must not hold up the text
        log.get().error("reading_failed", exc_info=error)
        return False


def hold(connection: Connection, text: Text, now: datetime) -> bool:
    """Record the opt-out that the text asks for; False when it asks for none."""
    if not says_stop(text.inbound):
        return False
    source = "carrier" if text.inbound.signal else "text"
    people.opt_out(connection, text.channel, text.their_address, source, now)
    return True
