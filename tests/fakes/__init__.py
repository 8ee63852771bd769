"""Stateful fakes of the providers, over real HTTP on loopback, speaking the providers' own JSON.

`FakeTwilio` is a phone network with Twilio in front of it, `FakeTelegram` a Telegram with one bot
and any number of people. Both are context managers; the real client libraries talk to them.

    with FakeTwilio(public_url="https://feedback.example") as twilio:
        twilio.app_url = "http://127.0.0.1:8000"     # where the app really listens
        twilio.text("+447700900001", "+441632960000", "1 the nurse was lovely")
        twilio.wait_idle()                           # receipts have been posted
        twilio.phone("+447700900001")                # what that person's phone shows

    with FakeTelegram() as telegram:
        telegram.app_url = "http://127.0.0.1:8000"
        telegram.starts(1001, "RIVERSIDE-A1")
        telegram.says(1001, "1 the nurse was lovely")
        telegram.presses(1001, "good")
        telegram.thread(1001)

As a process of its own, driven over HTTP: `python -m tests.fakes twilio --port 9001`; every public
method is then `POST /control/<method>` with a JSON object of its arguments.
"""

from tests.fakes.telegram import FakeTelegram
from tests.fakes.twilio import FakeTwilio

__all__ = ["FakeTelegram", "FakeTwilio"]
