"""What the commands share: settings from the environment, and bad input refused in one line, exit 2."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from runtime import settings
from runtime.settings import Settings, SettingsError


class Refused(click.ClickException):
    """Bad input: one line, exit 2."""

    exit_code = 2


def needs_settings(command: Callable[..., None]) -> Callable[..., None]:
    """The command gets the settings first; where one is missing or wrong it is refused."""

    @wraps(command)
    def with_settings(*args: Any, **kwargs: Any) -> None:
        command(_settings(), *args, **kwargs)

    return with_settings


def _settings() -> Settings:
    try:
        return settings.load()
    except SettingsError as error:
        raise Refused(str(error)) from None


@contextmanager
def refusing() -> Iterator[None]:
    """A ValueError within is bad input."""
    try:
        yield
    except ValueError as error:
        raise Refused(str(error)) from None
