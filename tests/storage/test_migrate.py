"""Migrations: up from empty, the same as the tables say, and safe from two releases at once."""

import base64
import threading

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from runtime.embedded import Servers
from storage import crypto, migrate, revisions
from storage.crypto import Purpose
from storage.tables import Base

_KEY = base64.b64encode(b"invented-for-the-tests-of-migrations").decode()

_OF_BEFORE = (
    "INSERT INTO providers (code, name, created_at) VALUES ('p', 'P', now())",
    "INSERT INTO inbox (channel, account, provider_ref, our_address, sender, letter, state, "
    "received_at) VALUES ('sms', 'a', 'r', 'o', 'by text', :letter, 'stepped', now())",
    "INSERT INTO opt_outs (channel, key, source, at) VALUES ('sms', 'by text', 'text', now()), "
    "('sms', 'by the carrier', 'carrier', now())",
    "INSERT INTO people (provider_id, channel, key, address, seen_at) VALUES "
    "(1, 'sms', 'first', :first, now()), (1, 'sms', 'second', :second, now())",
)


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
        head = ScriptDirectory(str(revisions.FOLDER)).get_current_head()
        assert revisions.current(connection) == revisions.newest() == head
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


def test_people_and_opt_outs_of_before_name_every_key_that_may_know_them(
    servers: Servers,
) -> None:
    old, new = (crypto.Keyring.parse(f"{name}:{_KEY}") for name in ("old", "new"))
    engine = create_engine(_empty(servers, "before_key_ids"))
    migrate.upgrade(engine, "0003")
    with engine.begin() as connection:
        for statement in _OF_BEFORE:
            connection.execute(
                text(statement),
                {
                    "letter": old.seal(Purpose.WORDS, b"STOP"),
                    "first": old.seal(Purpose.ADDRESS, b"07700 900001"),
                    "second": new.seal(Purpose.ADDRESS, b"07700 900002"),
                },
            )
    crypto.use(crypto.Keyring.parse(f"newest:{_KEY},new:{_KEY},old:{_KEY}"))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        found = {
            bytes(row.key).decode(): row.key_ids
            for table in ("people", "opt_outs")
            for row in connection.execute(text(f"SELECT key, key_ids FROM {table}"))
        }
    engine.dispose()
    assert found == {
        "by text": ["old"],
        "by the carrier": ["newest", "new", "old"],
        "first": ["newest", "new", "old"],
        "second": ["newest", "new"],
    }
