"""The application that RapidSMS's router finds and calls with every text."""

from typing import Any

from rapidsms.apps.base import AppBase

ANSWER = (
    "Thank you. Why did you say that? Tell us what was good and what we could do better, in your "
    "own words. The team sees your words, not your phone number."
)


class Answering(AppBase):
    """`handle` is RapidSMS's phase for answers."""

    def handle(self, msg: Any) -> bool:
        """Answer; True: no other application need look."""
        msg.respond(ANSWER)
        return True
