"""The rota of a provider as its staff keep it, and whether it is enough to go live.

A live provider never loses what it went live with: the last shift of a duty, or its named fallback.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.house import House
from rules import rota as rules
from rules.rota import Shift
from storage import audit, database, rota
from storage.audit import Deed
from storage.rota import Holder, ProviderSeen, ShiftSeen

ROTA = "rota"
"""What a transaction must be allowed to do at a provider."""

DUTY_NAMES = {
    rules.ON_CALL: "On-call manager or crisis team",
    rules.SAFEGUARDING: "Safeguarding team",
    rules.SAFEGUARDING_LEAD: "Named safeguarding lead",
    rules.PATIENT_SAFETY: "Patient-safety team",
    rules.COMPLAINTS: "PALS and complaints team",
    rules.CARERS: "Carers’ team",
}


class RotaRefused(Exception):
    """It cannot be so; the message says why and what to do first."""


@dataclass(frozen=True, slots=True)
class RotaSeen:
    """A provider's rota as it stands. missing: what it still needs to go live, as sentences."""

    provider: ProviderSeen
    shifts: list[ShiftSeen]
    fallback: int | None
    holders: list[Holder]
    missing: list[str]

    def of(self, duty: str) -> list[ShiftSeen]:
        """The shifts of one duty."""
        return [shift for shift in self.shifts if shift.duty == duty]

    def able(self, duty: str) -> list[Holder]:
        """Who may be put on that duty."""
        return [holder for holder in self.holders if holder.roles & rules.ABLE[duty]]

    @property
    def able_for_any(self) -> list[Holder]:
        """Who may be put on some duty."""
        able = frozenset().union(*rules.ABLE.values())
        return [holder for holder in self.holders if holder.roles & able]

    @property
    def fallbacks(self) -> list[Holder]:
        """Who may be named as the fallback."""
        return [holder for holder in self.holders if _may_fall_back(holder)]


def read(house: House, provider_ids: Collection[int]) -> list[RotaSeen]:
    """The rotas of these providers."""
    with _guarded(house, *provider_ids) as connection:
        found = rota.providers(connection, provider_ids)
        return [seen(connection, provider) for provider in found]


def seen(connection: Connection, provider: ProviderSeen) -> RotaSeen:
    """The rota of one provider, and what is missing from it."""
    shifts = rota.shifts(connection, provider.provider_id)
    fallback = rota.fallback(connection, provider.provider_id)
    holders = rota.holders(connection, provider.provider_id)
    missing = _missing(shifts, fallback, holders)
    return RotaSeen(provider, shifts, fallback, holders, missing)


def lost_without(connection: Connection, account_id: int) -> list[str]:
    """What live providers would lack if this account were closed, as sentences."""
    lost = []
    for provider in rota.providers(connection, rota.on_rotas(connection, account_id)):
        before = seen(connection, provider)
        others = [each for each in before.holders if each.account_id != account_id]
        after = _missing(before.shifts, before.fallback, others)
        if provider.live_at:
            lost += [f"{provider.code}: {each}" for each in after if each not in before.missing]
    return lost


def _missing(
    shifts: Collection[ShiftSeen], fallback: int | None, holders: Collection[Holder]
) -> list[str]:
    able = {
        (holder.account_id, duty)
        for holder in holders
        for duty in rules.DUTIES
        if holder.roles & rules.ABLE[duty]
    }
    held = {shift.duty for shift in shifts if (shift.account_id, shift.duty) in able}
    missing = [
        f"Nobody is on the duty “{DUTY_NAMES[duty]}”" for duty in rules.NEEDED if duty not in held
    ]
    named = [holder for holder in holders if holder.account_id == fallback]
    if not (named and _may_fall_back(named[0])):
        missing.append("There is no named fallback for the hours that nobody covers")
    return missing


def _may_fall_back(holder: Holder) -> bool:
    """Somebody who can open every alert, and runs no service that one may be about."""
    return rules.FALLBACK_ROLE in holder.roles and not holder.roles & rules.LINE_MANAGEMENT


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes which provider's rota."""

    account_id: int
    provider_id: int

    def deed(self, action: str, about: int, duty: str = "") -> Deed:
        """What they did to the account `about`, for the audit."""
        detail: dict[str, str | int] = {"duty": duty} if duty else {}
        return Deed(action, self.account_id, self.provider_id, ("account", about), detail)


def add(house: House, editor: Editor, shift: Shift, now: datetime) -> None:
    """Put somebody on a duty. Raises RotaRefused where they could not open what they are told of."""
    with _guarded(house, editor.provider_id) as connection:
        before = _before(connection, editor.provider_id)
        if shift.account_id not in {each.account_id for each in before.able(shift.duty)}:
            raise RotaRefused("Choose somebody whose role fits this duty")
        rota.add(
            connection, editor.provider_id, shift.duty, shift.account_id,
            shift.weekdays, shift.begins, shift.ends,
        )  # fmt: skip
        audit.note(connection, editor.deed("rota_added", shift.account_id, shift.duty), now)


def remove(house: House, editor: Editor, shift_id: int, now: datetime) -> None:
    """Take a shift away. Raises RotaRefused where a live provider would be left without cover."""
    with _guarded(house, editor.provider_id) as connection:
        before = _before(connection, editor.provider_id)
        gone = next((each for each in before.shifts if each.shift_id == shift_id), None)
        if gone is None:
            return
        left = [each for each in before.shifts if each is not gone]
        lost = set(_missing(left, before.fallback, before.holders)) - set(before.missing)
        if before.provider.live_at and lost:
            raise RotaRefused(
                f"{gone.name} is the last one on this duty. Put somebody else on it first"
            )
        rota.remove(connection, editor.provider_id, shift_id)
        audit.note(connection, editor.deed("rota_removed", gone.account_id, gone.duty), now)


def name_fallback(house: House, editor: Editor, account_id: int, now: datetime) -> None:
    """Name the one fallback. Raises RotaRefused for somebody who could not open every alert."""
    with _guarded(house, editor.provider_id) as connection:
        before = _before(connection, editor.provider_id)
        if account_id not in {each.account_id for each in before.fallbacks}:
            raise RotaRefused("Choose somebody of the safeguarding team who runs no service")
        rota.name_fallback(connection, editor.provider_id, account_id, now)
        audit.note(connection, editor.deed("fallback_named", account_id), now)


def _guarded(house: House, *provider_ids: int) -> AbstractContextManager[Connection]:
    return database.guarded(house.engine, [(each, ROTA) for each in provider_ids])


def _before(connection: Connection, provider_id: int) -> RotaSeen:
    """The rota before a change, which nobody else changes meanwhile."""
    rota.lock(connection, provider_id)
    (provider,) = rota.providers(connection, [provider_id])
    return seen(connection, provider)
