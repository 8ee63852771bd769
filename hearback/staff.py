"""`hearback staff`: makes accounts, gives new passwords (from stdin), closes accounts."""

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from dashboard import passwords
from flows import rota
from runtime import clock
from runtime.settings import Settings
from storage import accounts, audit, database, services
from storage.accounts import Granted, Member
from storage.audit import Deed
from storage.tables.staff import STAFF_ROLES


class StaffRefused(Exception):
    """It cannot be done; the message says why and what to do."""


def add(  # noqa: PLR0917  one argument a word of the command line
    given: Settings, email: str, name: str, provider: str, role: str, password: str
) -> None:
    """Make the account with that role at that provider, or raise StaffRefused and change nothing."""
    if role not in STAFF_ROLES:
        raise StaffRefused(f"role {role!r} is unknown; choose one of {', '.join(STAFF_ROLES)}")
    kept = _hashed(password)
    with database.once(given) as engine, engine.begin() as connection:
        provider_id = services.provider_by_code(connection, provider)
        if provider_id is None:
            raise StaffRefused(f"there is no provider with the code {provider!r}")
        try:
            account = accounts.add(connection, email, name, kept, clock.now())
        except IntegrityError:
            raise StaffRefused("an account with this e-mail address is already there") from None
        accounts.grant(connection, account, Granted(role, provider_id))


def new_password(given: Settings, email: str, password: str) -> None:
    """Give an account another password, which ends every session; or raise StaffRefused."""
    kept = _hashed(password)
    with database.once(given) as engine, engine.begin() as connection:
        member = _member(connection, email)
        accounts.set_password(connection, member.account_id, kept)
        audit.note(connection, Deed("password_set", subject=_account(member)), clock.now())


def close(given: Settings, email: str) -> None:
    """Close an account, which ends every session; or raise StaffRefused."""
    with database.once(given) as engine, engine.begin() as connection:
        member = _member(connection, email)
        if lost := rota.lost_without(connection, member.account_id):
            raise StaffRefused(f"they are needed on the rota first: {'; '.join(lost)}")
        accounts.close(connection, member.account_id)
        audit.note(connection, Deed("account_closed", subject=_account(member)), clock.now())


def _hashed(password: str) -> str:
    try:
        return passwords.hashed(password)
    except ValueError as error:
        raise StaffRefused(f"{error}; write it as one line on stdin") from None


def _member(connection: Connection, email: str) -> Member:
    member = accounts.by_email(connection, email)
    if member is None:
        raise StaffRefused("there is no open account with this e-mail address")
    return member


def _account(member: Member) -> tuple[str, int]:
    return ("account", member.account_id)
