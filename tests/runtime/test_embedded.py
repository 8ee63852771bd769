"""The embedded servers on one data folder: what they give, keep, mend and refuse."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
import redis
import sqlalchemy

from runtime import embedded
from runtime.embedded import processes


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    with embedded.running(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped data folder that was made once; each test that spoils it takes a copy."""
    data_dir = tmp_path_factory.mktemp("made")
    with embedded.running(data_dir, durable=False) as running:
        query(running, "CREATE TABLE kept AS SELECT 7 AS number")
    return data_dir


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def query(servers: embedded.Servers, sql: str) -> object:
    with psycopg.connect(servers.postgres.dsn, autocommit=True) as link:
        cursor = link.execute(sql)  # type: ignore[arg-type]
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def store(servers: embedded.Servers) -> "redis.Redis":
    return redis.Redis.from_url(servers.redis_url)


def test_gives_sqlalchemy_and_redis_addresses_of_real_servers(servers: embedded.Servers) -> None:
    engine = sqlalchemy.create_engine(servers.database_url)
    with engine.connect() as link:
        assert link.execute(sqlalchemy.text("SELECT current_database()")).scalar() == "hearback"
    engine.dispose()
    with store(servers) as client:
        assert client.ping()


def test_may_make_databases_and_roles(servers: embedded.Servers) -> None:
    query(servers, "CREATE DATABASE another")
    query(servers, "CREATE ROLE reader NOLOGIN")
    assert query(servers, "SELECT count(*) FROM pg_roles WHERE rolname = 'reader'") == 1


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("max_connections", "100"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("unix_socket_permissions", "0700"),
    ],
)
def test_a_durable_database_is_set_up_for_a_small_host(
    servers: embedded.Servers, setting: str, wanted: str
) -> None:
    assert query(servers, f"SHOW {setting}") == wanted


def test_text_sorts_and_folds_alike_on_every_machine(servers: embedded.Servers) -> None:
    assert query(servers, "SELECT upper('élan жук')") == "ÉLAN ЖУК"
    assert query(servers, "SELECT 'Z' < 'a'") is True


def test_valkey_keeps_all_and_listens_on_its_socket_only(servers: embedded.Servers) -> None:
    with store(servers) as client:
        config = client.config_get()
    wanted = {"port": "0", "appendonly": "yes", "maxmemory-policy": "noeviction"}
    assert {name: config[name] for name in wanted} == wanted


def test_sockets_lie_in_a_short_private_folder_named_in_the_data_folder(
    servers: embedded.Servers,
) -> None:
    sockets = servers.postgres.socket.parent
    assert sockets.stat().st_mode & 0o777 == 0o700
    recorded = (servers.postgres.folder.path / "embedded.sockets").read_text().strip()
    assert recorded == str(sockets)
    assert len(str(servers.postgres.socket)) < 100


def test_no_word_that_a_person_wrote_reaches_the_servers_logs(servers: embedded.Servers) -> None:
    query(servers, "CREATE TABLE words (said text PRIMARY KEY)")
    query(servers, "INSERT INTO words VALUES ('kestrel')")
    for sql in (
        "INSERT INTO words VALUES ('kestrel')",
        "SELECT 'kestrel'::integer",
        "SELECT kestrel",
    ):
        with pytest.raises(psycopg.Error, match="kestrel"):
            query(servers, sql)
    assert "ready to accept connections" in servers.postgres.log.read_text()
    assert "kestrel" not in servers.postgres.log.read_text()


def test_servers_see_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARBACK_SECRET_KEY", "not for them")
    with embedded.running(tmp_path, durable=False, postgres=False) as running:
        environment = Path(f"/proc/{running.valkey.pid}/environ").read_bytes()
    assert b"not for them" not in environment


def test_another_process_finds_them_while_they_run(copy: Path) -> None:
    with embedded.running(copy, durable=False) as running:
        assert embedded.environment_of(copy) == running.environment
        assert running.environment == {
            "HEARBACK_DATABASE_URL": running.database_url,
            "HEARBACK_REDIS_URL": running.redis_url,
        }
    assert embedded.environment_of(copy) == {}


def test_only_the_one_that_is_asked_for_is_started(copy: Path) -> None:
    with embedded.running(copy, durable=False, valkey=False) as running:
        assert list(running.environment) == ["HEARBACK_DATABASE_URL"]
        assert query(running, "SELECT number FROM kept") == 7
        assert not running.valkey.running
    with embedded.running(copy, durable=False, postgres=False) as running:
        assert list(running.environment) == ["HEARBACK_REDIS_URL"]
        assert not running.postgres.running


def test_a_second_start_is_quick_and_finds_everything(tmp_path: Path) -> None:
    with embedded.running(tmp_path) as first, store(first) as client:
        query(first, "CREATE TABLE kept AS SELECT 7 AS number")
        client.set("kept", "too")
    began = monotonic()
    with embedded.running(tmp_path) as second, store(second) as client:
        assert monotonic() - began < 2
        assert query(second, "SELECT number FROM kept") == 7
        assert client.get("kept") == b"too"


def test_nothing_but_the_data_is_left_after_a_stop(copy: Path) -> None:
    with embedded.running(copy, durable=False) as running:
        mark, sockets = running.postgres.folder.mark, running.postgres.socket.parent
    assert processes.marked(mark, ("postgres", "valkey-server", "redis-server")) == []
    assert not sockets.exists()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_each_comes_back_at_the_same_address_with_its_data(copy: Path, how: str) -> None:
    with embedded.running(copy) as running, store(running) as client:
        client.set("kept", "too")
        for server in (running.postgres, running.valkey):
            url = server.url
            getattr(server, how)()
            assert not server.running
            server.start()
            assert server.url == url
        assert query(running, "SELECT number FROM kept") == 7
        assert client.get("kept") == b"too"


def test_a_stopped_server_is_really_away(copy: Path) -> None:
    with embedded.running(copy, durable=False) as running, store(running) as client:
        running.postgres.stop()
        running.valkey.stop()
        with pytest.raises(psycopg.OperationalError):
            query(running, "SELECT 1")
        with pytest.raises(redis.ConnectionError):
            client.ping()
        running.postgres.stop()


def test_comes_back_after_its_process_was_killed_by_another_hand(copy: Path) -> None:
    with embedded.running(copy, durable=False, valkey=False) as running:
        assert running.postgres.pid is not None
        os.kill(running.postgres.pid, signal.SIGKILL)
        while running.postgres.running:
            sleep(0.01)
        running.postgres.start()
        assert query(running, "SELECT number FROM kept") == 7


def test_a_second_start_on_a_held_folder_is_refused(copy: Path) -> None:
    with embedded.running(copy, durable=False, postgres=False) as running:
        with pytest.raises(embedded.EmbeddedError, match=f"Process {os.getpid()} already runs"):
            embedded.start(copy, durable=False)
        with store(running) as client:
            assert client.ping()


def test_a_stale_pid_that_is_a_strangers_by_now_is_mended(copy: Path) -> None:
    stale = f"{os.getpid()}\n{copy / 'postgres'}\n1790000000\n5432\n/nowhere\n\n  1 1\nready\n"
    (copy / "postgres" / "postmaster.pid").write_text(stale)
    with embedded.running(copy, durable=False, valkey=False) as running:
        assert query(running, "SELECT number FROM kept") == 7


def test_a_postgresql_that_someone_else_runs_on_the_folder_is_respected(
    copy: Path, servers: embedded.Servers
) -> None:
    (copy / "postgres" / "postmaster.pid").write_text(f"{servers.postgres.pid}\n")
    with pytest.raises(embedded.EmbeddedError, match=r'"postmaster.pid" already exists'):
        embedded.start(copy, durable=False, valkey=False)


def test_what_an_interrupted_initdb_left_is_swept_away(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres.making-abc"
    (half_made / "base").mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with embedded.running(tmp_path, durable=False, valkey=False) as running:
        assert query(running, "SELECT 1") == 1
    assert not half_made.exists()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_a_folder_that_is_not_whole_is_refused_and_left_as_it_is(copy: Path, missing: str) -> None:
    (copy / "postgres" / missing).unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"not whole \(.*postgres\)\. Put back"):
        embedded.start(copy, durable=False)
    assert (copy / "postgres" / "base").exists()
    assert embedded.environment_of(copy) == {}


def test_data_of_another_major_version_are_refused(copy: Path) -> None:
    (copy / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 17, and this is 18"):
        embedded.start(copy, durable=False)


def test_a_server_that_does_not_come_up_says_why_and_nothing_stays(copy: Path) -> None:
    (copy / "postgres" / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(embedded.EmbeddedError, match=r"nonsense.*See .*postgres\.log"):
        embedded.start(copy, durable=False)
    (copy / "postgres" / "postgresql.conf").write_text("")
    with embedded.running(copy, durable=False) as running:
        assert query(running, "SELECT number FROM kept") == 7


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(embedded.EmbeddedError, match="Set HEARBACK_DATA_DIR"):
        embedded.start(tmp_path / "var")


def test_a_log_that_has_grown_large_begins_anew(copy: Path) -> None:
    log = copy / "valkey.log"
    log.write_bytes(b"old\n" * 300_000)
    with embedded.running(copy, durable=False, postgres=False):
        assert log.stat().st_size < 100_000
    assert log.stat().st_mode & 0o777 == 0o600


def test_sockets_stay_short_when_the_temporary_folder_is_deep(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("deep" * 30)))
    with embedded.running(copy, durable=False, postgres=False) as running:
        assert len(str(running.valkey.socket)) < 60


def test_nothing_listens_on_tcp(servers: embedded.Servers) -> None:
    inodes = set()
    for server in (servers.postgres, servers.valkey):
        for link in Path(f"/proc/{server.pid}/fd").iterdir():
            inodes.add(os.readlink(link).removeprefix("socket:[").removesuffix("]"))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            assert line.split()[9] not in inodes
