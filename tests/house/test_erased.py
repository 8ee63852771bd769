"""After an erasure: everything that the house keeps is searched, and nothing of the person is left but
the keyed hash by which we know that they want no more texts.
"""

import io
from datetime import timedelta

from redis import Redis
from sqlalchemy import Engine, text

from flows import erase
from flows.house import House
from flows.understand import understand
from runtime import jobs, log
from runtime.settings import Settings
from storage import erasures, inbox
from storage.spool import Spool
from tests.flows.talking import Phone
from tests.house import dump
from tests.places import seed

WORD, AGAIN = "zorbleflux", "quamplish"
HERS, OTHER = "+447700900987", "+447700900988"
HASHES = """
    SELECT encode(key, 'hex') FROM people UNION ALL SELECT encode(sender, 'hex') FROM inbox
    UNION ALL SELECT provider_ref FROM inbox UNION ALL SELECT encode(words, 'hex') FROM comments
    UNION ALL SELECT encode(letter, 'hex') FROM inbox UNION ALL SELECT encode(letter, 'hex') FROM outbox
    UNION ALL SELECT encode(address, 'hex') FROM people
    UNION ALL SELECT encode(state, 'hex') FROM conversations
"""


def _written(engine: Engine, given: Settings, logged: io.StringIO) -> dict[str, bytes]:
    return {
        **dump.database(engine),
        **{f"valkey {key}": value for key, value in dump.valkey(given.redis_url).items()},
        **dump.folder(given.data_dir),
        "logs": logged.getvalue().encode(),
    }


def test_nothing_of_the_person_is_left_but_the_opt_out(engine: Engine, given: Settings) -> None:
    logged = io.StringIO()
    log.configure("DEBUG", "erased", logged)
    with engine.begin() as connection:
        place = seed(connection)
    house, spool = House(engine), Spool(given.data_dir / "spool")
    hers = Phone(house, place.number, HERS)
    refs = [f"SM-hers-{number}" for number in range(5)]
    for ref, said in zip(
        refs, (f"2 the {WORD} was kind", "1", "STOP", "delete my data", "DELETE"), strict=True
    ):
        hers.text(said, ref)
    understand(house)
    with engine.connect() as connection:
        traces = set(connection.execute(text(HASHES)).scalars()) - {None}
    Phone(house, place.number, OTHER).text(f"2 the {AGAIN} was kind")
    understand(house)
    with Redis.from_url(given.redis_url) as redis:
        jobs.ring(redis, jobs.ERASE)

    assert WORD.encode() in dump.database(engine)["comments.redacted"], "else nothing is searched"
    (due,) = _due(engine, hers)
    assert erase.erase(house, due, hers.now + erase.WITHIN)

    written = _written(engine, given, logged)
    opt_out = inbox.sender("sms", HERS).hex()
    assert opt_out in traces
    for trace in (*traces - {opt_out}, WORD, HERS, HERS[3:], *refs):
        assert dump.holders(trace, written) == set(), trace[:12]
    assert dump.holders(opt_out, written) == {"opt_outs.key"}
    assert dump.holders(AGAIN, written) == {"comments.redacted"}, "nobody else's words have gone"
    assert spool.waiting() == []


def _due(engine: Engine, phone: Phone) -> list[int]:
    with engine.connect() as connection:
        return erasures.due(connection, phone.now + erase.WITHIN + timedelta(minutes=1))
