"""The embedded servers on one data folder: what they give, keep, mend and refuse."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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
    """A stopped data folder, made once. A test that spoils it mends it again."""
    data_dir = tmp_path_factory.mktemp("made")
    with embedded.running(data_dir, durable=False) as running:
        query(running, "CREATE TABLE kept AS SELECT 7 AS number")
    return data_dir


@contextmanager
def spoilt(path: Path, text: str | None = None) -> Iterator[None]:
    """For a while the file holds `text`, or is not there if that is None; then it is as it was."""
    before = path.read_bytes() if path.exists() else None
    try:
        path.unlink(missing_ok=True) if text is None else path.write_text(text)
        yield
    finally:
        path.unlink(missing_ok=True) if before is None else path.write_bytes(before)


def query(servers: embedded.Servers, sql: str) -> object:
    with psycopg.connect(servers.postgres.dsn, autocommit=True) as link:
        cursor = link.execute(sql)
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


def test_no_word_that_a_person_wrote_reaches_the_servers_logs(made: Path) -> None:
    """Not by an error, not by a connection that is cut, not by a process that breaks."""
    with embedded.running(made, durable=False, valkey=False) as running:
        for sql in (
            "SELECT 'kestrel'::integer",
            "SELECT kestrel",
            "SELECT 'kestrel', pg_terminate_backend(pg_backend_pid())",
        ):
            with pytest.raises(psycopg.Error):
                query(running, sql)
        with psycopg.connect(running.postgres.dsn) as link:
            link.execute("SELECT 'kestrel'")
            os.kill(link.info.backend_pid, signal.SIGKILL)
            with pytest.raises(psycopg.OperationalError):
                link.execute("SELECT 1")
    log = running.postgres.log.read_text()
    assert "FATAL:  terminating connection" in log
    assert "was terminated by signal 9" in log
    assert "kestrel" not in log


def test_servers_see_none_of_our_secrets(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARBACK_SECRET_KEY", "not for them")
    with embedded.running(made, durable=False, valkey=False) as running:
        environment = Path(f"/proc/{running.postgres.pid}/environ").read_bytes()
    assert b"LC_ALL=C" in environment
    assert b"not for them" not in environment


def test_another_process_finds_them_while_they_run(made: Path) -> None:
    with embedded.running(made, durable=False) as running:
        assert embedded.environment_of(made) == running.environment
        assert running.environment == {
            "HEARBACK_DATABASE_URL": running.database_url,
            "HEARBACK_REDIS_URL": running.redis_url,
        }
    assert embedded.environment_of(made) == {}


def test_only_the_one_that_is_asked_for_is_started(made: Path) -> None:
    with embedded.running(made, durable=False, valkey=False) as running:
        assert list(running.environment) == ["HEARBACK_DATABASE_URL"]
        assert query(running, "SELECT number FROM kept") == 7
        assert not running.valkey.running
    with embedded.running(made, durable=False, postgres=False) as running:
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


def test_nothing_but_the_data_is_left_after_a_stop(made: Path) -> None:
    with embedded.running(made, durable=False) as running:
        mark, sockets = running.postgres.folder.mark, running.postgres.socket.parent
    assert processes.marked(mark, ("postgres", "valkey-server", "redis-server")) == []
    assert not sockets.exists()
    assert not (made / "embedded.sockets").exists()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_each_comes_back_at_the_same_address_with_its_data(made: Path, how: str) -> None:
    with embedded.running(made) as running, store(running) as client:
        client.set("kept", "too")
        for server in (running.postgres, running.valkey):
            url = server.url
            getattr(server, how)()
            assert not server.running
            server.start()
            assert server.url == url
        assert query(running, "SELECT number FROM kept") == 7
        assert client.get("kept") == b"too"


def test_a_stopped_server_is_really_away(made: Path) -> None:
    with embedded.running(made, durable=False) as running, store(running) as client:
        running.postgres.stop()
        running.valkey.stop()
        with pytest.raises(psycopg.OperationalError):
            query(running, "SELECT 1")
        with pytest.raises(redis.ConnectionError):
            client.ping()
        running.postgres.stop()


@pytest.mark.parametrize("by", ["us", "another hand"])
def test_after_a_kill_not_even_a_frozen_child_is_in_the_way(made: Path, by: str) -> None:
    with embedded.running(made, durable=False, valkey=False) as running:
        postgres = running.postgres
        link = psycopg.connect(postgres.dsn)
        os.kill(link.info.backend_pid, signal.SIGSTOP)
        if by == "us":
            postgres.kill()
            assert processes.marked(postgres.folder.mark, postgres.process_names) == []
        else:
            os.kill(postgres.pid or 0, signal.SIGKILL)
            while postgres.running:
                sleep(0.01)
        link.close()
        postgres.start()
        assert query(running, "SELECT number FROM kept") == 7


def test_a_second_start_on_a_held_folder_is_refused(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False, postgres=False) as running:
        with pytest.raises(embedded.EmbeddedError, match=f"Process {os.getpid()} already runs"):
            embedded.start(tmp_path, durable=False)
        with store(running) as client:
            assert client.ping()


def test_a_stale_pid_that_is_a_strangers_by_now_is_mended(
    made: Path, servers: embedded.Servers
) -> None:
    stale = (
        f"{servers.valkey.pid}\n{made / 'postgres'}\n1790000000\n5432\n/nowhere\n\n  1 1\nready\n"
    )
    (made / "postgres" / "postmaster.pid").write_text(stale)
    with embedded.running(made, durable=False, valkey=False) as running:
        assert query(running, "SELECT number FROM kept") == 7


def test_a_postgresql_that_someone_else_runs_on_the_folder_is_respected(
    made: Path, servers: embedded.Servers
) -> None:
    theirs = made / "postgres" / "postmaster.pid"
    refused = pytest.raises(embedded.EmbeddedError, match=r'"postmaster.pid" already exists')
    with spoilt(theirs, f"{servers.postgres.pid}\n"), refused:
        embedded.start(made, durable=False, valkey=False)


def test_what_an_interrupted_initdb_left_is_swept_away(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres.making-abc"
    (half_made / "base").mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with embedded.running(tmp_path, durable=False, valkey=False) as running:
        assert query(running, "SELECT 1") == 1
    assert not half_made.exists()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_a_folder_that_is_not_whole_is_refused_and_left_as_it_is(made: Path, missing: str) -> None:
    refused = pytest.raises(embedded.EmbeddedError, match=r"not whole \(.*postgres\)\. Put back")
    with spoilt(made / "postgres" / missing), refused:
        embedded.start(made, durable=False)
    assert (made / "postgres" / "base").exists()
    assert embedded.environment_of(made) == {}


def test_data_of_another_major_version_are_refused(made: Path) -> None:
    refused = pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 17, and this is 18")
    with spoilt(made / "postgres" / "PG_VERSION", "17\n"), refused:
        embedded.start(made, durable=False)


def test_a_server_that_does_not_come_up_says_why_and_nothing_stays(made: Path) -> None:
    refused = pytest.raises(embedded.EmbeddedError, match=r"nonsense.*See .*postgres\.log")
    with spoilt(made / "postgres" / "postgresql.conf", "nonsense = 1\n"), refused:
        embedded.start(made, durable=False)
    with embedded.running(made, durable=False) as running:
        assert query(running, "SELECT number FROM kept") == 7


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(embedded.EmbeddedError, match="Set HEARBACK_DATA_DIR"):
        embedded.start(tmp_path / "var")


def test_a_log_that_has_grown_large_begins_anew(tmp_path: Path) -> None:
    log = tmp_path / "valkey.log"
    log.write_bytes(b"old\n" * 300_000)
    with embedded.running(tmp_path, durable=False, postgres=False):
        assert log.stat().st_size < 100_000
    assert log.stat().st_mode & 0o777 == 0o600


def test_sockets_stay_short_when_the_temporary_folder_is_deep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("deep" * 30)))
    with embedded.running(tmp_path, durable=False, postgres=False) as running:
        assert len(str(running.valkey.socket)) < 60


def test_nothing_listens_on_tcp(servers: embedded.Servers) -> None:
    inodes = set()
    for server in (servers.postgres, servers.valkey):
        for link in Path(f"/proc/{server.pid}/fd").iterdir():
            inodes.add(os.readlink(link).removeprefix("socket:[").removesuffix("]"))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            assert line.split()[9] not in inodes
