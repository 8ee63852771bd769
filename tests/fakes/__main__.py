"""Run a fake as a process of its own: `python -m tests.fakes twilio --port 9001 --app-url URL`.

Prints its address, then serves until it is ended; driven by `POST /control/<method>`.
"""

import argparse
import threading

from tests.fakes import FakeTelegram, FakeTwilio
from tests.fakes.server import FakeServer


def main() -> None:
    """Serve one fake until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes")
    parser.add_argument("provider", choices=("twilio", "telegram"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--app-url", default="http://127.0.0.1:8000")
    parser.add_argument("--public-url", help="for which Twilio signs; default: --app-url")
    parser.add_argument("--account-sid", default="AC" + "0" * 31 + "1")
    parser.add_argument("--token", help="Twilio's auth token, or the bot's token")
    given = parser.parse_args()
    with _fake(given) as fake:
        fake.app_url = given.app_url
        print(fake.base_url, flush=True)
        threading.Event().wait()


def _fake(given: argparse.Namespace) -> FakeServer:
    if given.provider == "telegram":
        return FakeTelegram(port=given.port, token=given.token or "700900:fake-bot-token")
    return FakeTwilio(
        port=given.port,
        public_url=given.public_url or given.app_url,
        account_sid=given.account_sid,
        auth_token=given.token or "fake-auth-token",
    )


if __name__ == "__main__":
    main()
