"""Texts and replies as sealed JSON: what the inbox, the outbox and the spool hold between rooms."""

import json
from typing import Any

from bot.channels.values import Outgoing, Press, Text
from bot.dialogue.languages import ENGLISH
from bot.dialogue.messages import Channel, Choice, Inbound, Reply, Signal
from rules import hours
from rules.hours import Hours
from storage.outbox import Due


def from_text(text: Text) -> str:
    """A text that came, whole: enough to step it again after a restart."""
    inbound = text.inbound
    packed = {
        "channel": text.channel,
        "account": text.account,
        "ref": text.provider_ref,
        "ours": text.our_address,
        "theirs": text.their_address,
        "text": inbound.text,
        "signal": inbound.signal,
        "choice": inbound.choice,
        "language": inbound.language,
        "carrier_answered": inbound.carrier_answered,
        "touchpoint": text.touchpoint,
        "press": _press_out(text.press),
        "edited": text.edited,
        "group": text.group,
    }
    return json.dumps({name: value for name, value in packed.items() if value})


def to_text(letter: str) -> Text:
    """The text that `from_text` has packed."""
    packed: dict[str, Any] = json.loads(letter)
    channel = Channel(packed["channel"])
    signal = packed.get("signal")
    return Text(
        channel=channel,
        account=packed["account"],
        provider_ref=packed["ref"],
        our_address=packed["ours"],
        their_address=packed["theirs"],
        inbound=Inbound(
            text=packed.get("text", ""),
            channel=channel,
            signal=Signal(signal) if signal else None,
            choice=packed.get("choice"),
            language=packed.get("language"),
            carrier_answered=packed.get("carrier_answered", False),
        ),
        touchpoint=packed.get("touchpoint"),
        press=_press_in(packed.get("press")),
        edited=packed.get("edited", False),
        group=packed.get("group", False),
    )


def from_reply(
    reply: Reply, press: Press | None = None, content: str | None = None, within: str = ""
) -> str:
    """A reply's words, their language and buttons, the press that it acknowledges, the provider's
    own template that says it, and the provider's hours for what nobody waits for."""
    packed: dict[str, Any] = {"text": reply.text}
    if reply.language != ENGLISH:
        packed["language"] = reply.language
    if reply.choices:
        packed["choices"] = [[choice.code, choice.label] for choice in reply.choices]
    if press:
        packed["press"] = _press_out(press)
    if content:
        packed["content"] = content
    if within:
        packed["within"] = within
    return json.dumps(packed)


def to_reply(kind: str, letter: str) -> Reply:
    """The reply that `from_reply` has packed."""
    packed: dict[str, Any] = json.loads(letter)
    choices = tuple(Choice(code, label) for code, label in packed.get("choices", ()))
    return Reply(kind, packed["text"], choices, packed.get("language", ENGLISH))


def to_outgoing(due: Due) -> Outgoing:
    """A claimed outbox row as its channel needs it."""
    reply, packed = to_reply(due.kind, due.body), json.loads(due.body)
    return Outgoing(
        outbox_id=due.outbox_id,
        channel=Channel(due.channel),
        our_address=due.our_address,
        to_address=due.to_address,
        text=reply.text,
        choices=reply.choices,
        press=_press_in(packed.get("press")),
        content=packed.get("content"),
    )


def sending_hours(due: Due) -> Hours:
    """When a letter that nobody waits for may leave: the provider's hours, else the daytime."""
    return hours.parsed(json.loads(due.body).get("within", ""))


def _press_out(press: Press | None) -> list[str | None] | None:
    return [press.query, press.message, press.showing] if press else None


def _press_in(packed: list[Any] | None) -> Press | None:
    return Press(*packed) if packed else None
