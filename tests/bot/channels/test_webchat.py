"""The web chat's form."""

import pytest

from bot.channels import webchat
from bot.channels.errors import ParseError
from bot.dialogue.messages import Channel

FORM = {"conversation": "c" * 32, "once": "o" * 32, "text": "1 the nurse was lovely"}


def test_a_form_is_a_text() -> None:
    text = webchat.parse(FORM, "RIVERSIDE-A1")

    assert (text.channel, text.account, text.provider_ref) == (Channel.WEB, "web", "o" * 32)
    assert (text.our_address, text.touchpoint) == ("RIVERSIDE-A1", "RIVERSIDE-A1")
    assert (text.their_address, text.inbound.text) == ("c" * 32, "1 the nurse was lovely")


def test_a_button_is_a_choice_and_needs_no_words() -> None:
    inbound = webchat.parse({**FORM, "choice": "very_good", "text": ""}, "A1").inbound

    assert (inbound.choice, inbound.text) == ("very_good", "")


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"conversation": ""}, "conversation is missing"),
        ({"conversation": "c" * 65}, "conversation is missing or is not"),
        ({"once": "o" * 15}, "once is missing"),
        ({"once": "o" * 31 + "\n"}, "once is missing"),
        ({"choice": "<b>"}, "choice is not the code"),
        ({"text": "a\0"}, "text holds a NUL byte"),
        ({"text": "\ud83d"}, "text holds half of a character"),
        ({"text": "a" * 10_001}, "text is longer than 10000"),
    ],
)
def test_what_no_page_of_ours_posts_is_refused(changed: dict[str, str], line: str) -> None:
    with pytest.raises(ParseError, match=line):
        webchat.parse(FORM | changed, "A1")
