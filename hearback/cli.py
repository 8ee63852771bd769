"""The command line: reads stdin, writes stdout; bad input is one clear line on stderr and exit 2.

Each command imports what it needs when it runs: `hearback talk` must not wait for Twilio's client.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import click

from hearback import rights_cli
from hearback.refusing import Refused, needs_settings, refusing
from runtime.settings import Settings


def _every_opt_out_is_known(given: Settings) -> bool:
    """False while the database cannot say. Refused where a key that an opt-out needs is not listed."""
    from storage import database, keys

    try:
        with database.once(given) as engine:
            return keys.check(engine)
    except keys.KeyMissing as error:
        raise Refused(str(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hearback")
def main() -> None:
    """Hearback: patients and unpaid carers tell the NHS how care was; staff hear it and answer."""


rights_cli.join(main)


@main.command()
@needs_settings
def web(given: Settings) -> None:
    """Serve webhooks, dashboards and public pages until told to stop."""
    from hearback import web_process
    from storage.spool import SpoolRefused

    _every_opt_out_is_known(given)  # a text is taken in, whatever is away: /readyz asks again
    try:
        web_process.run(given)
    except SpoolRefused as error:
        raise Refused(str(error)) from None


@main.command()
@needs_settings
def worker(given: Settings) -> None:
    """Run the two worker processes until told to stop."""
    from runtime import log
    from workers.parent import Parent

    log.configure(given.log_level, "worker")
    Parent(lambda: _every_opt_out_is_known(given)).run()


@main.command()
@needs_settings
def clock(given: Settings) -> None:
    """Ring what is due, every minute, until told to stop."""
    from workers import clock as process

    process.run(given)


@main.command()
@needs_settings
def migrate(given: Settings) -> None:
    """Bring the database to the newest shape; safe to run from two releases at once."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from storage import database, revisions
    from storage import migrate as migrations

    _every_opt_out_is_known(given)
    try:
        with database.once(given) as engine:
            migrations.upgrade(engine)
    except OperationalError as error:
        raise Refused(f"the database cannot be reached ({type(error.orig).__name__})") from None
    except ProgrammingError as error:
        raise Refused(
            f"the database refused ({type(error.orig).__name__}). Its owner needs the right to make "
            f"the role {database.STAFF_ROLE}, or to be made a member of it by an administrator"
        ) from None
    _every_opt_out_is_known(given)
    click.echo(f"database is at revision {revisions.newest()}")


@main.command()
def doctor() -> None:
    """Look at settings, servers, keys and what waits; exit 1 and a line for each fault."""
    from hearback import doctor as surgery

    well = True
    for finding in surgery.examine():
        click.echo(f"{'ok   ' if finding.well else 'FAULT'} {finding.line}")
        well = well and finding.well
    sys.exit(0 if well else 1)


@main.command()
def demo() -> None:
    """Start everything with a made-up provider: servers, web, worker, clock; print the addresses."""
    from hearback import demo as hall

    sys.exit(hall.run())


@main.command()
@click.option("--script", default="inpatient", show_default=True)
@click.option(
    "--channel",
    type=click.Choice(["sms", "whatsapp", "telegram", "web"]),
    default="sms",
    show_default=True,
)
@click.option("--language", default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def talk(script: str, channel: str, language: str, as_json: bool) -> None:
    """Text the bot from here: each line of stdin is a text of one person."""
    from hearback import talk as conversation

    try:
        conversation.talk(script, channel, language, as_json, sys.stdin, click.echo)
    except ValueError as error:
        raise Refused(str(error)) from None


@main.command()
def explain() -> None:
    """Say how texts are read: JSON lines in, JSON lines out."""
    from hearback import explain as reading

    try:
        reading.explain(sys.stdin, click.echo)
    except ValueError as error:
        raise Refused(str(error)) from None


@main.command()
def bench() -> None:
    """Measure speed and size as ratios within one run, and print the table."""
    from benchmarks import table

    table.run()


@main.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--provider", required=True, help="The provider's code.")
@click.option("--role", required=True)
@needs_settings
def staff_add(given: Settings, email: str, name: str, provider: str, role: str) -> None:
    """Add a member of staff; the password is read from stdin, one line."""
    from hearback import staff as desk

    try:
        desk.add(given, email, name, provider, role, sys.stdin.readline().rstrip("\n"))
    except desk.StaffRefused as error:
        raise Refused(str(error)) from None


@staff.command("password")
@click.argument("email")
@needs_settings
def staff_password(given: Settings, email: str) -> None:
    """Give a member of staff a new password, read from stdin; open sessions end."""
    from hearback import staff as desk

    try:
        desk.new_password(given, email, sys.stdin.readline().rstrip("\n"))
    except desk.StaffRefused as error:
        raise Refused(str(error)) from None


@staff.command("close")
@click.argument("email")
@needs_settings
def staff_close(given: Settings, email: str) -> None:
    """Close the account of someone who has left; open sessions end."""
    from hearback import staff as desk

    try:
        desk.close(given, email)
    except desk.StaffRefused as error:
        raise Refused(str(error)) from None


@main.command()
@click.argument("code")
@click.option(
    "--format", "kind", type=click.Choice(["pdf", "svg"]), default="pdf", show_default=True
)
@needs_settings
def poster(given: Settings, code: str, kind: Literal["pdf", "svg"]) -> None:
    """Write the poster of the touchpoint CODE to stdout, one A4 page."""
    from dashboard import poster as press
    from flows import posters
    from flows.house import House
    from storage import database

    engine = database.connect(given, 1)
    found = posters.poster(House(engine), given.public_url, code)
    engine.dispose()
    if found is None:
        raise Refused(f"there is no open touchpoint {code!r}")
    try:
        printed = press.render(found, kind)
    except press.CannotPrint as error:
        raise Refused(str(error)) from None
    click.echo(printed, nl=False)


_CHAT = click.Choice(["whatsapp", "telegram"])


@main.command()
@click.argument("provider")
@click.option("--on", type=_CHAT)
@click.option("--off", type=_CHAT)
@needs_settings
def chats(given: Settings, provider: str, on: str | None, off: str | None) -> None:
    """Say which chats PROVIDER answers, or switch one on or off; both are off at first."""
    from hearback import chats as desk

    try:
        desk.switch(given, provider, on, off, click.echo)
    except desk.NoSuchProvider as error:
        raise Refused(str(error)) from None


@main.group()
def provider() -> None:
    """Providers: the trusts and practices whose texts are taken in."""


@provider.command("go-live")
@click.argument("code")
@needs_settings
def provider_go_live(given: Settings, code: str) -> None:
    """Take in the texts of a provider from now on, if its rota is complete; else say what is missing."""
    from hearback import provider as desk

    try:
        click.echo(desk.go_live(given, code))
    except desk.ProviderRefused as error:
        raise Refused(str(error)) from None


@main.group()
def telegram() -> None:
    """The Telegram bot."""


@telegram.command("set-up")
@needs_settings
def telegram_set_up(given: Settings) -> None:
    """Tell Telegram where updates go and what the bot says of itself; safe to run again."""
    from hearback import telegram as bot

    try:
        bot.set_up(given, click.echo)
    except bot.SetUpRefused as error:
        raise Refused(str(error)) from None


@main.group()
def scripts() -> None:
    """What the bot asks and says: checked, shown, approved."""


@scripts.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def scripts_check(files: tuple[Path, ...]) -> None:
    """Check script files, or all that are shipped: whether each can be reached, read, afforded, used."""
    from hearback import scripts as desk

    with refusing():
        desk.check(list(files), click.echo)


@scripts.command("show")
@click.argument("name")
def scripts_show(name: str) -> None:
    """Print every sentence of a shipped script, and the SHA-256 that an approval names."""
    from hearback import scripts as desk

    with refusing():
        desk.show(name, click.echo)


@scripts.command("approve-for-demo")
def scripts_approve_for_demo() -> None:
    """Write the demo's made-up approvals of the shipped scripts anew; they count in the demo only."""
    from hearback import scripts as desk

    desk.approve_for_demo(click.echo)


_PROVIDER = click.option("--provider", required=True, help="The provider's code.")


def _judges(command: Callable[..., None]) -> Callable[..., None]:
    for part in (
        needs_settings,
        click.option("--sha256", "digest", required=True, help="Of the text that they have read."),
        click.option("--role", required=True),
        click.option("--name", "person", required=True, help="Who says so: first and last name."),
        _PROVIDER,
        click.argument("script"),
    ):
        command = part(command)
    return command


@scripts.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PROVIDER
@click.option("--author", required=True)
@needs_settings
def scripts_load(given: Settings, file: Path, provider: str, author: str) -> None:
    """Keep a provider's own script as a new version; it is used once it has its approvals."""
    from hearback import script_desk as desk

    with refusing():
        desk.load(given, file, provider, author, click.echo)


@scripts.command("approve")
@_judges
def scripts_approve(given: Settings, script: str, provider: str, **said: str) -> None:
    """Record one person's approval of exactly the text with that SHA-256."""
    _judge(given, script, provider, said)


@scripts.command("veto")
@click.option("--reason", required=True)
@_judges
def scripts_veto(given: Settings, script: str, provider: str, **said: str) -> None:
    """Stop a text, with a reason; the same person's later approval takes it back."""
    _judge(given, script, provider, said)


def _judge(given: Settings, script: str, provider: str, said: dict[str, str]) -> None:
    from hearback import script_desk as desk

    with refusing():
        desk.judge(given, script, provider, desk.Said(**said), click.echo)


@scripts.command("list")
@_PROVIDER
@needs_settings
def scripts_list(given: Settings, provider: str) -> None:
    """Say of each script at a provider whether it is used, and why not."""
    from hearback import script_desk as desk

    with refusing():
        desk.listed(given, provider, click.echo)
