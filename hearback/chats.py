"""`hearback chats`: which of WhatsApp and Telegram a provider has switched on."""

from collections.abc import Callable

from runtime.settings import Settings
from storage import database, services


class NoSuchProvider(Exception):
    """There is no provider with this code; the message is one line."""


def switch(
    given: Settings, provider: str, on: str | None, off: str | None, say: Callable[[str], object]
) -> None:
    """Switch one on, one off, or neither; `say` gets a line for each chat. Raises NoSuchProvider."""
    engine = database.connect(given, 1)
    try:
        with engine.begin() as connection:
            provider_id = services.provider_by_code(connection, provider)
            if provider_id is None:
                raise NoSuchProvider(f"there is no provider {provider!r}")
            for chat, state in ((on, True), (off, False)):
                if chat is not None:
                    services.switch(connection, provider_id, chat, on=state)
            chats = services.switched_on(connection, provider_id)
        for chat in services.CHATS:
            say(f"{chat}: {'on' if chat in chats else 'off'}")
    finally:
        engine.dispose()
