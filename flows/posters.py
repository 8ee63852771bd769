"""What the poster of a touchpoint says: each way to tell us, what it costs, and what it is not for.

Text first, then web, phone and paper, then the chats that the provider has switched on (facts:
safety, "Telegram and WhatsApp"). Knows nothing of paper sizes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot import library
from bot.dialogue.messages import Channel
from flows.house import House
from rules import telephone
from storage import services
from storage.services import Address, Place

_FREE_TO_RING = ("0800", "0808", "116")
"""Free from any phone in the United Kingdom (Ofcom, the cost of calling)."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell us. say: what to do or where. word: what to send there. note: what it costs."""

    kind: str
    label: str
    say: str
    note: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Poster:
    """All that a poster says, ready to be set. `web`: the address that its QR code holds."""

    language: str
    title: str
    provider: str
    heading: str
    tell: str
    web: str
    code_is: str
    ways: tuple[Way, ...]
    small: tuple[str, ...]
    urgent: str


def poster(house: House, public_url: str, code: str, language: str = "en") -> Poster | None:
    """The poster of the open touchpoint with this code, or None where there is none."""
    with house.engine.connect() as connection:
        place = house.touchpoint(connection, code)
        return _poster(connection, public_url, place, language) if place else None


def _poster(connection: Connection, public_url: str, place: Place, language: str) -> Poster:
    said = library.sentences("poster", language)
    names = {"service": place.service_name, "provider": place.provider_name}
    lines = {each.channel: each for each in services.addresses(connection, place.provider_id)}
    web = f"{public_url}/talk/{place.touchpoint_code}"
    return Poster(
        language=language,
        title=said["title"].format(**names),
        provider=place.provider_name,
        heading=said["heading"],
        tell=said["tell"].format(**names),
        web=web,
        code_is=said["web.code"].format(address=_shown(web)),
        ways=tuple(
            way
            for way in (
                _text(said, place, lines.get(Channel.SMS)),
                Way("web", said["web"], _shown(web), said["web.cost"], said["web.how"]),
                _phone(said, place),
                _paper(said, place),
                *_chats(said, place, lines),
            )
            if way is not None
        ),
        small=_small(said, place, texts=Channel.SMS in lines),
        urgent=said["urgent"],
    )


def _text(said: Mapping[str, str], place: Place, line: Address | None) -> Way | None:
    if line is None:
        return None
    to = said["to"].format(number=telephone.as_written(line.address))
    return Way("text", said["text"], to, said[f"text.{line.reply_cost}"], place.touchpoint_code)


def _phone(said: Mapping[str, str], place: Place) -> Way | None:
    details = place.details
    number = details.get("feedback_phone") or details.get("pals_number")
    if not number:
        return None
    free = number.replace(" ", "").startswith(_FREE_TO_RING)
    cost = said["phone.free" if free else "phone.standard_rate"]
    hours = " ".join(details.get(name, "") for name in ("pals_days", "pals_hours"))
    when = details.get("feedback_hours") or hours.strip()
    return Way("phone", said["phone"], number, f"{when}. {cost}" if when else cost)


def _paper(said: Mapping[str, str], place: Place) -> Way | None:
    how = place.details.get("feedback_paper")
    return Way("paper", said["paper"], how, said["paper.cost"]) if how else None


def _chats(said: Mapping[str, str], place: Place, lines: Mapping[str, Address]) -> list[Way]:
    """The chats that are switched on and can be reached, each with what it costs and who runs it."""
    found = []
    for channel, how in (
        (Channel.WHATSAPP, _whatsapp),
        (Channel.TELEGRAM, _telegram),
    ):
        line = lines.get(channel)
        say = how(said, place, line) if line and place.takes(channel) else None
        if line and say:
            notes = [said[f"chat.{line.reply_cost}"], said["chat.outside"]]
            if channel is Channel.TELEGRAM:
                notes.append(said["telegram.age"])
            found.append(Way(channel, said[channel], say, " ".join(notes)))
    return found


def _whatsapp(said: Mapping[str, str], place: Place, line: Address) -> str:
    return said["whatsapp.how"].format(
        word=place.touchpoint_code, number=telephone.as_written(line.address)
    )


def _telegram(said: Mapping[str, str], place: Place, _line: Address) -> str | None:
    name = place.details.get("telegram_name")
    address = f"t.me/{name}?start={place.touchpoint_code}"
    return said["telegram.how"].format(address=address) if name else None


def _small(said: Mapping[str, str], place: Place, *, texts: bool) -> tuple[str, ...]:
    link = place.details.get("access_link")
    access = (f"{said['access']} {link}",) if link else ()
    return (*access, f"{said['private']} {said['stop']}" if texts else said["private"])


def _shown(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://")
