"""The commands for people's rights: `erase`, `erasures`, `export-person`, and `hold`, which keeps.

A person's number is read from stdin, one line, so that no process list or shell history has it.
"""

import sys
from collections.abc import Callable
from datetime import datetime

import click

from hearback.refusing import needs_settings, refusing
from runtime.settings import Settings

KINDS = ("complaint", "story", "legal", "inquiry")
PROVIDER = click.option("--provider", required=True, help="The provider's code.")
_BY = click.option("--by", "email", required=True, help="Your account's e-mail address.")
_CHANNEL = click.option(
    "--channel",
    type=click.Choice(["sms", "whatsapp", "telegram"]),
    default="sms",
    show_default=True,
)


def join(main: click.Group) -> None:
    """Add them to the command line."""
    for command in (erase, erasures, export_person, hold):
        main.add_command(command)


def _of_a_person(command: Callable[..., None]) -> Callable[..., None]:
    for part in (needs_settings, _BY, _CHANNEL, PROVIDER):
        command = part(command)
    return command


def _number() -> str:
    return _line("Their number, or their chat's number at Telegram: ")


def _reason() -> str:
    return _line("Why: ")


def _line(asked: str) -> str:
    if sys.stdin.isatty():
        click.echo(asked, err=True, nl=False)
    return sys.stdin.readline().strip()


@click.command()
@_of_a_person
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def erase(given: Settings, provider: str, channel: str, email: str, dry_run: bool) -> None:
    """Delete at once all that a person has told PROVIDER; their number is read from stdin, one line."""
    from hearback import rights as desk

    with refusing():
        asked = desk.Asked(provider, channel, _number(), email)
        desk.erase(given, asked, dry_run=dry_run, out=click.echo)


@click.command()
@PROVIDER
@needs_settings
def erasures(given: Settings, provider: str) -> None:
    """List what was asked to be deleted at PROVIDER, what is done, and what waits for what."""
    from hearback import rights as desk

    with refusing():
        desk.listed(given, provider, click.echo)


@click.command("export-person")
@_of_a_person
@click.option("--json", "as_json", is_flag=True, help="For a machine, not for reading.")
def export_person(given: Settings, provider: str, channel: str, email: str, as_json: bool) -> None:
    """Write all that PROVIDER holds of a person to stdout; their number is read from stdin, one line."""
    from hearback import rights as desk

    with refusing():
        asked = desk.Asked(provider, channel, _number(), email)
        desk.export(given, asked, as_json=as_json, out=click.echo)


@click.group()
def hold() -> None:
    """What must not be deleted for now: by whom, why, and until when they look again."""


@hold.command("put")
@_of_a_person
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--review-on", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--everybody", is_flag=True, help="Stop all deletion at PROVIDER, for an inquiry.")
def hold_put(  # noqa: PLR0917  one argument a word of the command line
    given: Settings,
    provider: str,
    channel: str,
    email: str,
    kind: str,
    review_on: datetime,
    everybody: bool,
) -> None:
    """Keep what a person has told PROVIDER; their number and the reason are read from stdin, a line each."""
    from hearback import holds as desk
    from hearback.rights import Asked

    number = "" if everybody else _number()
    with refusing():
        wanted = desk.Wanted(kind, _reason(), review_on.date(), everybody)
        desk.put(given, Asked(provider, channel, number, email), wanted, click.echo)


@hold.command("lift")
@click.argument("number", type=int)
@PROVIDER
@_BY
@needs_settings
def hold_lift(given: Settings, number: int, provider: str, email: str) -> None:
    """Lift the hold NUMBER: what is due for deletion goes from then on."""
    from hearback import holds as desk

    with refusing():
        desk.lift(given, provider, number, email, click.echo)


@hold.command("list")
@PROVIDER
@needs_settings
def hold_list(given: Settings, provider: str) -> None:
    """List the holds that stand at PROVIDER, with their reasons."""
    from hearback import holds as desk

    with refusing():
        desk.listed(given, provider, click.echo)
