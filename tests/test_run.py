"""What `make test` runs: nothing twice, nothing forgotten, and it says what it leaves out."""

import pytest

from tests import run


@pytest.mark.parametrize("browser", [True, False])
def test_each_test_is_in_exactly_one_part(browser: bool) -> None:
    first, second = (part.marks for part in run.parts(browser=browser))
    assert second == f"not {first}"


def test_browser_tests_run_only_where_a_browser_is() -> None:
    assert all("browser" not in part.marks for part in run.parts(browser=True))
    assert all("not browser" in part.marks for part in run.parts(browser=False))


def test_long_tests_never_run_by_the_way() -> None:
    assert all("not long" in part.marks for part in run.parts(browser=True))


@pytest.mark.parametrize(
    ("browser", "shared", "said"),
    [(True, True, 0), (False, True, 1), (True, False, 1), (False, False, 2)],
)
def test_one_line_for_each_thing_left_out(browser: bool, shared: bool, said: int) -> None:
    lines = run.left_out(browser=browser, shared=shared)
    assert len(lines) == said
    assert all("\n" not in line and line.startswith("Left out: ") for line in lines)


def test_how_to_get_a_browser_is_said() -> None:
    (line,) = run.left_out(browser=False, shared=True)
    assert "apt-get install chromium" in line


def test_a_failing_part_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = iter([1, 0])
    monkeypatch.setattr(run, "_passed", lambda _part: next(statuses))
    assert run.main([]) == 1
    assert next(statuses, None) is None, "the second part runs all the same"
