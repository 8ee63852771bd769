"""The one error of the embedded servers: what is wrong, where, and what to do about it."""

from pathlib import Path


class EmbeddedError(Exception):
    """An embedded server cannot be had; nothing of this start is left running.

    Its message is one clear line for the person at the terminal: what, where, what to do.
    """

    def __init__(self, what: str, where: Path, remedy: str) -> None:
        super().__init__(f"{what} ({where}). {remedy}")
        self.what = what
        self.where = where
        self.remedy = remedy
