"""Going live: only with a whole rota, a named fallback, a helpline and a way to send e-mail."""

from datetime import time

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import Engine, text

from hearback import cli, provider, staff
from hearback.provider import ProviderRefused
from hearback.staff import StaffRefused
from runtime.settings import Settings
from storage import rota
from tests.cover import address, cover
from tests.places import seed


@pytest.fixture
def with_mail(given: Settings) -> Settings:
    return given.model_copy(update={"smtp_url": SecretStr("smtp://mail.example.org")})


def live_at(engine: Engine) -> object:
    with engine.connect() as connection:
        return connection.execute(text("SELECT live_at FROM providers")).scalar_one()


def test_a_bare_provider_is_told_all_that_is_missing(engine: Engine, given: Settings) -> None:
    with engine.begin() as connection:
        seed(connection, live_at=None)
        connection.execute(text("UPDATE providers SET details = '{}'"))
    with pytest.raises(ProviderRefused) as refused:
        provider.go_live(given, "seaview")
    for said in (
        "“On-call manager or crisis team”", "“Safeguarding team”", "“Named safeguarding lead”",
        "“Patient-safety team”", "“PALS and complaints team”", "named fallback", "pals_number",
        "SMTP_URL",
    ):  # fmt: skip
        assert said in str(refused.value)
    assert live_at(engine) is None


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ("DELETE FROM rota_shifts WHERE duty = 'on_call'", "On-call"),
        ("DELETE FROM rota_fallbacks", "named fallback"),
        ("UPDATE accounts SET active = false WHERE name = 'Noor Deputy'", "named fallback"),
        ("UPDATE accounts SET active = false WHERE name = 'Max Safer'", "Patient-safety"),
        ("UPDATE grants SET role = 'board' WHERE role = 'on_call'", "On-call"),
        (
            "INSERT INTO grants (account_id, provider_id, role) SELECT id, 1, 'service_lead' "
            "FROM accounts WHERE name = 'Noor Deputy'",
            "named fallback",
        ),
    ],
)
def test_one_thing_missing_is_enough(
    engine: Engine, with_mail: Settings, spoiled: str, said: str
) -> None:
    with engine.begin() as connection:
        cover(connection, seed(connection, live_at=None))
        connection.execute(text(spoiled))
    with pytest.raises(ProviderRefused, match=said):
        provider.go_live(with_mail, "seaview")
    assert live_at(engine) is None


def test_with_everything_it_goes_live_once(engine: Engine, with_mail: Settings) -> None:
    with engine.begin() as connection:
        cover(connection, seed(connection, live_at=None))
    assert "is live" in provider.go_live(with_mail, "seaview")
    since = live_at(engine)
    assert since is not None
    assert provider.go_live(with_mail, "seaview") == "seaview is live already"
    assert live_at(engine) == since
    with engine.connect() as connection:
        noted = connection.execute(text("SELECT action FROM audit")).scalars().all()
    assert noted == ["went_live"]


def test_the_command_says_what_is_missing_in_one_line(engine: Engine, given: Settings) -> None:
    with engine.begin() as connection:
        seed(connection, live_at=None)
    environment = {
        "HEARBACK_DATABASE_URL": given.database_url.replace("+psycopg", ""),
        "HEARBACK_REDIS_URL": given.redis_url,
        "HEARBACK_SECRET_KEY": given.secret_key.get_secret_value(),
        "HEARBACK_PUBLIC_URL": given.public_url,
    }
    for code, said in (("seaview", "cannot go live"), ("nowhere", "there is no provider")):
        done = CliRunner().invoke(cli.main, ["provider", "go-live", code], env=environment)
        assert done.exit_code == 2
        assert said in done.output
        assert len(done.output.splitlines()) == 1


def test_whom_the_rota_of_a_live_provider_needs_cannot_be_closed(
    engine: Engine, given: Settings
) -> None:
    with engine.begin() as connection:
        place = seed(connection)
        covered = cover(connection, place)
        rota.add(connection, place.provider_id, "on_call", covered.guard, [1], time(9), time(17))
    for name, lost in (("fallback", "named fallback"), ("patients", "Patient-safety team")):
        with pytest.raises(StaffRefused, match=f"seaview: .*{lost}"):
            staff.close(given, address(name, place))
    staff.close(given, address("oncall", place))
    with engine.connect() as connection:
        open_ = connection.execute(text("SELECT id FROM accounts WHERE active")).scalars().all()
    assert set(open_) == set(vars(covered).values()) - {covered.on_call}
