"""What one person and we have written to each other, for that person's own page."""

from dataclasses import dataclass
from datetime import datetime

from bot import library
from bot.dialogue.messages import Channel, Choice
from flows import letters
from flows.house import House
from insight.fft import LABELS
from storage import threads


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a thread. `choices`: the buttons under it, if it is ours and has any;
    language: the tag (BCP 47) of ours, "" of theirs, for nobody knows it for sure."""

    ours: bool
    text: str
    at: datetime
    choices: tuple[Choice, ...] = ()
    language: str = ""


def thread(house: House, channel: Channel, our_address: str, their_address: str) -> list[Line]:
    """All lines between these two, oldest first; what came without words (an opening) is no line."""
    with house.engine.connect() as connection:
        entries = threads.thread(connection, channel, our_address, their_address)
    lines: list[Line] = []
    labels = dict(LABELS)
    for entry in entries:
        if entry.ours:
            reply = letters.to_reply(entry.kind, entry.letter)
            labels |= {choice.code: choice.label for choice in reply.choices}
            tag = library.languages()[reply.language].tag
            lines.append(Line(True, reply.text, entry.at, reply.choices, tag))
        elif said := _said(entry.letter, labels):
            lines.append(Line(False, said, entry.at))
    return lines


def _said(letter: str, labels: dict[str, str]) -> str:
    """Their words, or the label of the button that they pressed."""
    inbound = letters.to_text(letter).inbound
    return inbound.text or labels.get(inbound.choice or "", inbound.choice or "")
