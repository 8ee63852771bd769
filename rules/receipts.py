"""What a provider's receipt may change: statuses come out of order, and nothing moves backwards.

Source: Twilio's status callbacks (queued, sent, delivered, undelivered, failed, read) carry no
order; a late "sent" after "delivered" is ordinary.
"""

_RANK = {
    "queued": 0,
    "handed": 1,
    "sending": 1,
    "unconfirmed": 1,
    "sent": 2,
    "failed": 3,
    "refused": 3,
    "delivered": 4,
}
_MEANS = {"queued": "sent", "sent": "sent", "delivered": "delivered", "read": "delivered"}


def after(standing: str, reported: str, opted_out: bool = False) -> str | None:
    """The state that an outbox row moves to, or None when the receipt changes nothing.

    standing: the row's state. reported: queued, sent, delivered, read or failed.
    "Queued" at the provider settles a row as sent: it has left us for certain.
    """
    wanted = "refused" if opted_out else _MEANS.get(reported, "failed")
    return wanted if _RANK[wanted] > _RANK[standing] else None
