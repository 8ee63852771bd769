"""`make demo`: everything on this machine with a made-up provider, until Ctrl-C.

Servers from wheels unless the settings name others; settings that are not given are made up once
and kept in the data folder, so that a second run reads what the first one wrote.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

from bot.channels import telegram
from hearback.madeup import load
from runtime import clock, embedded, settings
from runtime.embedded import EmbeddedError
from runtime.settings import Settings, SettingsError
from storage import database, migrate, services

PROCFILE = Path(__file__).parents[1] / "Procfile"
PROCESSES = ("web", "worker", "clock")


def run() -> int:
    """Start, serve, and stop all that was started; returns the exit status."""
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    with ExitStack() as started:
        try:
            environment = prepared(started)
            given = settings.load(environment)
            fill(given)
        except (SettingsError, EmbeddedError) as error:
            sys.stderr.write(f"hearback demo: {error}\n")
            return 2
        except KeyboardInterrupt:
            return 130
        return _serve(given, environment)


def prepared(started: ExitStack) -> dict[str, str]:
    """The environment of the demo's processes; servers that it started end with `started`."""
    environment = {name: value for name, value in os.environ.items() if value}
    data_dir = Path(environment.setdefault("HEARBACK_DATA_DIR", "var")).resolve()
    environment["HEARBACK_DATA_DIR"] = str(data_dir)
    needs = {
        "postgres": "HEARBACK_DATABASE_URL" not in environment,
        "valkey": "HEARBACK_REDIS_URL" not in environment,
    }
    if any(needs.values()):
        servers = embedded.start(data_dir / "servers", **needs)
        started.callback(servers.stop)
        environment |= servers.environment
    port = environment.setdefault("PORT", "8000")
    environment.setdefault("HEARBACK_PUBLIC_URL", f"http://localhost:{port}")
    environment["HEARBACK_DEMO"] = "1"
    return {**made_up(data_dir), **environment}


def made_up(data_dir: Path) -> dict[str, str]:
    """Secrets for the demo alone, made once and kept in the data folder."""
    path = data_dir / "demo.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = {
            "HEARBACK_SECRET_KEY": f"demo:{clock.fresh_key()}",
            "TWILIO_AUTH_TOKEN": clock.fresh_token(24),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept))
    secrets: dict[str, str] = json.loads(path.read_text())
    return secrets


def fill(given: Settings) -> None:
    """Migrate, and load the made-up provider where it is not there yet."""
    engine = database.connect(given, 2)
    migrate.upgrade(engine)
    load.load(engine, clock.now())
    if given.telegram_bot_token is not None:
        bot = telegram.bot_id(given.telegram_bot_token.get_secret_value())
        with engine.begin() as connection:
            services.answer_also(connection, "telegram", bot, load.TOUCHPOINT, "free")
    engine.dispose()


def addresses(given: Settings, environment: Mapping[str, str]) -> str:
    """What to open, and with which made-up secrets."""
    outside = {"TWILIO_ACCOUNT_SID", "TELEGRAM_BOT_TOKEN"} & set(environment)
    leaves = "Nothing leaves this machine."
    if outside:
        leaves = f"It sends through {' and '.join(sorted(outside))}, as you have set them."
    lines = [
        "",
        f"Hearback is running with a made-up provider. {leaves}",
        f"  Phone simulator   {given.public_url}/phone",
        f"  Web chat          {given.public_url}/talk/{load.TOUCHPOINT}",
        f"  Dashboard         {given.public_url}/dashboard/",
        f"  Sign in as        {load.EMAIL}  password  {load.PASSWORD}",
        f"  Triage queue      sign in as {load.GUARD}, the same password",
        f"  Twilio webhook    {given.public_url}/webhooks/twilio/sms  (To {load.SMS_NUMBER})",
    ]
    if "TWILIO_ACCOUNT_SID" not in environment:
        lines.append(f"  Twilio auth token {environment['TWILIO_AUTH_TOKEN']}  (made up)")
    return "\n".join([*lines, "Stop with Ctrl-C.", ""]) + "\n"


def _serve(given: Settings, environment: Mapping[str, str]) -> int:
    """Honcho runs the Procfile until told to stop; when one process ends it ends them all."""
    command = [sys.executable, "-m", "honcho", "start", "--procfile", str(PROCFILE), *PROCESSES]
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    process = subprocess.Popen(  # noqa: S603  our own interpreter, our own Procfile
        command, env={**environment, "PATH": path}, start_new_session=True
    )
    try:
        if _answers(given.port, process):
            sys.stderr.write(addresses(given, environment))
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait(30)
        return 0


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until the web process answers; False when everything ended before it did."""
    while process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            time.sleep(0.2)
    return False


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
