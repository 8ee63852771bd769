"""`hearback scripts`: what is said of right and of wrong scripts, and where."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import library
from hearback import scripts
from hearback.cli import main
from rules.approvals import PARTNER

OURS = (library.SHELF / "old" / "inpatient.1.yaml").read_text(encoding="utf-8")


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["scripts", *words])
    return result.exit_code, result.output


def test_the_shipped_scripts_are_right_and_approved_for_the_demo_alone() -> None:
    code, said = run("check")
    assert code == 0, said
    assert len(said.splitlines()) == len(library.names())
    assert "carer 2: right, approved for the demo only" in said
    assert "inpatient 2: right, approved for the demo only; drafts: lead_in" in said


@pytest.mark.parametrize("name", [name for name in library.names() if name != "listening"])
def test_made_up_approvals_are_refused_outside_the_demo(name: str) -> None:
    script = library.script(name)
    assert scripts.unapproved(script, demo=True) == ""
    assert scripts.unapproved(script, demo=False) == "approved by 0 of 2 people"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("reads: rating", "reads: odd", "ours.yaml:8: step 'rating' reads 'odd'"),
        ("reads: rating", "reads: [rating", "ours.yaml:10: did not find expected"),
        ("says: thanks_carer\n    when", "says: thanks\n  - says: thanks_carer\n    when",
         "ours.yaml: ending 'thanks_carer' (the 2.) cannot be reached"),
        ("Tell us what was good", "Tell us " + "what was good and " * 20,
         "ours.yaml: wording 'open' (en) takes 4 SMS parts"),
        ("Tell us what was good", "Notwithstanding confidentiality considerations tell us",
         "ours.yaml: wording 'open' needs a reader of"),
        ("4 family or friend. ", "", "ours.yaml: wording 'role' (en) does not name the answer 4"),
    ],
)  # fmt: skip
def test_a_wrong_script_is_refused_and_the_place_is_named(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(OURS.replace(old, new, 1))
    code, said = run("check", str(path))
    assert code == 2
    assert fault in said


def test_any_edit_voids_the_approvals(tmp_path: Path) -> None:
    path = tmp_path / "carer.yaml"
    text = (library.SHELF / "carer.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("what helps you", "what might help you", 1))
    code, said = run("check", str(path))
    assert code == 2
    assert "carer.yaml: not approved: approved by 0 of 2 people; 2 given to another text" in said


def test_a_new_number_is_no_edit(tmp_path: Path) -> None:
    path = tmp_path / "carer.yaml"
    text = (library.SHELF / "carer.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("version: 1", "version: 2", 1))
    assert run("check", str(path))[0] == 0


def test_what_is_shown_is_what_is_approved() -> None:
    code, said = run("show", "carer")
    assert code == 0
    assert "Do you look after someone?" in said
    assert f"SHA-256 {library.script('carer').digest}" in said
    assert run("show", "odd")[0] == 2


def test_the_demos_approvals_are_by_its_made_up_people() -> None:
    approvals = library.shipped_approvals()
    assert all(each.demo for each in approvals)
    assert {each.role for each in approvals} == {PARTNER, "experience_lead"}
    assert {each.script for each in approvals} == set(library.names()) - {"listening"}
