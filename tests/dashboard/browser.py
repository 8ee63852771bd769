"""A browser for tests: keeps cookies, sends form tokens, and lints every page that it opens."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.dashboard.lint import lint

BASE = "https://feedback.example.org"
PASSWORD = "invented for tests only"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ONCE = re.compile(r'name="once" value="([^"]+)"')


@dataclass
class Browser:
    """One browser at one address. `page`: the HTML that it shows."""

    app: Flask
    address: str = "192.0.2.1"
    page: str = ""
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page; an HTML page is linted."""
        response = self.client.get(path, **self._as_from_here(options))
        return self._seen(response)

    def post(self, path: str, form: dict[str, str] | None = None, **options: Any) -> TestResponse:
        """Send a form with the tokens of the page that is shown (`csrf=False`: without)."""
        fields = dict(form or {})
        if options.pop("csrf", True):
            fields.setdefault("csrf_token", self._on_page(_TOKEN))
        if once := self._on_page(_ONCE):
            fields.setdefault("once", once)
        response = self.client.post(path, data=fields, **self._as_from_here(options))
        return self._seen(response)

    def sign_in(self, email: str, password: str = PASSWORD, next_page: str = "") -> TestResponse:
        """Fill in the form, as it stands."""
        self.get("/dashboard/sign-in")
        form = {"email": email, "password": password, "next": next_page}
        return self.post("/dashboard/sign-in", form)

    @property
    def cookies(self) -> dict[str, str]:
        """Names and values of the cookies that it keeps."""
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}

    def _as_from_here(self, options: dict[str, Any]) -> dict[str, Any]:
        headers = {"Referer": BASE + "/", **options.pop("headers", {})}
        environ = {"REMOTE_ADDR": self.address}
        return {"base_url": BASE, "headers": headers, "environ_overrides": environ, **options}

    def _on_page(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self.page)
        return found[1] if found else ""

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and "<main" in response.text:
            self.page = response.text
            lint(response)
        return response
