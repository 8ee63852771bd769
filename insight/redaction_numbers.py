"""Finds what has a shape: phone and NHS numbers, e-mails, addresses, birth dates, plates, links.

Refuses to know the names of people. The shapes themselves stand in `redaction_shapes`.
"""

import re
from collections.abc import Iterator

from insight import redaction_shapes as shapes
from insight.redaction_kinds import Kind, Span
from insight.redaction_lists import lists

_PLATE_CUE_REACH = 40
_PLACE_CUE_REACH = 9


def find_numbers(text: str) -> tuple[Span, ...]:
    """Spans of everything that has a shape, in order, none overlapping another."""
    found: list[Span] = []
    taken = bytearray(len(text))
    for span in _candidates(text):
        if 1 not in taken[span.start : span.end]:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            found.append(span)
    return tuple(sorted(found, key=lambda span: span.start))


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry a valid check digit: modulus 11, NHS Data Model and Dictionary."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    weighted = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9]))
    return (11 - weighted % 11) % 11 == int(digits[9])


def _candidates(text: str) -> Iterator[Span]:
    """Finds in order of trust: the earlier one wins where two overlap."""
    if "@" in text:
        yield from _spans(shapes.EMAIL, Kind.EMAIL, text)
    if "dot" in text.lower():
        yield from _spans(shapes.EMAIL_SPELT, Kind.EMAIL, text)
    if "." in text:
        yield from _links(text)
    if any(map(str.isdigit, text)):
        yield from _with_digits(text)
    yield from _handles(text)
    yield from _homes(text)
    yield from _spans(shapes.PHONE_SPELT, Kind.PHONE, text)


def _with_digits(text: str) -> Iterator[Span]:
    yield from _spans(shapes.BORN, Kind.DATE_OF_BIRTH, text)
    yield from _spans(shapes.OLD_DATE, Kind.DATE_OF_BIRTH, text)
    yield from _spans(shapes.NHS_SAID, Kind.NHS_NUMBER, text)
    yield from _ten_digits(text)
    yield from _phones(text)
    yield from _spans(shapes.HOSPITAL, Kind.HOSPITAL_NUMBER, text)
    yield from _plates(text)
    yield from _spans(shapes.FLAT, Kind.ADDRESS, text)
    yield from _addresses(text)
    yield from _postcodes(text)
    yield from _spans(shapes.LONG_NUMBER, Kind.HOSPITAL_NUMBER, text)


def _spans(shape: re.Pattern[str], kind: Kind, text: str) -> Iterator[Span]:
    """A span for each match: of its group `it` where the shape has one, else of the whole."""
    group = "it" if "it" in shape.groupindex else 0
    for match in shape.finditer(text):
        yield Span(kind, *match.span(group))


def _links(text: str) -> Iterator[Span]:
    for match in shapes.LINK.finditer(text):
        link = match[0].rstrip(".,;:!?)'\"")
        if not _public(link):
            yield Span(Kind.LINK, match.start(), match.start() + len(link))


def _public(link: str) -> bool:
    """The front page of a public body or a household brand is nobody's personal link."""
    host, _, path = link.lower().removeprefix("http://").removeprefix("https://").partition("/")
    return not path and shapes.PUBLIC_HOST.search(host) is not None


def _ten_digits(text: str) -> Iterator[Span]:
    """Grouped 3-3-4 it is an NHS number if its check digit says so, else some record's number."""
    for match in shapes.NHS.finditer(text):
        digits = _digits(match[0])
        if is_nhs_number(digits):
            yield Span(Kind.NHS_NUMBER, *match.span())
        elif digits[0] not in "07":
            yield Span(Kind.HOSPITAL_NUMBER, *match.span())


def _phones(text: str) -> Iterator[Span]:
    for shape in (shapes.PHONE, shapes.PHONE_SAID):
        for span in _spans(shape, Kind.PHONE, text):
            if _digits(text[span.start : span.end]) not in shapes.PUBLIC_NUMBERS:
                yield span


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _plates(text: str) -> Iterator[Span]:
    """Today's pattern is enough in itself; the older ones need a word that speaks of a car."""
    for match in shapes.PLATE.finditer(text):
        before = text[max(0, match.start() - _PLATE_CUE_REACH) : match.start()]
        if shapes.PLATE_SAID.search(before) or _plain_plate(match):
            yield Span(Kind.NUMBER_PLATE, *match.span())


def _plain_plate(match: re.Match[str]) -> bool:
    letters = match["letters"]
    return letters is not None and not (" " in match[0] and lists().ordinary(letters.lower()))


def _postcodes(text: str) -> Iterator[Span]:
    yield from _spans(shapes.POSTCODE_SAID, Kind.POSTCODE, text)
    for match in shapes.POSTCODE.finditer(text):
        known = match["area"].lower() in shapes.POSTCODE_AREAS
        if known and match["end"] not in shapes.NOT_INWARD:
            yield Span(Kind.POSTCODE, *match.span())


def _addresses(text: str) -> Iterator[Span]:
    for match in shapes.ADDRESS.finditer(text):
        before = text[max(0, match.start() - _PLACE_CUE_REACH) : match.start()].lower()
        if not shapes.PLACE_OF_CARE.search(before) and _street(match):
            yield Span(Kind.ADDRESS, match.start(), _end_of_address(match))


def _homes(text: str) -> Iterator[Span]:
    """Streets without a number where someone says that they live there."""
    for match in shapes.LIVES.finditer(text):
        if _street(match):
            yield Span(Kind.ADDRESS, *match.span("it"))


def _street(match: re.Match[str]) -> bool:
    """Whether the words before "Road" can name a street: "the car park" and "20 min walk" do not."""
    words = match["words"].lower().split()
    if words[0] == "the" and len(words) == 1 and match["kind"][0].isupper():
        return True
    if not shapes.NOT_IN_STREETS.isdisjoint(words):
        return False
    return match["kind"].lower() in shapes.STREETS_ONLY or match["kind"][0].isupper()


def _end_of_address(match: re.Match[str]) -> int:
    """The town behind a street goes with it, if it is one: "14 Elm Road, Oldtown"."""
    town = match["town"]
    if town and town[0].isupper() and not lists().ordinary(town.lower()):
        return match.end()
    return match.end("kind")


def _handles(text: str) -> Iterator[Span]:
    if "@" in text:
        yield from _spans(shapes.HANDLE, Kind.HANDLE, text)
    for match in shapes.HANDLE_SAID.finditer(text):
        word = match["it"].rstrip(".-")
        if _handle(word, match["said"]):
            yield Span(Kind.HANDLE, match.start("it"), match.start("it") + len(word))


def _handle(word: str, said: str | None) -> bool:
    if re.search(r"[\d_.]", word):
        return True
    return bool(said) and lists().unknown(word.lower())
