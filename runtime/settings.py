"""The settings of one process: one frozen object, read from the environment once.

A missing or malformed setting stops the process with a line that names it; the line never shows
the value, which may be a secret. `docs/settings.md` lists them all and a test keeps it true.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it and says what is wanted."""


def _keyring(value: SecretStr) -> SecretStr:
    parse_secret_key(value.get_secret_value())
    return value


def _without_slash(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/") if value else value


def _database_url(value: str) -> str:
    if not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ValueError("must be a postgresql:// address (PostgreSQL is the one database)")
    return "postgresql+psycopg://" + value.split("://", 1)[1]


def _redis_url(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return value


def _smtp_url(value: SecretStr | None) -> SecretStr | None:
    if value is None:
        return None
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("must begin with smtp:// or smtps:// and name a host")
    return value


def parse_secret_key(value: str) -> dict[str, bytes]:
    """`id:base64[,id:base64...]`, newest first -> {id: key of at least 32 bytes}, in that order.

    Raises ValueError that names the faulty part by its place, never by its value.
    """
    keys: dict[str, bytes] = {}
    for place, part in enumerate(value.split(","), start=1):
        name, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"part {place} is not id:base64") from None
        if not name or len(key) < 32:
            raise ValueError(f"part {place} needs an id, a colon and base64 of at least 32 bytes")
        if name in keys:
            raise ValueError(f"part {place} repeats the id of an earlier one")
        keys[name] = key
    return keys


Address = Annotated[str | None, AfterValidator(_without_slash)]


class Settings(BaseModel):
    """Everything that a process may be told from outside; see `docs/settings.md`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        alias="HEARBACK_DATABASE_URL"
    )
    redis_url: Annotated[str, AfterValidator(_redis_url)] = Field(alias="HEARBACK_REDIS_URL")
    secret_key: Annotated[SecretStr, AfterValidator(_keyring)] = Field(alias="HEARBACK_SECRET_KEY")
    public_url: Annotated[str, AfterValidator(_without_slash)] = Field(alias="HEARBACK_PUBLIC_URL")
    data_dir: Path = Field(default=Path("var"), alias="HEARBACK_DATA_DIR")
    port: int = Field(default=8000, ge=0, le=65535, alias="PORT")
    host: str = Field(default="127.0.0.1", alias="HEARBACK_HOST")
    web_processes: int = Field(default=2, ge=1, le=64, alias="WEB_CONCURRENCY")
    web_threads: int = Field(default=8, ge=1, le=64, alias="HEARBACK_WEB_THREADS")
    demo: bool = Field(default=False, alias="HEARBACK_DEMO")
    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", alias="HEARBACK_LOG_LEVEL"
    )
    metrics_token: SecretStr | None = Field(default=None, alias="HEARBACK_METRICS_TOKEN")
    worker_metrics_port: int = Field(
        default=0, ge=0, le=65535, alias="HEARBACK_WORKER_METRICS_PORT"
    )
    trusted_proxies: int = Field(default=0, ge=0, le=8, alias="HEARBACK_TRUSTED_PROXIES")

    twilio_account_sid: str | None = Field(default=None, alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr | None = Field(default=None, alias="TWILIO_AUTH_TOKEN")
    twilio_api_base_url: Address = Field(default=None, alias="TWILIO_API_BASE_URL")
    twilio_messaging_service_sid: str | None = Field(
        default=None, alias="TWILIO_MESSAGING_SERVICE_SID"
    )
    telegram_bot_token: SecretStr | None = Field(default=None, alias="TELEGRAM_BOT_TOKEN")
    telegram_webhook_secret: SecretStr | None = Field(default=None, alias="TELEGRAM_WEBHOOK_SECRET")
    telegram_api_base_url: Address = Field(default=None, alias="TELEGRAM_API_BASE_URL")
    smtp_url: Annotated[SecretStr | None, AfterValidator(_smtp_url)] = Field(
        default=None, alias="SMTP_URL"
    )


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from `environment` (default: this process's own); an empty value is no value.

    Raises SettingsError with one line that names every faulty setting and what it wants.
    """
    given = os.environ if environment is None else environment
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    faults = []
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        faults.append(f"{name}: {_said(fault['type'], fault['msg'])}")
    return "; ".join(faults)


def _said(kind: str, message: str) -> str:
    if kind == "missing":
        return "is not set (see docs/settings.md)"
    return message.removeprefix("Value error, ")
