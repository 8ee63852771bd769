"""The ledger: what people sent and saw against what the tables hold. Nothing lost, nothing twice."""

from collections import Counter
from typing import Any

from sqlalchemy import Engine, select, text

from bot.dialogue.messages import Channel
from flows import letters
from storage import crypto
from storage.tables import (
    Alert,
    AlertText,
    Comment,
    Conversation,
    Inbox,
    Mail,
    Outbox,
    Person,
    Response,
)
from tests.faults.stage import CHAT, PERSON, Stage

TWIN, TWIN_CHAT = "+447700900002", 1002
"""The twin says the same to the same place, and nobody dies: what must come of it."""

CHECK_IN = "how are things for you this week?"

FINAL = {"sent", "delivered", "failed", "refused"}

_DAILY = {
    "daily_ratings": "coalesce(rating, '')",
    "daily_roles": "coalesce(role, ''), coalesce(rating, '')",
    "daily_modes": "mode, coalesce(rating, '')",
}


def balance(stage: Stage) -> None:
    """Compare the person, on each channel that they used, with a twin whom no fault has touched."""
    engine = stage.door.house.engine
    _nothing_is_owed(stage, engine)
    _counts_equal_a_recount(engine)  # before the twin's texts have its days counted again
    if sent := _texted(stage, PERSON):
        _twin_texts(stage, sent)
        _phones_agree(stage)
        _answers_agree(engine, Channel.SMS, PERSON, TWIN)
        _alerts_agree(engine, Channel.SMS, PERSON, TWIN)
        _everybody_in_danger_is_told_of(stage, engine)
    if said := _written(stage, CHAT):
        _twin_writes(stage, said)
        _chats_agree(stage)
        _answers_agree(engine, Channel.TELEGRAM, str(CHAT), str(TWIN_CHAT))
    assert sent or said, "nobody said anything"
    _every_text_is_kept_once(stage, engine)
    _nothing_is_owed(stage, engine)
    _counts_equal_a_recount(engine)


def _texted(stage: Stage, number: str) -> list[tuple[str, str]]:
    """(MessageSid, body) of what that phone has sent."""
    return [
        (message.sid, message.body)
        for message in stage.twilio.messages.values()
        if message.direction == "inbound" and message.from_ == number
    ]


def _written(stage: Stage, chat: int) -> list[str]:
    return [shown.text for shown in stage.telegram.thread(chat) if not shown.ours]


def _twin_texts(stage: Stage, sent: list[tuple[str, str]]) -> None:
    with stage.nearby():
        for _, body in sent:
            delivery = stage.twilio.text(TWIN, stage.seeded.number, body)
            assert delivery.attempts[-1].status == 200
        stage.twilio.wait_idle()
        stage.half_an_hour()


def _twin_writes(stage: Stage, said: list[str]) -> None:
    with stage.nearby():
        for words in said:
            stage.telegram.says(TWIN_CHAT, words)
        if not stage.telegram.webhook:
            _push_by_hand(stage)
        stage.half_an_hour()


def _push_by_hand(stage: Stage) -> None:
    """Where the bot polls, the twin's updates still wait: poll them here."""
    from bot.channels.telegram_api import TelegramSender
    from flows.accept import accept
    from runtime import clock

    sender = TelegramSender.from_settings(stage.given)
    assert sender
    with sender:
        for arrived in sender.poll(0, 0).texts:
            accept(stage.door.house, arrived, clock.now(), ride=False)


def _phones_agree(stage: Stage) -> None:
    """Twilio: exactly once. (A reply sent later by API may arrive after the next one.)"""
    came = [seen.body for seen in stage.twilio.phone(PERSON)]
    person = Counter(body for body in came if CHECK_IN not in body)
    assert len(came) - person.total() == _check_ins_written(stage), "check-ins"
    twin = Counter(seen.body for seen in stage.twilio.phone(TWIN))
    assert twin
    assert person == twin, f"on the phone: {person - twin} too often, {twin - person} lost"


def _check_ins_written(stage: Stage) -> int:
    """How many check-ins the person was to get. (The twin has agreed to none.)"""
    ((written,),) = stage.state("SELECT coalesce(sum(sent), 0) FROM check_ins")
    assert isinstance(written, int)
    return written


def _chats_agree(stage: Stage) -> None:
    """Telegram: at least once, at most twice."""
    person, twin = (
        Counter(shown.text for shown in stage.telegram.thread(chat) if shown.ours)
        for chat in (CHAT, TWIN_CHAT)
    )
    assert twin
    assert set(person) == set(twin)
    assert all(times <= person[reply] <= 2 * times for reply, times in twin.items()), person


def _answers_agree(engine: Engine, channel: Channel, person: str, twin: str) -> None:
    told = _answers(engine, channel, person)
    assert len(told) == 1, "one conversation, one response"
    assert told == _answers(engine, channel, twin)


def _answers(engine: Engine, channel: Channel, address: str) -> list[Any]:
    """All that one person's responses say, with the redacted words that staff read."""
    query = (
        select(
            Response.rating,
            Response.role,
            Response.service_id,
            Comment.words,
            Comment.redacted,
            Comment.held,
        )
        .join(Conversation, Conversation.id == Response.conversation_id)
        .join(Person, Person.id == Conversation.person_id)
        .outerjoin(Comment, Comment.response_id == Response.id)
        .where(Person.channel == channel, Person.key.in_(_keys(engine, channel, address)))
        .order_by(Response.id, Comment.id)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _alerts_agree(engine: Engine, channel: Channel, person: str, twin: str) -> None:
    assert _alerts(engine, channel, person) == _alerts(engine, channel, twin)


def _alerts(engine: Engine, channel: Channel, address: str) -> list[Any]:
    """All that one person's alerts say."""
    query = (
        select(Alert.kind, Alert.tier, Alert.rule, AlertText.place, AlertText.words)
        .join(AlertText, AlertText.alert_id == Alert.id)
        .join(Person, Person.id == Alert.person_id)
        .where(Person.channel == channel, Person.key.in_(_keys(engine, channel, address)))
        .order_by(AlertText.id)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _everybody_in_danger_is_told_of(stage: Stage, engine: Engine) -> None:
    """No letter twice, none left over, and of each alert somebody has one for certain."""
    came = Counter(stage.mailbox.ids())
    assert set(came.values()) <= {1}, came
    with engine.connect() as connection:
        told = connection.execute(select(Mail.alert_id, Mail.state, Mail.key)).all()
        alerts = set(connection.execute(select(Alert.id)).scalars())
    assert {row.state for row in told} <= {"sent", "unconfirmed"}
    assert {row.alert_id for row in told if row.state == "sent"} == alerts
    assert {row.key for row in told if row.state == "sent"} <= set(came)


def _keys(engine: Engine, channel: Channel, address: str) -> list[bytes]:
    with engine.connect() as connection:
        providers = connection.execute(text("SELECT id FROM providers")).scalars()
        return [
            key
            for provider in providers
            for key in crypto.keyring().lookups(str(provider), channel, address)
        ]


def _every_text_is_kept_once(stage: Stage, engine: Engine) -> None:
    with engine.connect() as connection:
        rows = connection.execute(select(Inbox.channel, Inbox.provider_ref, Inbox.letter)).all()
    kept = Counter((row.channel, row.provider_ref) for row in rows)
    assert set(kept.values()) == {1}
    heard = {row.provider_ref: letters.to_text(row.letter).inbound.text for row in rows}
    for sid, body in _texted(stage, PERSON):
        assert heard[sid] == body
    chats = Counter(_written(stage, CHAT) + _written(stage, TWIN_CHAT))
    assert Counter(heard[row.provider_ref] for row in rows if row.channel == "telegram") == chats


def _nothing_is_owed(stage: Stage, engine: Engine) -> None:
    with engine.connect() as connection:
        assert set(connection.execute(select(Inbox.state)).scalars()) == {"stepped"}
        assert set(connection.execute(select(Outbox.state)).scalars()) <= FINAL
        unread = select(Comment.id).where(Comment.redacted.is_(None))
        assert connection.execute(unread).all() == []
        assert connection.execute(text("SELECT id FROM dirty_days")).all() == []
    assert stage.door.spool.waiting() == []


def _counts_equal_a_recount(engine: Engine) -> None:
    with engine.connect() as connection:
        for table, keys in _DAILY.items():
            columns = "rating" if table == "daily_ratings" else f"{table[6:-1]}, rating"
            counted = connection.execute(
                text(f"SELECT service_id, day, {columns}, responses FROM {table}")
            ).all()
            again = connection.execute(
                text(
                    f"SELECT service_id, day, {keys}, count(*) FROM responses "
                    f"GROUP BY service_id, day, {keys}"
                )
            ).all()
            assert Counter(map(tuple, counted)) == Counter(map(tuple, again)), table
            assert counted, table
