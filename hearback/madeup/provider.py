"""Riverside Trust, its three sites and fourteen services: all invented.

Plain values; refuses to know how they are stored and what people say of them.
"""

from dataclasses import dataclass

CODE = "riverside"
NAME = "Riverside Trust"
ICB_CODE = "QZZ"
DETAILS = {
    "pals_number": "01632 960123",
    "pals_days": "Mon to Fri",
    "pals_hours": "9 to 5",
    "carers_number": "01632 960321",
    "complaints_number": "01632 960124",
    "advocacy_number": "01632 960125",
    "bereavement_number": "01632 960456",
    "check_in_team": "carers' team",
    "check_in_weeks": 4,
    "guardian": "Bola Speakwell, 01632 960457",
    "access_link": "riverside.example/access",
    "replies_free": True,
    "drafts": True,
    "feedback_paper": "Ask any of us for a form.",
    "chats": ["whatsapp", "telegram"],
}
WARD_NUMBER = "01632 960999"
"""The site's own 24-hour number for a patient who gets worse (Martha's Rule)."""
SMS_NUMBER = "+441632960000"
WHATSAPP_NUMBER = "+441632960001"
SCRIPT = "inpatient"

_EVERY_DAY = (10, 10, 10, 10, 10, 9, 9)
_BUSY_MONDAY = (14, 11, 10, 10, 10, 12, 13)
_WEEKDAYS = (11, 12, 12, 11, 9, 0, 0)
_MOSTLY_WEEKDAYS = (12, 12, 11, 11, 10, 3, 2)


@dataclass(frozen=True, slots=True)
class MadeUpSite:
    """A place of the trust. inpatients: somebody may get worse there at night."""

    code: str
    name: str
    inpatients: bool = False


@dataclass(frozen=True, slots=True)
class MadeUpService:
    """A service and how much it hears.

    touchpoint: the word on its posters. weekdays: how often it hears on Monday .. Sunday, against
    each other. hours: local time of its first and last answers. answers: its share of all answers,
    against the others. positive: the probability of a good answer where no story says otherwise.
    carers, family: shares of the people who answer.
    """

    code: str
    name: str
    site: str
    setting: str
    touchpoint: str
    stage: str
    weekdays: tuple[int, ...]
    hours: tuple[int, int]
    answers: float
    positive: float
    carers: float = 0.06
    family: float = 0.08


SITES = (
    MadeUpSite("RVG", "Riverside General Hospital", inpatients=True),
    MadeUpSite("MFC", "Millfield Community Hospital"),
    MadeUpSite("HHC", "Harbour Health Centre"),
)

SERVICES = (
    MadeUpService("ward-7", "Ward 7, older people", "RVG", "inpatient", "WARD7", "discharge",
                  _EVERY_DAY, (9, 20), 8, 0.93, carers=0.14, family=0.18),
    MadeUpService("rowan", "Rowan Ward, surgery", "RVG", "inpatient", "ROWAN2", "discharge",
                  _EVERY_DAY, (9, 20), 9, 0.94),
    MadeUpService("emergency", "Emergency department", "RVG", "accident_and_emergency", "ED1", "care",
                  _BUSY_MONDAY, (0, 23), 18, 0.79, family=0.14),
    MadeUpService("eye-clinic", "Eye clinic", "RVG", "outpatient", "EYE4", "follow_up",
                  _WEEKDAYS, (9, 18), 9, 0.94),
    MadeUpService("fracture-clinic", "Fracture clinic", "RVG", "outpatient", "FRAC3", "follow_up",
                  _WEEKDAYS, (9, 18), 8, 0.93),
    MadeUpService("harbour-surgery", "Harbour Surgery", "HHC", "gp", "GP10", "access",
                  _MOSTLY_WEEKDAYS, (8, 19), 16, 0.9),
    MadeUpService("antenatal", "Antenatal clinic", "RVG", "maternity_antenatal", "ANTE5", "care",
                  _WEEKDAYS, (9, 18), 3, 0.91, carers=0.0, family=0.1),
    MadeUpService("labour-ward", "Labour ward", "RVG", "maternity_birth", "BIRTH6", "care",
                  _EVERY_DAY, (8, 21), 3, 0.93, carers=0.0, family=0.16),
    MadeUpService("postnatal-ward", "Postnatal ward", "RVG", "maternity_postnatal_ward", "POST8",
                  "discharge", _EVERY_DAY, (9, 20), 3, 0.9, carers=0.0, family=0.12),
    MadeUpService("community-midwives", "Community midwives", "MFC",
                  "maternity_postnatal_community", "MIDW9", "follow_up",
                  _MOSTLY_WEEKDAYS, (9, 19), 3, 0.92, carers=0.0),
    MadeUpService("district-nurses", "District nurses", "MFC", "community", "HOME11", "care",
                  _MOSTLY_WEEKDAYS, (9, 19), 9, 0.94, carers=0.34, family=0.12),
    MadeUpService("mental-health-team", "Community mental health team", "MFC", "mental_health",
                  "MIND12", "living_with", _WEEKDAYS, (9, 20), 6, 0.86, carers=0.12),
    MadeUpService("special-dentistry", "Special care dentistry", "HHC", "dental", "TEETH13", "care",
                  _WEEKDAYS, (9, 17), 0.18, 0.93, carers=0.2, family=0.2),
    MadeUpService("patient-transport", "Patient transport", "MFC", "patient_transport", "RIDE14",
                  "arrival", _MOSTLY_WEEKDAYS, (8, 19), 5, 0.91, carers=0.1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeUpCard:
    """A card or link of a service with a script of its own."""

    touchpoint: str
    name: str
    service: str
    stage: str
    script: str


CARDS = (
    MadeUpCard("CARER7", "Ward 7, card for carers", "ward-7", "living_with", "carer"),
    MadeUpCard(
        "CARER11", "District nurses, card for carers", "district-nurses", "living_with", "carer"
    ),
    MadeUpCard("CARE7", "Ward 7, card for bereaved families", "ward-7", "bereavement", "bereaved"),
    MadeUpCard(
        "CHILD3", "Fracture clinic, card for children", "fracture-clinic", "care", "children"
    ),
    MadeUpCard("STORY7", "Ward 7, card for stories", "ward-7", "follow_up", "story"),
    MadeUpCard("STAFF7", "Ward 7, link for staff", "ward-7", "working_here", "staff"),
)
