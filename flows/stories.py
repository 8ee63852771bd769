"""What people let us do with their story, as it is heard: share it with some, or take it down.

Runs inside the transaction of their text, so that what they take back is gone with our answer.
"""

from sqlalchemy import Connection

from bot.dialogue import facts
from flows.alert import Occasion
from storage import stories
from storage.stories import Sharing


def heard(connection: Connection, occasion: Occasion) -> None:
    """What one text says of stories."""
    for fact in occasion.turn.facts:
        match fact:
            case facts.StoryShared(audience) if occasion.written.response_id is not None:
                stories.share(connection, _sharing(occasion, audience), occasion.now)
            case facts.StoryWithdrawn():
                stories.withdraw(connection, occasion.who.person_id, occasion.now)


def _sharing(occasion: Occasion, audience: str) -> Sharing:
    response_id = occasion.written.response_id
    assert response_id is not None
    return Sharing(
        provider_id=occasion.place.provider_id,
        service_id=occasion.place.service_id,
        person_id=occasion.who.person_id,
        response_id=response_id,
        audience=audience,
        script=occasion.open.script,
        script_version=occasion.open.script_version,
    )
