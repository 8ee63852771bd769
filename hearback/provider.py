"""`hearback provider`: whether a provider has what it needs to take in texts, and going live."""

from flows import rota
from runtime import clock
from runtime.settings import Settings
from storage import audit, database, services
from storage import rota as rotas
from storage.audit import Deed


class ProviderRefused(Exception):
    """It cannot go live; the message says what is missing."""


def go_live(given: Settings, code: str) -> str:
    """Take in its texts from now on; returns a line that says so. Raises ProviderRefused.

    Without people to tell of somebody in danger a provider must not be texted (facts on safety, alerts 2).
    """
    now = clock.now()
    with database.once(given) as engine, engine.begin() as connection:
        provider_id = services.provider_by_code(connection, code)
        if provider_id is None:
            raise ProviderRefused(f"there is no provider with the code {code!r}")
        rotas.lock(connection, provider_id)
        (provider,) = rotas.providers(connection, [provider_id])
        if missing := [*rota.seen(connection, provider).missing, *_installation(given, provider)]:
            raise ProviderRefused(f"{code} cannot go live: {'; '.join(missing)}")
        if not services.go_live(connection, provider_id, now):
            return f"{code} is live already"
        audit.note(connection, Deed("went_live", provider_id=provider_id), now)
    return f"{code} is live: its texts are taken in from now on"


def _installation(given: Settings, provider: rotas.ProviderSeen) -> list[str]:
    """What is missing beside the rota."""
    missing = []
    if not provider.helpline:
        missing.append("its details name no pals_number to ring")
    if given.smtp_url is None and not given.demo:
        missing.append("SMTP_URL is not set, so nobody on the rota can be told")
    return missing
