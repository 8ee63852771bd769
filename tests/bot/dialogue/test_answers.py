"""What people type, by the tables under `readings/`: each line is one text and its meaning."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import library
from bot.dialogue.meaning import Intent, Question, Reading

FOLDER = Path(__file__).parent / "readings"
SCRIPT = library.script("inpatient")
COMMANDS = (
    Intent.OPT_OUT,
    Intent.OPT_IN,
    Intent.ERASE,
    Intent.HELP,
    Intent.HOLDING,
    Intent.CONTACT,
    Intent.LANGUAGE,
)


def rows(name: str) -> Iterator[tuple[str, str]]:
    """(expected, text) of every line."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            expected, text = line.split("\t")
            yield expected, text.replace("|", "\n")


def question(key: str) -> Question:
    step = SCRIPT.step(key)
    assert step
    return Question(step.reads, step.menu)


RATING, ROLE, TEXTS, VIEW = map(question, ("rating", "role", "texts", "view"))
COMMENT = Question("comment")


def read(text: str, asked: Question | None, *corrects: Question) -> Reading:
    return SCRIPT.reader.read(SCRIPT.reader.line(text), asked, corrects, SCRIPT.quotes)


def wrong(name: str, means: Callable[[str], str | None]) -> list[tuple[str, str, str]]:
    """(text, expected, got) of the lines that are not read as they should be."""
    read_as = [(text, expected, means(text) or "-") for expected, text in rows(name)]
    return [each for each in read_as if each[2] not in each[1].split("/")]


def test_ratings() -> None:
    assert wrong("ratings.tsv", lambda text: read(text, RATING, RATING).values.get("rating")) == []


def test_roles() -> None:
    assert wrong("roles.tsv", lambda text: read(text, ROLE, RATING).values.get("role")) == []


def test_commands() -> None:
    def command(text: str) -> str | None:
        intent = read(text, RATING).intent
        return intent.value if intent in COMMANDS else None

    assert wrong("commands.tsv", command) == []


def test_what_is_left_is_the_comment() -> None:
    assert wrong("comments.tsv", lambda text: read(text, RATING, RATING).comment) == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("1", Intent.YES),
        ("Yes", Intent.YES),
        ("yes pls", Intent.YES),
        ("ok", Intent.YES),
        ("ok thanks", Intent.YES),
        ("👍", Intent.YES),
        ("sure, why not", Intent.YES),
        ("go ahead", Intent.YES),
        ("no problem", Intent.YES),
        ("2", Intent.NO),
        ("no", Intent.NO),
        ("No thank you", Intent.NO),
        ("nope", Intent.NO),
        ("I'd rather you didn't", Intent.NO),
        ("👎", Intent.NO),
        ("no texts please", Intent.OPT_OUT),
        ("stop", Intent.OPT_OUT),
        ("maybe later", Intent.COMMENT),
        ("1 or 2", Intent.COMMENT),
        ("thanks", Intent.EMPTY),
    ],
)
def test_yes_and_no(text: str, intent: Intent) -> None:
    assert read(text, TEXTS).intent is intent


def test_what_follows_a_yes_is_kept() -> None:
    assert read("yes but not at night", TEXTS).comment == "but not at night"
    assert read("1 as long as it is free", TEXTS).comment == "as long as it is free"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("1", "patients_view"),
        ("2", "own_view"),
        ("how you cared for him", "patients_view"),
        ("about mum", "patients_view"),
        ("me", "own_view"),
        ("how you treated us", "own_view"),
        ("hmm", None),
    ],
)
def test_whose_view(text: str, view: str | None) -> None:
    assert read(text, VIEW).values.get("view") == view


def test_a_view_can_be_declined() -> None:
    assert read("rather not say", VIEW).refused


@pytest.mark.parametrize("text", ["no", "Nothing", "n/a", "nothing to add", "ok", "thanks", "👍"])
def test_nothing_to_add_is_no_comment(text: str) -> None:
    reading = read(text, COMMENT, RATING)
    assert (reading.refused, reading.comment) == (True, None)


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("sorry meant 5", "very_poor"),
        ("sorry, meant 5 not 1", "very_poor"),
        ("4", "poor"),
        ("Sorry, I meant very good", "very_good"),
        ("actually make that a 2", "good"),
        ("it was 4 hours", None),
        ("2 nurses were rude", None),
        ("it was good really", None),
    ],
)
def test_a_correction_while_the_comment_is_asked(text: str, rating: str | None) -> None:
    assert read(text, COMMENT, RATING).values.get("rating") == rating


def test_a_correction_goes_to_the_answer_given_last_that_has_such_a_number() -> None:
    assert read("sorry meant 4", TEXTS, ROLE, RATING).values == {"role": "family"}
    assert read("sorry meant 6", TEXTS, ROLE, RATING).values == {"rating": "dont_know"}
    assert read("sorry, my rating should be 4", TEXTS, ROLE, RATING).values == {"rating": "poor"}
    assert read("2", TEXTS, ROLE, RATING).values == {"yes_no": "no"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Polish please", "pl"),
        ("Cymraeg", "cy"),
        ("do you have this in Welsh", "cy"),
        ("easy read please", "easy"),
        ("in English please", "en"),
    ],
)
def test_the_language_asked_for(text: str, language: str) -> None:
    assert read(text, RATING).language == language


def test_a_role_may_come_with_words_that_are_more() -> None:
    reading = read("im looking after me mum and nobody rings back", ROLE, RATING)
    assert reading.values == {"role": "carer"}
    assert reading.comment == "im looking after me mum and nobody rings back"
    assert read("for my son, he's 4", ROLE, RATING).comment is None
    assert read("2 I look after my wife", ROLE, RATING).comment is None


def test_stop_keeps_a_rating_and_words_that_are_more() -> None:
    reading = read("4 the nurses were rude to us. Stop texting me", RATING)
    assert reading.values == {"rating": "poor"}
    assert reading.comment == "the nurses were rude to us"
    assert read("4 STOP", RATING).comment is None


def test_a_first_text_is_read_as_if_the_rating_was_asked() -> None:
    assert read("1 the nurse was lovely", None).values == {"rating": "very_good"}


@pytest.mark.parametrize("text", ["", "   ", "...", "🙏", "WARD7", "hello there", "thank you x"])
def test_no_words_is_empty(text: str) -> None:
    assert read(text, RATING).intent is Intent.EMPTY


def test_a_lone_question_mark_asks_for_help() -> None:
    assert read("?", RATING).intent is Intent.HELP


@pytest.mark.parametrize("text", ["yes", "ok", "2", "no", "👍", "bye"])
def test_where_nothing_is_asked_a_bare_answer_means_nothing(text: str) -> None:
    assert read(text, Question("words")).intent is Intent.EMPTY


def test_our_own_questions_quoted_back_are_no_words_of_theirs() -> None:
    for key in ("invitation", "open"):
        text = SCRIPT.wording[key]["en"]
        assert read(text, RATING, RATING).comment is None


def test_a_reader_knows_the_words_of_all_its_tables() -> None:
    """Else the spelling would "mend" a word that a table looks for."""
    reader = SCRIPT.reader
    for word in ("terribly", "either", "patients", "hello", "unstop"):
        assert reader.spelling.canonical(word) == (word,)
