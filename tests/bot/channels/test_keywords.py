"""Which texts the carrier answers, by the number's own two flags."""

import pytest

from bot.channels.keywords import carrier_answers


@pytest.mark.parametrize(
    ("body", "stop", "help_"),
    [
        ("STOP", True, False),
        (" stop\n", True, False),
        ("StopAll", True, False),
        ("unsubscribe", True, False),
        ("Cancel", True, False),
        ("END", True, False),
        ("quit", True, False),
        ("revoke", True, False),
        ("OPTOUT", True, False),
        ("Start", True, False),
        ("unstop", True, False),
        ("HELP", False, True),
        ("info", False, True),
        ("STOP PLEASE", False, False),
        ("stop.", False, False),
        ("please stop", False, False),
        ("yes", False, False),
        ("", False, False),
    ],
)
def test_the_carrier_answers_one_exact_word(body: str, stop: bool, help_: bool) -> None:
    assert carrier_answers(body, answers_stop=True, answers_help=False) is stop
    assert carrier_answers(body, answers_stop=False, answers_help=True) is help_
    assert carrier_answers(body, answers_stop=False, answers_help=False) is False
