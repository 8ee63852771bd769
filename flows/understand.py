"""Makes comments readable: today redaction, so that staff read words without names and numbers."""

from flows.house import House
from insight import redaction
from runtime import faults, log
from storage import comments
from storage.comments import Unread

COMMENTS_A_COMMIT = 50
NOT_PREPARED = "[this comment could not be prepared for reading]"


def understand(house: House) -> int:
    """Redact up to 50 comments in one commit; returns how many. Running twice changes nothing."""
    with house.engine.begin() as connection:
        unread = comments.claim_unread(connection, COMMENTS_A_COMMIT)
        redacted = [(row.comment_id, _readable(row)) for row in unread]
        comments.write_redacted(connection, redacted, redaction.VERSION)
        faults.reached("understand.before_commit")
    faults.reached("understand.after_commit")
    return len(redacted)


def _readable(row: Unread) -> str:
    """The redacted words. One comment that cannot be opened or read keeps no other waiting."""
    if not row.words:
        return NOT_PREPARED
    try:
        return redaction.redact(row.words).text
    except Exception as error:  # noqa: BLE001  whatever redaction stumbles over, the rest goes on
        log.get().error("not_redacted", code=str(row.comment_id), exc_info=error)
        return NOT_PREPARED
