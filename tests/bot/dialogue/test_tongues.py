"""Texts in other languages: answers, wishes, no answers, and which language they are in."""

from collections.abc import Iterator

import pytest

from bot import library
from bot.dialogue.languages import Detector
from bot.dialogue.meaning import Intent, Question, Reading
from bot.dialogue.messages import Channel, Inbound
from bot.dialogue.wording import draft
from flows import stopping
from hearback.talk import EXAMPLE
from tests.bot.dialogue.test_answers import FOLDER, RATING, ROLE, TEXTS

SCRIPT = library.script("inpatient").bound(EXAMPLE)
SPEECH = SCRIPT.reader
OTHERS = [code for code in SPEECH.readers if code != "en"]
ASKED = {"rating": RATING, "role": ROLE, "texts": TEXTS, "comment": Question("comment")}


def read(text: str, asked: Question, language: str = "en") -> Reading:
    return SPEECH.read(SPEECH.line(text), asked, [RATING], SCRIPT.quotes, language)


def meant(reading: Reading) -> str:
    if reading.intent is Intent.LANGUAGE:
        return f"={reading.language}"
    if reading.refused:
        return "not_said"
    if reading.intent in (Intent.COMMENT, Intent.RATING, Intent.ROLE, Intent.YES, Intent.NO):
        return next(iter(reading.values.values()), "-")
    return reading.intent.value


def rows() -> Iterator[tuple[str, str, str, str]]:
    for line in (FOLDER / "tongues.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, asked, expected, text = line.split("\t")
            yield code, asked, expected, text


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("conversation", ["en", "own"])
def test_texts_in_other_languages(code: str, conversation: str) -> None:
    language = code if conversation == "own" else "en"
    wrong = [
        (text, expected, got)
        for spoken, asked, expected, text in rows()
        if spoken == code and (got := meant(read(text, ASKED[asked], language))) != expected
    ]
    assert wrong == []
    assert sum(spoken == code for spoken, *_ in rows()) >= 12


@pytest.mark.parametrize("code", OTHERS)
def test_every_label_of_a_translation_is_read_as_its_answer(code: str) -> None:
    """In a conversation in that language; "Personal" in Romanian is a word in English."""
    for step in (each for each in SCRIPT.steps if each.reads in ("rating", "role", "yes_no")):
        for answer in step.menu.values():
            label = SCRIPT.wording[f"choice.{step.reads}.{answer}"][draft(code)]
            reading = read(label, Question(step.reads, step.menu), code)
            said = "not_said" if reading.refused else reading.values.get(step.reads)
            assert (label, said) == (label, answer)


@pytest.mark.parametrize("digit", ["4", "٤", "۴", "४", "৪", "੪", "૪", "４", "4️⃣", "৪।", "۴۔"])
@pytest.mark.parametrize("language", list(SPEECH.readers))
def test_digits_of_every_script(digit: str, language: str) -> None:
    assert read(digit, RATING, language).values == {"rating": "poor"}


@pytest.mark.parametrize("language", list(SPEECH.readers))
@pytest.mark.parametrize("text", ["STOP", "Stop.", "🛑 stop", "UNSUBSCRIBE", "stop please"])
def test_the_carriers_words_hold_in_every_conversation(text: str, language: str) -> None:
    assert read(text, RATING, language).intent is Intent.OPT_OUT


def test_stop_in_any_language_holds_without_its_conversation() -> None:
    missed = [
        text
        for _, _, expected, text in rows()
        if stopping.says_stop(Inbound(text, Channel.SMS)) != (expected == "opt_out")
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("the nurses were lovely but the wait was long", "en", "en"),
        ("1 lovely nurses", "en", None),
        ("Pielęgniarki były bardzo miłe, ale długo czekałam", "en", "pl"),
        ("Asistentele au fost foarte drăguțe dar am așteptat mult", "en", "ro"),
        ("As enfermeiras foram muito simpáticas mas esperei muito", "en", "pt"),
        ("Hemşireler çok iyiydi ama çok bekledik", "en", "tr"),
        ("Kalkaalisada aad bay u fiicnayd laakiin waan sugay", "en", "so"),
        ("Roedd y nyrsys yn garedig iawn ond roedd rhaid aros", "en", "cy"),
        ("نرسیں بہت اچھی تھیں لیکن انتظار لمبا تھا", "en", "ur"),
        ("كانت الممرضات لطيفات جدا", "en", "ar"),
        ("নার্সরা খুব ভালো ছিলেন", "en", "bn"),
        ("ਨਰਸਾਂ ਬਹੁਤ ਚੰਗੀਆਂ ਸਨ", "en", "pa"),
        ("નર્સો ખૂબ સારી હતી", "en", "gu"),
        ("nurses bohat achi thi lekin intezar bohat tha", "en", None),
        ("nie", "en", None),
        ("dobrze", "en", None),
        ("da", "en", None),
        ("bien", "en", None),
        ("no", "pl", None),
    ],
)
def test_which_language_it_is_clearly_in(text: str, language: str, spoken: str | None) -> None:
    """One word is too little; Urdu in Latin letters does not say that its script can be read."""
    assert read(text, RATING, language).spoken == spoken


def test_english_words_stay_english() -> None:
    """Words of other tables that are English too ("do", "bad", "slab", "more", "personal")."""
    for text in ("do", "bad", "more", "mid", "fin", "care", "ma", "pa", "son", "me", "no", "so so"):
        alone = SPEECH.first.read(SPEECH.first.line(text), RATING)
        reading = read(text, RATING)
        assert (reading.intent, reading.values) == (alone.intent, alone.values), text


def test_common_words_are_told_apart() -> None:
    """No common word of another language is one in English: it would count for both."""
    common: Detector = SPEECH.detector
    english = common.common["en"]
    assert {code: sorted(words & english) for code, words in common.common.items()
            if code != "en" and words & english} == {}  # fmt: skip
