"""The commands for people's rights: `erase`, `erasures`, `export-person`.

A person's number is read from stdin, one line, so that no process list or shell history has it.
"""

import sys
from collections.abc import Callable

import click

from hearback.refusing import needs_settings, refusing
from runtime.settings import Settings

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
    for command in (erase, erasures, export_person):
        main.add_command(command)


def _of_a_person(command: Callable[..., None]) -> Callable[..., None]:
    for part in (needs_settings, _BY, _CHANNEL, PROVIDER):
        command = part(command)
    return command


def _number() -> str:
    if sys.stdin.isatty():
        click.echo("Their number, or their chat's number at Telegram: ", err=True, nl=False)
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
