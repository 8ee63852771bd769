"""The way to PostgreSQL: one engine a process, short transactions, and the door for staff.

Texts run as the owner. Dashboard and API transactions begin with one statement that takes a role
which owns nothing and names the providers that this login may see; row level security does the rest.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime.settings import Settings
from storage import crypto, silence
from storage.silence import Doubt, Patience

STAFF_ROLE = "hearback_dashboard"
GUARD_ROLE = "hearback_guard"
_ENTER_AS_STAFF = text(
    "SELECT set_config('role', :role, true), set_config('hearback.providers', :providers, true)"
)
_ENTER_AS_GUARD = text(
    "SELECT set_config('role', :role, true), set_config('hearback.may', :may, true)"
)


def connect(
    settings: Settings, pool_size: int | None = None, patience: Patience = silence.WORK
) -> Engine:
    """The engine of this process, with its keyring put in force.

    Errors never quote parameters. No wait is without an end (`storage.silence`): a door must answer
    before Twilio's 15 seconds are over, also when PostgreSQL hangs.
    """
    crypto.use(crypto.Keyring.parse(settings.secret_key.get_secret_value()))
    engine = create_engine(
        settings.database_url,
        hide_parameters=True,
        pool_size=pool_size or settings.web_threads,
        max_overflow=2,
        pool_timeout=patience.free,
        pool_reset_on_return=None,  # a connection of SQLAlchemy's ends its own transaction
        connect_args={
            **patience.arguments(),
            "application_name": "hearback",
            # What psycopg has prepared it forgets by DEALLOCATE ALL, and with it what `storage.driver` has.
            "prepare_threshold": None,
        },
    )
    event.listen(engine, "do_connect", Doubt(patience).connect)
    return engine


@contextmanager
def once(settings: Settings) -> Iterator[Engine]:
    """The engine of a command that ends: one connection, closed afterwards."""
    engine = connect(settings, 1)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def staff(engine: Engine, providers: Iterable[int]) -> Iterator[Connection]:
    """A transaction that sees only these providers' rows, and no person's own words."""
    listed = ",".join(str(int(provider)) for provider in providers)
    with engine.begin() as connection:
        connection.execute(_ENTER_AS_STAFF, {"role": STAFF_ROLE, "providers": listed})
        yield connection


@contextmanager
def guarded(engine: Engine, may: Iterable[tuple[int, str]]) -> Iterator[Connection]:
    """A transaction that may do only these things, each at one provider: (provider, what).

    For what not every member of staff may see or change; the policies of each table name the `what`.
    """
    listed = ",".join(f"{int(provider)}:{what}" for provider, what in may)
    with engine.begin() as connection:
        connection.execute(_ENTER_AS_GUARD, {"role": GUARD_ROLE, "may": listed})
        yield connection


def away(error: BaseException) -> bool:
    """Whether `error` means that the database cannot be reached (or is going, or says nothing, or
    gives all that it has to others), not that we erred."""
    if isinstance(error, NoConnectionFree):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError) and not _our_fault(error)


def _our_fault(error: DBAPIError) -> bool:
    """Time-outs and deadlocks (SQLSTATE 57014, 55P03, 40P01) come from a database that is there."""
    return getattr(error.orig, "sqlstate", None) in {"57014", "55P03", "40P01", "40001"}
