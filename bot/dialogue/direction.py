"""Marks of direction for sentences written from right to left, where numbers and Latin words mix in.

Follows the Unicode Bidirectional Algorithm (UAX 9): a telephone number in two groups would show
its groups in the wrong order, and a line that begins with a Latin name would run the wrong way.
Uses the two oldest marks, which every telephone knows.
"""

import re
import unicodedata

LEFT, RIGHT = "\u200e", "\u200f"
_GROUPED = re.compile(r"\+?\d+(?:[ -]\d+)+")


def directed(text: str) -> str:
    """The text with the marks it needs; as it is where it runs from left to right."""
    if text.isascii():
        return text
    sides = [_side(char) for char in text]
    if sides.count(RIGHT) <= sides.count(LEFT):
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    marked = _GROUPED.sub(lambda match: f"{LEFT}{match[0]}{LEFT}", line)
    first = next((side for char in line if (side := _side(char))), "")
    return RIGHT + marked if first == LEFT else marked


def _side(char: str) -> str:
    """The direction that a letter sets, "" for digits, signs and spaces, which set none."""
    kind = unicodedata.bidirectional(char)
    return RIGHT if kind in ("R", "AL") else LEFT if kind == "L" else ""
