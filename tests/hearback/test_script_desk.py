"""`hearback scripts load | approve | veto | list`, from the command line to the rows."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from bot import library
from hearback.cli import main
from runtime.settings import Settings
from tests.conftest import SECRET_KEY
from tests.places import seed


@pytest.fixture
def environment(engine: Engine, given: Settings) -> dict[str, str]:
    with engine.begin() as connection:
        seed(connection)
    return {
        "HEARBACK_DATABASE_URL": given.database_url.replace("+psycopg", ""),
        "HEARBACK_REDIS_URL": given.redis_url,
        "HEARBACK_SECRET_KEY": SECRET_KEY,
        "HEARBACK_PUBLIC_URL": given.public_url,
        "HEARBACK_DATA_DIR": str(given.data_dir),
    }


def run(environment: dict[str, str], *words: str) -> tuple[int, str]:
    command = ["scripts", *words, "--provider", "seaview"]
    result = CliRunner(env=environment).invoke(main, command)
    return result.exit_code, result.output


KIM = ("--name", "Kim Partner", "--role", "lived_experience_partner")
ROBIN = ("--name", "Robin Lead", "--role", "experience_lead")
CARER = library.script("carer")
DIGEST, VERSION = CARER.digest, CARER.version


def test_a_shipped_script_is_approved_and_vetoed(environment: dict[str, str]) -> None:
    assert f"carer {VERSION}: approved by 0 of 2 people" in run(environment, "list")[1]
    code, said = run(environment, "approve", "carer", *ROBIN, "--sha256", DIGEST)
    assert (code, said) == (0, f"carer {VERSION}: approved by 1 of 2 people; SHA-256 {DIGEST}\n")
    code, said = run(environment, "approve", "carer", *KIM, "--sha256", DIGEST)
    assert (code, said) == (0, f"carer {VERSION}: used; SHA-256 {DIGEST}\n")
    code, said = run(environment, "veto", "carer", *KIM, "--sha256", DIGEST, "--reason", "too long")
    assert code == 0
    assert said.startswith(f"carer {VERSION}: vetoed by Kim Partner on 20")
    assert "too long" in run(environment, "list")[1]


def test_an_own_script_is_loaded_and_waits(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "carer.yaml"
    text = (library.SHELF / "carer.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("what helps you", "what would help you"))
    code, said = run(environment, "load", str(path), "--author", "Robin Lead")
    assert code == 0
    assert said.startswith(f"carer {VERSION + 1} waits for its approvals; SHA-256 ")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("approve", "carer", *KIM, "--sha256", "0" * 64), "no text of the script 'carer' has this"),
        (("approve", "odd", *KIM, "--sha256", DIGEST), "no text of the script 'odd' has this"),
        (("approve", "carer", "--name", "A B", "--role", "odd", "--sha256", DIGEST),
         "role 'odd' is unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused(
    environment: dict[str, str], words: tuple[str, ...], reason: str
) -> None:
    code, said = run(environment, *words)
    assert code == 2
    assert reason in said


def test_a_wrong_script_is_not_loaded(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text("name: ours\nversion: 1\nlike: fft\nwording:\n  thanks: {en: ''}\n")
    code, said = run(environment, "load", str(path), "--author", "Robin Lead")
    assert code == 2
    assert "ours.yaml:5: wording 'thanks' has no 'en' sentence" in said
    assert "ours" not in run(environment, "list")[1]


def test_an_unknown_provider_is_refused(environment: dict[str, str]) -> None:
    result = CliRunner(env=environment).invoke(main, ["scripts", "list", "--provider", "odd"])
    assert result.exit_code == 2
    assert "there is no provider with the code 'odd'" in result.output
