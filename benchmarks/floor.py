"""The floor: what the same web server answers a second when the application does nothing at all."""

import sys

from flask import Flask, Response

from benchmarks.texts import PATH

ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Message action="https://feedback.example.org'
    '/webhooks/twilio/status?outbox=1" method="POST">Thank you. Why did you say that? Tell us what '
    "was good and what we could do better, in your own words. The team sees your words, not your "
    "phone number.</Message></Response>"
)


def application() -> Flask:
    """Verifies nothing, stores nothing, always says the same."""
    app = Flask("floor", static_folder=None, template_folder=None)

    @app.post(PATH)
    def constant() -> Response:
        return Response(ANSWER, mimetype="application/xml")

    return app


def main() -> int:
    """`python -m benchmarks.floor`, with Hearback's own settings for its web processes."""
    # Granian's own processes import this module too, and need none of these.
    from hearback import web_process
    from runtime import settings

    web_process.serve(settings.load(), "benchmarks.floor:application")
    return 0


if __name__ == "__main__":
    sys.exit(main())
