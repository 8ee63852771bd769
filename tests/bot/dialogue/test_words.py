"""Levelling: what was typed -> canonical words, each with its place in the original."""

import pytest

from bot.dialogue.words import Spelling, fold, read

SPELLING = Spelling.of(
    aliases={"gr8": "great", "dunno": "dont know", "2moro": "tomorrow", "&": "and"},
    targets=["excellent", "terrible"],
    known=["terribly", "good", "so"],
    units=["hrs", "pm", "st"],
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 the nurse", "1 the nurse"),
        ("1the nurse", "1 the nurse"),
        ("(1)", ", 1 ,"),
        ("1.", "1 ."),
        ("waited 4hrs", "waited 4hrs"),
        ("at 3pm", "at 3pm"),
        ("5/5", "5/5"),
        ("1-2", "1-2"),
        ("10:30", "10:30"),
        ("2moro", "tomorrow"),
        ("GR8!!!", "great ."),
        ("dunno", "dont know"),
        ("don't", "dont"),
        ("don’t", "dont"),
        ("café", "cafe"),
        ("CAFE\u0301", "cafe"),
        ("1️⃣", "1"),
        ("①", "1"),
        ("１", "1"),
        ("٢", "2"),
        ("👍🏽", "👍"),
        ("a & b", "a and b"),
        ("v.good", "vgood"),
        ("n/a", "n , a"),
        ("gooood", "good"),
        ("soooo gooood", "so good"),
        ("exellent", "excellent"),
        ("excelllent", "excellent"),
        ("excellant", "excellent"),
        ("terribly", "terribly"),
        ("terrable", "terrible"),
        ("terriblle", "terrible"),
        ("terribel", "terrible"),
        ("etrrible", "etrrible"),
        ("terrigle", "terrigle"),
        ("supercalifragilisticexpialidocious", "supercalifragilisticexpialidocious"),
        ("hahaha good", "good"),
        ("see https://example.org/a?b=1 now", "see <link> now"),
        ("a@example.org", "<link>"),
        ("5*", "5 *"),
        ("£5", "£ 5"),
        ("one\ntwo", "one . two"),
        ("اردو", "اردو"),
        ("½", "½"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert read(text, SPELLING).text.rstrip() == words


def test_each_word_knows_its_place() -> None:
    line = read("I'd say GR8, dunno", SPELLING)
    assert [line.original[token.start : token.end] for token in line.tokens] == [
        "I'd",
        "say",
        "GR8",
        ",",
        "dunno",
        "dunno",
    ]


def test_places_survive_characters_that_fold_to_none_or_many() -> None:
    line = read("1️⃣ ﬁne e\u0301tage", SPELLING)
    assert [line.original[token.start : token.end] for token in line.tokens] == [
        "1️⃣",
        "ﬁne",
        "e\u0301tage",
    ]


def test_folding_keeps_the_end() -> None:
    folded, places = fold("É!")
    assert (folded, places) == ("e!", [0, 1, 2])


def test_a_part_keeps_the_numbers_of_the_whole() -> None:
    line = read("a b c d", SPELLING).without([(1, 3)])
    assert [(token.word, token.number) for token in line.tokens] == [("a", 0), ("d", 3)]
