"""The outbox: no letter is claimed twice, however many workers look."""

import threading
from collections import Counter
from datetime import timedelta

from sqlalchemy import Engine

from storage import outbox
from storage.outbox import Letter
from tests.places import MOMENT, seed


def _letters(provider_id: int, count: int) -> list[Letter]:
    return [
        Letter(provider_id, None, None, "sms", "+441632960100", "+447700900001", "thanks", "{}")
        for _ in range(count)
    ]


def test_eight_workers_claim_each_letter_once(engine: Engine) -> None:
    with engine.begin() as connection:
        place = seed(connection)
        outbox.put(connection, _letters(place.provider_id, 400), outbox.QUEUED, MOMENT)
    taken: Counter[int] = Counter()

    def worker() -> None:
        while True:
            with engine.begin() as connection:
                claimed = outbox.claim(connection, 7, MOMENT)
            if not claimed:
                return
            taken.update(due.outbox_id for due in claimed)

    workers = [threading.Thread(target=worker) for _ in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(taken) == 400
    assert set(taken.values()) == {1}


def test_a_letter_is_not_claimed_before_it_is_due(engine: Engine) -> None:
    with engine.begin() as connection:
        place = seed(connection)
        (first,) = outbox.put(connection, _letters(place.provider_id, 1), outbox.QUEUED, MOMENT)
        (due,) = outbox.claim(connection, 5, MOMENT)
        outbox.again(connection, due, MOMENT + timedelta(seconds=30), MOMENT)
        assert outbox.claim(connection, 5, MOMENT + timedelta(seconds=29)) == []
        assert [
            due.outbox_id for due in outbox.claim(connection, 5, MOMENT + timedelta(seconds=31))
        ] == [first]


def test_settle_only_from_the_states_named(engine: Engine) -> None:
    with engine.begin() as connection:
        place = seed(connection)
        (first,) = outbox.put(connection, _letters(place.provider_id, 1), outbox.HANDED, MOMENT)
        assert not outbox.settle(connection, first, outbox.SENT, MOMENT, only_from=[outbox.SENDING])
        assert outbox.settle(connection, first, outbox.SENT, MOMENT, only_from=[outbox.HANDED])
