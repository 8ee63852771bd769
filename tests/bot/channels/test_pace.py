"""The pace of one bot, with a clock that the test moves."""

from dataclasses import dataclass

from bot.channels.pace import Pace


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_chat_waits_and_another_does_not() -> None:
    clock = Clock()
    pace = Pace(30, 1.0, clock)
    pace.sent("a")
    assert (pace.wait("a"), pace.wait("b")) == (1.0, 0.0)
    clock.now += 1.0
    assert pace.wait("a") == 0.0


def test_over_all_chats_no_more_than_so_many_a_second() -> None:
    clock = Clock()
    pace = Pace(30, 1.0, clock)
    for chat in range(30):
        assert pace.wait(str(chat)) == 0.0
        pace.sent(str(chat))
        clock.now += 0.01
    assert 0.6 < pace.wait("new") < 0.8
    clock.now += 0.75
    assert pace.wait("new") == 0.0


def test_a_pause_is_kept_however_many_chats_follow() -> None:
    clock = Clock()
    pace = Pace(10**6, 1.0, clock)
    pace.pause("told off", 60.0)
    for chat in range(10_000):
        pace.sent(str(chat))
    clock.now += 2.0
    pace.sent("one more")
    assert pace.wait("told off") == 58.0
    assert len(pace._free_at) == 2, "chats that are free again are forgotten"
