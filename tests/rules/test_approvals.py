"""Who must have approved a text before people receive it, and who may stop it."""

from dataclasses import replace
from datetime import date

import pytest

from rules.approvals import PARTNER, Verdict, missing, vetoed

DIGEST, OTHER = "a" * 64, "b" * 64
KIM = Verdict("Kim Partner", PARTNER, date(2026, 3, 2), DIGEST, approved=True)
ROBIN = Verdict("Robin Lead", "experience_lead", date(2026, 3, 2), DIGEST, approved=True)
VETO = replace(KIM, approved=False, reason="it blames the carer")


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        ([KIM, ROBIN], ""),
        ([], "approved by 0 of 2 people"),
        ([KIM], "approved by 1 of 2 people"),
        ([KIM, KIM], "approved by 1 of 2 people"),
        ([KIM, replace(KIM, name="kim partner")], "approved by 1 of 2 people"),
        ([ROBIN, replace(ROBIN, name="Sam Ward")], "no Lived Experience Partner has approved it"),
        (
            [replace(KIM, digest=OTHER), ROBIN],
            "approved by 1 of 2 people; 1 given to another text do not count",
        ),
        ([KIM, ROBIN, VETO], "vetoed by Kim Partner on 2026-03-02: it blames the carer"),
        ([KIM, ROBIN, VETO, KIM], ""),
        ([KIM, ROBIN, replace(VETO, digest=OTHER)], ""),
    ],
)
def test_two_people_one_of_them_a_partner_and_no_veto(verdicts: list[Verdict], reason: str) -> None:
    assert missing(DIGEST, verdicts, demo=False) == reason


def test_made_up_approvals_count_in_the_demo_only_and_a_veto_everywhere() -> None:
    made_up = [replace(KIM, demo=True), replace(ROBIN, demo=True)]
    assert missing(DIGEST, made_up, demo=True) == ""
    assert missing(DIGEST, made_up, demo=False) == "approved by 0 of 2 people"
    stopped = [*made_up, replace(VETO, demo=True)]
    assert missing(DIGEST, stopped, demo=False).startswith("vetoed")


def test_vetoed() -> None:
    assert vetoed(DIGEST, [KIM, VETO])
    assert not vetoed(DIGEST, [VETO, KIM])
    assert not vetoed(OTHER, [VETO])
