"""What staff of a service have said of their work, through a door that keeps the floor of eleven.

Runs in a transaction of `storage.database.staff`; no other way leads to these rows from a page.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select, text

from storage.tables import Provider, Service

_SAID = text("SELECT question, code, words, answered FROM hearback_staff_said(:service_id)")


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """answered: how many the rest is of, a multiple of eleven; 0 where fewer than eleven answered.

    codes: question -> code -> how many. words: question -> redacted words, in no order of time.
    """

    answered: int
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)


def said(connection: Connection, service_id: int) -> StaffSaid:
    """What may be shown of it."""
    found = StaffSaid(0)
    for question, code, words, answered in connection.execute(_SAID, {"service_id": service_id}):
        if words is not None:
            found.words.setdefault(question, []).append(words)
        elif code is not None:
            found.codes.setdefault(question, {})[code] = answered
        else:
            found = StaffSaid(answered, found.codes, found.words)
    return found


def guardian(connection: Connection, service_id: int) -> str:
    """The Freedom to Speak Up Guardian whom the provider has named; "" where none."""
    query = (
        select(Provider.details, Service.details)
        .join(Service, Service.provider_id == Provider.id)
        .where(Service.id == service_id)
    )
    provider, service = connection.execute(query).one()
    return str({**provider, **service}.get("guardian", ""))
