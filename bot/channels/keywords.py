"""Which texts the carrier answers by itself, so that we do not answer them a second time.

Knows the carrier's words only; what a STOP means for us is the dialogue's and the flows' business.
"""

STOP_WORDS = frozenset(
    ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"]
)
START_WORDS = frozenset(("start", "unstop"))
HELP_WORDS = frozenset(("help", "info"))


def carrier_answers(body: str, *, answers_stop: bool, answers_help: bool) -> bool:
    """Whether Twilio's default handling sends its own reply to `body`.

    The two flags are the number's own (`carrier_answers_stop`, `carrier_answers_help`). Only a
    body that is exactly one such word counts; "STOP PLEASE" is ours to answer. YES opts in at
    Twilio too, yet it is no such word here: people answer our questions with it, and two replies
    do less harm than none. Source: Twilio, "Support for opt-out keywords (SMS STOP filtering)".
    """
    word = body.strip().casefold()
    if word in STOP_WORDS or word in START_WORDS:
        return answers_stop
    return answers_help and word in HELP_WORDS
