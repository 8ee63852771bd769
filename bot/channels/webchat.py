"""The web chat: a posted form is a text. Its reply needs no way out: the page reads the outbox.

Knows the names of the form's fields; refuses to know HTML, sessions and where the page stands.
"""

import re
from collections.abc import Mapping

from bot.channels.errors import ParseError
from bot.channels.reading import words
from bot.channels.values import Text
from bot.dialogue.messages import Channel, Inbound

ACCOUNT = "web"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def parse(form: Mapping[str, str], touchpoint: str) -> Text:
    """A posted form as every channel's `Text`. Raises ParseError with one clear line.

    Fields: `conversation` (the token that names this conversation) and `once` (a fresh token in
    each page that was shown, by which a form sent twice is SEEN), both 16 to 64 characters of
    A-Z a-z 0-9 _ -; `text` (what was typed) and `choice` (the pressed button's code), both
    optional. touchpoint: the code in the page's own address.
    """
    choice = form.get("choice", "")
    if choice and not _CODE.match(choice):
        raise ParseError("choice is not the code of a button")
    return Text(
        channel=Channel.WEB,
        account=ACCOUNT,
        provider_ref=_token(form, "once"),
        our_address=touchpoint,
        their_address=_token(form, "conversation"),
        inbound=Inbound(
            text=words("text", form.get("text", "")), channel=Channel.WEB, choice=choice or None
        ),
        touchpoint=touchpoint,
    )


def _token(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not _TOKEN.match(value):
        raise ParseError(f"{name} is missing or is not a token of this page")
    return value
