"""The small language of the tables."""

import pytest

from bot.dialogue.phrases import Book, Grammar, PhraseError
from bot.dialogue.words import Spelling, read

LISTS = {"kin": ["mum", "mother in law", "little <any>"]}
SPELLING = Spelling()


def found(pattern: str, text: str) -> list[tuple[int, int]]:
    book = Book([(pattern, "")], Grammar(LISTS, {"mother": "mum"}))
    return [(hit.start, hit.end) for hit in book.hits(read(text, SPELLING))]


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("want to die", "i want to die now", [(1, 4)]),
        ("want (to)? die", "want die want to die", [(0, 2), (2, 5)]),
        ("(kill|hurt) (myself|my self)", "hurt my self", [(0, 3)]),
        ("<kin> hits", "mum hits mum hit", [(0, 2)]),
        ("<kin>", "mum in law", [(0, 3)]),
        ("<kin>", "little one", [(0, 2)]),
        ("mother", "my mum", [(1, 2)]),
        ("suicid~", "suicidal and suicide", [(0, 1), (2, 3)]),
        ("bed <number>", "bed 7 bed seven", [(0, 2)]),
        ("want <any> die", "want to die want die", [(0, 3)]),
        ("want <2> die", "want die want to really die", [(0, 2), (2, 6)]),
        ("want <2> die", "want. die", []),
        ("want <2> die", "want, die", [(0, 3)]),
        ("^ stop $", "stop", [(0, 1)]),
        ("^ stop $", "stop it", []),
        ("stop / please", "stop, please stop please", [(0, 3)]),
        ("op", "stop op", [(1, 2)]),
        ("a (b|c (d)?)?", "a c d a", [(0, 3), (3, 4)]),
    ],
)
def test_patterns(pattern: str, text: str, spans: list[tuple[int, int]]) -> None:
    assert found(pattern, text) == spans


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "is empty"),
        ("(a|b", r"'\(' has no end"),
        ("a ) b", r"'\)' has no beginning"),
        ("? a", "stands at no place"),
        ("^ ? a", "cannot be optional"),
        ("<nobody> here", "no list 'nobody'"),
    ],
)
def test_a_malformed_pattern_is_named_with_its_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PhraseError, match=reason):
        Book([(pattern, "")], Grammar(LISTS))


def test_the_longest_find_wins_and_finds_do_not_cross() -> None:
    book = Book([("good", 1), ("not good", 2), ("good at all", 3), ("very", 4)])
    hits = book.longest(read("not good at all very", SPELLING))
    assert [hit.value for hit in hits] == [3, 4]


def test_the_first_pattern_in_order_is_first() -> None:
    book = Book([("b", 1), ("a", 2)])
    hit = book.first(read("a b", SPELLING))
    assert hit is not None
    assert hit.value == 1
    assert book.first(read("c", SPELLING)) is None


def test_a_pattern_without_a_word_is_always_tried() -> None:
    assert found("<number>", "since 9") == [(1, 2)]


def test_a_book_tells_its_words() -> None:
    assert Book([("(a|b)? c <number>", 0)]).words == {"a", "b", "c"}
