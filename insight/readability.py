"""How hard English sentences are to read, as the school year and the age at which they are.

The Flesch-Kincaid grade (Kincaid and others, 1975): 0.39 words a sentence + 11.8 syllables a word
- 15.59; a reader of grade n is about n + 5 years old. Knows no wording and no other language.
"""

import re

GRADE_TO_AGE = 5

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d ]*\d|\d")
_SENTENCE = re.compile(r"[.!?:\n]+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]|[aeiouy]l)es?$|[^td]ed$")


def grade(text: str) -> float:
    """The Flesch-Kincaid grade; a number counts as one short word. 0.0 for a text without words."""
    plain = _NUMBER.sub(" one ", text)
    sentences = [found for part in _SENTENCE.split(plain) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def age(text: str) -> float:
    """About how old a reader must be, in years."""
    return max(grade(text), 0.0) + GRADE_TO_AGE


def _syllables(word: str) -> int:
    """Groups of vowels, without an e that is not spoken."""
    plain = word.lower().replace("'", "")
    groups = len(_VOWELS.findall(plain))
    return max(groups - bool(_SILENT.search(plain)), 1)
