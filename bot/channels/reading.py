"""What every channel asks of the words it takes in: that they can be stored exactly as they came.

Knows no provider; raises ParseError with one clear line that quotes nothing.
"""

from urllib.parse import parse_qsl

from bot.channels.errors import ParseError
from bot.channels.values import MOST_CHARACTERS

_MOST_FIELDS = 200


def read_form(body: bytes) -> dict[str, str]:
    """The fields of an `application/x-www-form-urlencoded` body, empty ones included.

    Strict, where web frameworks put a replacement character for each bad byte: a text is stored
    as it was typed or refused. Raises ParseError.
    """
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise ParseError("the form is not UTF-8") from None
    except ValueError:
        raise ParseError(f"the form has more than {_MOST_FIELDS} fields") from None
    return dict(fields)


def words(name: str, value: object) -> str:
    """`value` as it is, if it is text that can be stored faithfully.

    Raises ParseError that names `name`.
    """
    if not isinstance(value, str):
        raise ParseError(f"{name} is not text")
    if len(value) > MOST_CHARACTERS:
        raise ParseError(f"{name} is longer than {MOST_CHARACTERS} characters")
    if "\0" in value:
        raise ParseError(f"{name} holds a NUL byte")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ParseError(f"{name} holds half of a character") from None
    return value
