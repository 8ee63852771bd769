"""The reviewed files: they load, and a malformed one is refused with file, line and reason."""

from pathlib import Path

import pytest

from bot import library
from bot.dialogue.answers import Reader
from bot.dialogue.script import ScriptError
from bot.dialogue.vocabulary import VocabularyError
from bot.library import LibraryError

INPATIENT = (library.SHELF / "old" / "inpatient.1.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", library.names())
def test_every_shipped_script_loads(name: str) -> None:
    assert library.script(name).name == name


def test_a_script_is_read_once() -> None:
    assert library.script("inpatient") is library.script("inpatient")
    assert library.script("inpatient", 1).version == 1


@pytest.mark.parametrize(("name", "version"), [("odd", None), ("inpatient", 99)])
def test_a_script_that_is_not_there_is_named(name: str, version: int | None) -> None:
    with pytest.raises(ScriptError, match=r"there is no script .*there are: .*inpatient"):
        library.script(name, version)


def test_an_older_version_stays_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation goes on with the version that it began with."""
    for shared in ("wording", "parts", "reading", "rules"):
        (tmp_path / shared).symlink_to(library.SHELF / shared)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "inpatient.1.yaml").write_text(INPATIENT)
    newer = INPATIENT.replace("version: 1", "version: 2").replace("Overall, how", "So how")
    (tmp_path / "inpatient.yaml").write_text(newer)
    monkeypatch.setattr(library, "SHELF", tmp_path)
    library.script.cache_clear()
    try:
        assert library.script("inpatient").version == 2
        assert "Overall, how" in library.script("inpatient", 1).wording["invitation"]["en"]
    finally:
        library.script.cache_clear()


def test_a_provider_may_bring_its_own() -> None:
    own = INPATIENT.replace("name: inpatient", "name: ours")
    assert library.script_from(own, "ours").name == "ours"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("reads: rating", "reads: odd", r"ours:8: step 'rating' reads 'odd'"),
        ("    asks: open\n", "", r"ours:14: step 'comment' lacks asks"),
        ("includes: [common]", "includes: [odd]", r"ours: includes 'odd', which does not exist"),
        ("includes: [common]\n", "", r"needs the wording"),
        ("reads: rating", "reads: [rating", r"ours:\d+: "),
        (
            "reads: rating\n",
            "reads: rating\n    reads: role\n",
            r"ours:8: 'reads' stands here twice",
        ),
        ("wording:\n", "wording: 3\nodd:\n", r"unknown odd"),
        ("name: inpatient", "name: \x00", r"ours: "),
    ],
)
def test_a_malformed_script_is_refused_with_file_line_and_reason(
    old: str, new: str, reason: str
) -> None:
    with pytest.raises((ScriptError, LibraryError), match=reason):
        library.script_from(INPATIENT.replace(old, new, 1), "ours")


def shelved(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> None:
    """A shelf with these files of parts, and sentences, reading and rules as they are."""
    for shared in ("wording", "reading", "rules"):
        (folder / shared).symlink_to(library.SHELF / shared)
    (folder / "parts").mkdir()
    for name, text in files.items():
        (folder / "parts" / f"{name}.yaml").write_text(text)
    monkeypatch.setattr(library, "SHELF", folder)


PART = """\
steps:
  - {key: comment, reads: comment, asks: more, when: {rating: [good]}}
wording:
  more: {en: "More?"}
"""
AROUND = """\
name: ours
version: 1
includes: [common]
steps:
  - {key: rating, reads: rating, asks: unclear, menu: {1: good, 2: poor}}
  - {key: role, reads: role, asks: unclear, menu: {1: patient}}
  - part: more
    when: {rating: [poor, good], role: [patient]}
    asked_only_if: [asks_feeling]
endings:
  - says: thanks
"""


def test_a_part_brings_its_steps_and_sentences_and_is_asked_where_it_is_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelved(tmp_path, monkeypatch, more=PART)
    script = library.script_from(AROUND, "ours")
    step = script.steps[-1]
    assert step.key == "comment"
    assert step.when == {"rating": {"good"}, "role": {"patient"}}
    assert step.asked_only_if == {"asks_feeling"}
    assert script.wording["more"] == {"en": "More?"}


@pytest.mark.parametrize(
    ("part", "around", "reason"),
    [
        (PART, AROUND.replace("part: more", "part: odd"), "ours:7: part 'odd' does not exist"),
        (PART, AROUND.replace("asked_only_if: [", "odd: ["), "ours:7: part 'more' has unknown odd"),
        ("steps:\n  - part: more\n", AROUND, "more.yaml:2: part 'more' does not exist, or holds"),
        ("wording: {}\n", AROUND, "more.yaml:1: part 'more' lacks steps"),
        (PART.replace("asks: more", "asks: odd"), AROUND, "more.yaml:2: step 'comment' needs"),
        (PART + "  wrong: {cy: x}\n", AROUND, "more.yaml:5: wording 'wrong' has no 'en'"),
        ("steps: [words]\n", AROUND, "ours: a step must be a table"),
    ],
)
def test_a_malformed_part_is_refused_with_its_own_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, around: str, reason: str
) -> None:
    shelved(tmp_path, monkeypatch, more=part)
    with pytest.raises(ScriptError, match=reason):
        library.script_from(around, "ours")


LIKE = """\
name: theirs
version: 4
like: fft
wording:
  thanks: {en: "Bye."}
"""


def test_a_script_may_be_like_another_but_for_what_it_says_itself() -> None:
    script = library.script_from(LIKE, "theirs")
    standard = library.script("inpatient")
    assert (script.name, script.version) == ("theirs", 4)
    assert script.steps == standard.steps
    assert script.wording["thanks"] == {"en": "Bye."}
    assert script.wording["invitation"] == standard.wording["invitation"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("like: fft", "like: odd", "theirs: is like 'odd', which does not exist"),
        ('wording:\n  thanks: {en: "Bye."}', "wording: words", "wording must be a table"),
        ("like: fft", "like: fft\nsteps: words", "steps must be a list"),
    ],
)
def test_a_malformed_likeness_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(ScriptError, match=reason):
        library.script_from(LIKE.replace(old, new), "theirs")


def test_a_text_that_is_no_script_is_refused() -> None:
    with pytest.raises(ScriptError, match="ours: the script must be a table"):
        library.script_from("just words", "ours")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"gone.yaml: cannot be read \(FileNotFoundError\)"):
        library.read(tmp_path / "gone.yaml")
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(LibraryError, match=r"odd.yaml: cannot be read \(UnicodeDecodeError\)"):
        library.read(tmp_path / "odd.yaml")


def test_no_word_turns_into_something_else() -> None:
    """YAML's own rules would make "no" False and "1" a number."""
    assert library.parsed("[no, yes, on, 1, null, 2026-01-01]", "x") == [
        "no",
        "yes",
        "on",
        "1",
        "null",
        "2026-01-01",
    ]


def test_one_table_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "reading" / "en"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text("known: []\n")
    monkeypatch.setattr(library, "SHELF", tmp_path)
    with pytest.raises(LibraryError, match=r"b.yaml: already in another file: known"):
        library.reading_tables.__wrapped__()


@pytest.mark.parametrize(
    ("table", "value", "reason"),
    [
        ("mask", None, "reading/en: lacks mask"),
        ("odd", [], "reading/en: has unknown odd"),
        ("mask", ["("], "reading/en: mask: pattern"),
        ("scale", {"good": {"clear": ["("]}}, "reading/en: scale: pattern"),
        (
            "commands",
            [{"intent": "odd", "alone": [], "anywhere": [], "unless": []}],
            "reading/en: commands: there is no intent 'odd'",
        ),
    ],
)
def test_malformed_reading_tables_are_refused(table: str, value: object, reason: str) -> None:
    raw = {**library.reading_tables(), table: value}
    if value is None:
        del raw[table]
    with pytest.raises(VocabularyError, match=reason):
        Reader(raw, "reading/en")


def test_reading_tables_must_be_a_table() -> None:
    with pytest.raises(VocabularyError, match="reading/en: must be a table"):
        Reader([], "reading/en")  # type: ignore[arg-type]


def test_the_edition_of_the_rules_moves_with_their_bytes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("rules", "reading"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "some.yaml").write_text("a: b\n")
    monkeypatch.setattr(library, "SHELF", tmp_path)
    editions = set()
    for words in ("a: b\n", "a: c\n"):
        (tmp_path / "rules" / "some.yaml").write_text(words)
        editions.add(library.rules_version.__wrapped__())
    assert len(editions) == 2
    assert all(len(edition) == 12 for edition in editions)
