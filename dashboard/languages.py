"""The languages that a person may choose on a page: those that its conversation can be held in."""

from bot import library
from bot.dialogue.languages import Language
from bot.dialogue.script import Script
from flows.scripts import details_of
from storage.services import Place


def script_of(place: Place) -> Script:
    """The questionnaire of a place, speaking for its provider."""
    return library.script(place.script).bound(details_of(place))


def offered(place: Place) -> tuple[Language, ...]:
    """The languages, English first."""
    return script_of(place).languages()
