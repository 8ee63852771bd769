"""The languages that a person may choose on a page: their own names, and which a script speaks."""

from bot import library

NAMES = {
    "en": "English",
    "cy": "Cymraeg",
    "pl": "Polski",
    "ro": "Română",
    "ur": "اردو",
    "pa": "ਪੰਜਾਬੀ",
    "bn": "বাংলা",
    "gu": "ગુજરાતી",
    "ar": "العربية",
    "pt": "Português",
    "so": "Soomaali",
    "tr": "Türkçe",
}
"""Code -> what its speakers call it; the same word asks for it in a text."""


def offered(script: str) -> tuple[str, ...]:
    """The codes of the languages in which this script puts its questions, English first."""
    spoken = library.languages(script)
    return tuple(code for code in NAMES if code in spoken)
