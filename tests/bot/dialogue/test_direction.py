"""Marks of direction in sentences from right to left."""

import pytest

from bot.dialogue.direction import LEFT, RIGHT, directed


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Call 01632 960123.", "Call 01632 960123."),
        ("", ""),
        ("1234", "1234"),
        ("شكرا. 01632 960123", f"شكرا. {LEFT}01632 960123{LEFT}"),
        ("شكرا. +44 1632 960123.", f"شكرا. {LEFT}+44 1632 960123{LEFT}."),
        ("عاجل: 111، 999", "عاجل: 111، 999"),
        ("1 جيد\n2 سيئ", "1 جيد\n2 سيئ"),
        ("Riverside Trust: كيف كانت التجربة معنا؟\n1 جيد", f"{RIGHT}Riverside Trust: كيف كانت التجربة معنا؟\n1 جيد"),
    ],
)  # fmt: skip
def test_marks_only_where_they_are_needed(text: str, marked: str) -> None:
    assert directed(text) == marked
