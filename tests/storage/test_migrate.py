"""Migrations: up from empty, the same as the tables say, and safe from two releases at once."""

import threading

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from runtime.embedded import Servers
from storage import migrate
from storage.tables import Base


def _empty(servers: Servers, name: str) -> str:
    url = make_url(servers.database_url)
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def test_from_empty_to_what_the_tables_say(servers: Servers) -> None:
    engine = create_engine(_empty(servers, "from_empty"))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.current(connection) == migrate.newest()
        difference = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert difference == []


def test_two_releases_at_once(servers: Servers) -> None:
    url = _empty(servers, "two_releases")
    failures: list[BaseException] = []

    def release() -> None:
        engine = create_engine(url)
        try:
            migrate.upgrade(engine)
        except BaseException as error:  # noqa: BLE001  whatever it was, the test shows it
            failures.append(error)
        finally:
            engine.dispose()

    both = [threading.Thread(target=release) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert failures == []
