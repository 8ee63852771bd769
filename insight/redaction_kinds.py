"""What redaction finds: kinds and spans. Refuses to know how they are found."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a find is; its value is what stands in the brackets in its place."""

    NAME = "name"
    PHONE = "phone"
    NHS_NUMBER = "NHS number"
    HOSPITAL_NUMBER = "hospital number"
    EMAIL = "email"
    POSTCODE = "postcode"
    ADDRESS = "address"
    DATE_OF_BIRTH = "date of birth"
    NUMBER_PLATE = "number plate"
    HANDLE = "handle"
    LINK = "link"


class Span(NamedTuple):
    """One find: characters `start` to `end` (exclusive) of the original text."""

    kind: Kind
    start: int
    end: int
