"""The tables, typed, a module to a corner of the house. Importing this package imports them all."""

from storage.tables.alerts import Alert, AlertDeed, AlertText, GlassBreak
from storage.tables.answers import Answer, Comment, Consent, Response
from storage.tables.base import Base
from storage.tables.cases import Case
from storage.tables.check_ins import CheckIn
from storage.tables.erasures import ErasedText, Erasure
from storage.tables.figures import DailyMode, DailyRating, DailyRole, DirtyDay
from storage.tables.holds import Hold
from storage.tables.mails import Mail
from storage.tables.places import Number, Provider, Service, Site, Touchpoint
from storage.tables.rota import RotaFallback, RotaShift
from storage.tables.rulebooks import Rulebook, Verdict
from storage.tables.staff import Account, Audit, Grant, Session
from storage.tables.stories import Story
from storage.tables.texts import Conversation, Inbox, OptOut, Outbox, Person, Tick

__all__ = [
    "Account",
    "Alert",
    "AlertDeed",
    "AlertText",
    "Answer",
    "Audit",
    "Base",
    "Case",
    "CheckIn",
    "Comment",
    "Consent",
    "Conversation",
    "DailyMode",
    "DailyRating",
    "DailyRole",
    "DirtyDay",
    "ErasedText",
    "Erasure",
    "GlassBreak",
    "Grant",
    "Hold",
    "Inbox",
    "Mail",
    "Number",
    "OptOut",
    "Outbox",
    "Person",
    "Provider",
    "Response",
    "RotaFallback",
    "RotaShift",
    "Rulebook",
    "Service",
    "Session",
    "Site",
    "Story",
    "Tick",
    "Touchpoint",
    "Verdict",
]
