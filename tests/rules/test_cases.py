"""What people want of us, and by when."""

from rules import alerts, cases


def test_every_kind_has_its_own_days_and_is_an_alert_of_its_own() -> None:
    assert set(cases.READ_WITHIN) == set(cases.CALL_WITHIN) == set(cases.KINDS)
    assert all(kind in alerts.GRAVITY for kind in cases.KINDS)


def test_wordings_9_and_12_are_kept() -> None:
    assert cases.CALL_WITHIN["complaint"] == 3
    assert cases.READ_WITHIN["check_in"] == 1


def test_a_complaint_weighs_more_than_a_yes_to_a_call() -> None:
    assert alerts.weighs_more("complaint", "today", "contact", "today")
    assert alerts.weighs_more("safety", "today", "check_in", "today")
