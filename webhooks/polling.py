"""Telegram by long polling, for a machine that nobody can reach: only TELEGRAM_BOT_TOKEN is set."""

import fcntl
import os
import threading

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.errors import SendError
from flows.accept import accept
from flows.house import Door
from runtime import clock, faults, log

WAIT_SECONDS = 5
PAUSE_SECONDS = 5.0


def start(door: Door) -> threading.Event | None:
    """Poll in a thread where the settings want it; set the returned event to stop.

    With a webhook secret Telegram pushes, and None is returned.
    """
    settings = door.settings
    if settings.telegram_bot_token is None or settings.telegram_webhook_secret is not None:
        return None
    stop = threading.Event()
    threading.Thread(target=_alone, args=(door, stop), name="telegram", daemon=True).start()
    return stop


def _alone(door: Door, stop: threading.Event) -> None:
    """Telegram allows one poller: of this host's web processes the one that has the lock polls."""
    descriptor = os.open(door.spool.folder / ".telegram", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        while not stop.is_set():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                stop.wait(PAUSE_SECONDS)
                continue
            poll(door, stop)
    finally:
        os.close(descriptor)


def poll(door: Door, stop: threading.Event) -> None:
    """Take in what comes until told to stop. What is not committed is not confirmed either."""
    from bot.channels.telegram_api import TelegramSender  # its library takes 30 MB

    sender = TelegramSender.from_settings(door.settings)
    if sender is None:
        return
    offset, pushed = 0, True
    with sender:
        while not stop.is_set():
            try:
                if pushed:  # a webhook left over from elsewhere would keep every poll away
                    sender.delete_webhook()
                    pushed = False
                polled = sender.poll(offset, WAIT_SECONDS)
                for text in polled.texts:
                    accepted = accept(door.house, text, clock.now(), ride=False)
                    door.ring(*accepted.bells)
                    faults.reached("poll.accepted")
                    if text.press is not None:
                        sender.acknowledge(text.press)
                offset = polled.next_offset
            except (SendError, SQLAlchemyError) as error:
                log.get().warning("poll_failed", error=type(error).__name__)
                stop.wait(PAUSE_SECONDS)
