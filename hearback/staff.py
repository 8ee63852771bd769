"""`hearback staff add`: a first account for a provider, its password from stdin."""

from sqlalchemy.exc import IntegrityError

from dashboard import passwords
from runtime import clock
from runtime.settings import Settings
from storage import accounts, database, services
from storage.accounts import Granted
from storage.tables.staff import STAFF_ROLES


class StaffRefused(Exception):
    """The account cannot be made; the message says why and what to do."""


def add(  # noqa: PLR0917  one argument a word of the command line
    given: Settings, email: str, name: str, provider: str, role: str, password: str
) -> None:
    """Make the account with that role at that provider, or raise StaffRefused and change nothing."""
    if role not in STAFF_ROLES:
        raise StaffRefused(f"role {role!r} is unknown; choose one of {', '.join(STAFF_ROLES)}")
    try:
        kept = passwords.hashed(password)
    except ValueError as error:
        raise StaffRefused(f"{error}; write it as one line on stdin") from None
    with database.connect(given, 1).begin() as connection:
        provider_id = services.provider_by_code(connection, provider)
        if provider_id is None:
            raise StaffRefused(f"there is no provider with the code {provider!r}")
        try:
            account = accounts.add(connection, email, name, kept, clock.now())
        except IntegrityError:
            raise StaffRefused("an account with this e-mail address is already there") from None
        accounts.grant(connection, account, Granted(role, provider_id))
