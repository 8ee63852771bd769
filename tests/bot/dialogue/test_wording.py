"""Sentences: their details, their optional parts, and what they cost as SMS."""

from dataclasses import replace

import pytest

from bot import library
from bot.dialogue.messages import Channel
from bot.dialogue.wording import Details, draft, segments, sentence, sentences, shortened, version
from hearback.talk import EXAMPLE

TABLE = {
    "call": {"en": "Hello.[ Call {pals_number}, {pals_days}.] Bye.", "cy": "Helo {provider}"},
    "cost": {"en": "Reply. {replies}"},
    "replies_free": {"en": "Free."},
    "replies_charged": {"en": "Not free."},
}
SCRIPT = library.script("inpatient").bound(EXAMPLE)


def test_details_are_filled_in() -> None:
    details = Details(provider="X", pals_number="01632 960123", pals_days="Mon")
    assert sentence(TABLE, "call", "en", details) == "Hello. Call 01632 960123, Mon. Bye."


def test_a_part_whose_detail_is_missing_is_left_out() -> None:
    assert sentence(TABLE, "call", "en", Details(pals_days="Mon")) == "Hello. Bye."


def test_another_language_falls_back_to_english() -> None:
    details = Details(provider="X")
    assert sentence(TABLE, "call", "cy", details) == "Helo X"
    assert sentence(TABLE, "call", "pl", details) == "Hello. Bye."


@pytest.mark.parametrize(
    ("drafts", "said", "is_draft"), [(True, "Cześć X", True), (False, "Hello. Bye.", False)]
)
def test_a_draft_goes_out_only_where_drafts_may(drafts: bool, said: str, is_draft: bool) -> None:
    table = {**TABLE, "call": {**TABLE["call"], draft("pl"): "Cześć {provider}"}}
    details = Details(provider="X", drafts=drafts)
    assert sentence(table, "call", "pl", details) == said
    assert version(table, "call", "pl", details).draft is is_draft


def test_what_is_checked_goes_before_a_draft() -> None:
    table = {"call": {"en": "Hello", "pl": "Cześć", draft("pl"): "Hejka"}}
    assert sentence(table, "call", "pl", Details(drafts=True)) == "Cześć"


def test_the_cost_of_a_reply_is_told_in_the_language_of_the_sentence_round_it() -> None:
    table = {**TABLE, "replies_free": {"en": "Free.", "pl": "Za darmo."}}
    assert sentence(table, "cost", "pl", Details(replies_free=True)) == "Reply. Free."


@pytest.mark.parametrize(("free", "said"), [(True, "Reply. Free."), (False, "Reply. Not free.")])
def test_what_a_reply_costs_is_said_as_it_is(free: bool, said: str) -> None:
    assert sentence(TABLE, "cost", "en", Details(replies_free=free)) == said


OWN = replace(EXAMPLE, lead_in="Thinking about Rowan Ward.")


@pytest.mark.parametrize(
    ("channel", "language", "details", "begins"),
    [
        (Channel.SMS, "en", EXAMPLE, "Riverside Trust: Overall"),
        (Channel.SMS, "en", OWN, "Thinking about Rowan Ward.\nRiverside Trust: Overall"),
        (Channel.WEB, "en", EXAMPLE, "Thinking about our ward.\nRiverside Trust: Overall"),
        (Channel.WEB, "en", OWN, "Thinking about Rowan Ward.\nRiverside Trust: Overall"),
    ],
)
def test_a_lead_in_is_the_services_own_or_the_scripts(
    channel: Channel, language: str, details: Details, begins: str
) -> None:
    """By text only where the service has set one: a shared phone must not tell what care it was."""
    script = SCRIPT.bound(details)
    assert script.says("invitation", language, channel).startswith(begins)
    assert not script.says("unclear", language, channel).startswith("Thinking")


def test_a_services_own_lead_in_is_english_and_goes_with_english_only() -> None:
    english_only = replace(OWN, drafts=False)
    assert "Rowan" not in SCRIPT.bound(OWN).says("invitation", "cy", Channel.SMS)
    assert "Rowan" in SCRIPT.bound(english_only).says("invitation", "cy", Channel.SMS)
    assert "Thinking" not in SCRIPT.bound(OWN).says("invitation", "cy", Channel.WEB)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("[€]", ("GSM-7", 6, 1)),
        ("a" * 155 + "[€]", ("GSM-7", 161, 2)),
        ("é è Ä ñ", ("GSM-7", 7, 1)),
        ("ŵ", ("UCS-2", 1, 1)),
        ("’", ("UCS-2", 1, 1)),
        ("👍", ("UCS-2", 2, 1)),
        ("ż" * 70, ("UCS-2", 70, 1)),
        ("ż" * 71, ("UCS-2", 71, 2)),
        ("ż" * 135, ("UCS-2", 135, 3)),
    ],
)
def test_sms_parts(text: str, counted: tuple[str, int, int]) -> None:
    assert segments(text) == counted


@pytest.mark.parametrize(
    ("key", "characters"),
    [
        ("invitation", 280),
        ("open", 151),
        ("role", 158),
        ("view", 82),
        ("thanks", 151),
        ("thanks_carer", 273),
        ("crisis", 280),
        ("harm", 180),
        ("ward", 159),
        ("stop", 156),
        ("help", 158),
        ("erase", 144),
        ("unclear", 155),
        ("contact", 192),
    ],
)
def test_the_words_are_those_of_the_wording_sheet(key: str, characters: int) -> None:
    """Its counts, to the character: a word changed without the sheet is found here."""
    text = SCRIPT.says(key, "en", Channel.SMS)
    assert segments(text)[:2] == ("GSM-7", characters)


@pytest.mark.parametrize("name", library.names())
def test_every_sentence_is_at_most_two_parts(name: str) -> None:
    dear = replace(EXAMPLE, provider="Riverside and Hillside Trust", replies_free=False)
    script = library.script(name).bound(dear)
    for key in script.wording:
        encoding, _, parts = segments(script.says(key, "en", Channel.SMS))
        assert (encoding, parts <= 2) == ("GSM-7", True), key


@pytest.mark.parametrize("name", library.names())
def test_every_sentence_can_be_said_without_any_detail(name: str) -> None:
    script = library.script(name).bound(Details())
    for key in script.wording:
        said = script.says(key, "en", Channel.SMS)
        assert said
        assert not set("{}[]") & set(said), key


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("It was a long night.", "It was a long night."),
        (" ".join(["word"] * 40), "word " * 32 + "..."),
        (" ".join(["słowo"] * 20), "słowo " * 13 + "..."),
        ("x" * 200, "x" * 160 + " ..."),
    ],
)
def test_what_is_read_back_fits_into_a_text(words: str, shown: str) -> None:
    assert shortened(words) == shown
    said = SCRIPT.bound(EXAMPLE)
    assert segments(f"{said.says('view', 'en', Channel.SMS)} {shown}")[2] <= 3


def test_several_texts_are_read_back_as_sentences() -> None:
    said = ["the tea\n was cold ", "why?\n\nNobody knew!"]
    assert sentences(said) == "the tea. was cold. why? Nobody knew!"
    assert sentences([]) == ""
