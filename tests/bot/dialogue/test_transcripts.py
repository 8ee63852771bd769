"""Whole conversations, each in a file that a ward manager can read."""

from pathlib import Path

import pytest

from bot.dialogue import facts
from tests.bot.dialogue import playback

FILES = sorted(playback.FOLDER.glob("*.txt"))


def fits(expected: str, said: str) -> bool:
    said = said.replace("\n", " ")
    begins, more, _ = expected.partition(" ...")
    return said.startswith(begins) if more else said == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path) -> None:
    scene = playback.read(path)
    seen: list[facts.Fact] = []
    for sent, expected, turn in playback.play(scene):
        said = [reply.text for reply in turn.replies] or [playback.SILENCE]
        assert len(said) == len(expected), f"> {sent}\nsaid: {said}"
        for one, other in zip(expected, said, strict=True):
            assert fits(one, other), f"> {sent}\nsaid: {other}"
        seen += turn.facts
    assert playback.known(turn.state, seen) == scene.known


def test_there_are_enough_and_each_says_what_it_shows() -> None:
    titles = [playback.read(path).title for path in FILES]
    assert len(titles) >= 40
    assert all(titles)
    assert len(set(titles)) == len(titles)
