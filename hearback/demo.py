"""`make demo`: everything on this machine with a made-up provider, until Ctrl-C.

Servers from wheels unless the settings name others; settings that are not given are made up once
and kept in the data folder, so that a second run reads what the first one wrote.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from hearback.madeup import load
from runtime import clock, embedded, settings
from runtime.embedded import EmbeddedError
from runtime.settings import Settings, SettingsError
from storage import database, migrate

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
        sys.stderr.write(addresses(given, environment))
        return _honcho(environment)


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
    engine.dispose()


def addresses(given: Settings, environment: Mapping[str, str]) -> str:
    """What to open, and with which made-up secrets."""
    lines = [
        "",
        "Hearback is running with a made-up provider. Nothing leaves this machine.",
        f"  Phone simulator   {given.public_url}/phone",
        f"  Web chat          {given.public_url}/talk/{load.TOUCHPOINT}",
        f"  Dashboard         {given.public_url}/dashboard/",
        f"  Sign in as        {load.EMAIL}  password  {load.PASSWORD}",
        f"  Twilio webhook    {given.public_url}/webhooks/twilio/sms  (To {load.SMS_NUMBER})",
    ]
    if "TWILIO_ACCOUNT_SID" not in environment:
        lines.append(f"  Twilio auth token {environment['TWILIO_AUTH_TOKEN']}  (made up)")
    return "\n".join([*lines, "Stop with Ctrl-C.", ""]) + "\n"


def _honcho(environment: Mapping[str, str]) -> int:
    """Honcho runs the Procfile; when one process ends it ends them all."""
    command = [sys.executable, "-m", "honcho", "start", "--no-prefix", "--procfile", str(PROCFILE)]
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    process = subprocess.Popen(  # noqa: S603  our own interpreter, our own Procfile
        [*command, *PROCESSES],
        env={**environment, "PATH": path},
        start_new_session=True,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        return 0


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
