"""The shapes of numbers and addresses as patterns, and the small sets that narrow them.

Every pattern is bounded (no unlimited repetition inside another, and none begins inside a run of
its own characters), so that a hostile text costs time in proportion to its length.
"""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATE = (
    r"(?:\d{1,2}\s{0,2}[/.\-]\s{0,2}\d{1,2}\s{0,2}[/.\-]\s{0,2}(?:\d{4}|\d{2})"
    r"|\d{1,2} \d{1,2} (?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ ,\-]{{0,2}}(?:of |day of )?{_MONTH}"
    r"(?:[ ,\-]{1,2}(?:\d{4}|'?\d{2})(?!\d))?"
    rf"|{_MONTH}[ ,]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?(?:[ ,]{{1,2}}\d{{4}})?"
    r"|(?:19|20)\d{2}[/\-]\d{1,2}[/\-]\d{1,2}|\d{8})"
)
STREETS_ONLY = _set(
    "street road rd avenue ave lane crescent gardens gdns grove terrace mews villas cottages "
    "boulevard "
)
_STREET = (
    "street|st|road|rd|avenue|ave|lane|ln|close|drive|way|court|crescent|cres|gardens|gdns|grove"
    "|place|pl|terrace|square|hill|park|view|walk|mews|row|green|rise|parade|gate|vale|croft|fold"
    "|garth|wynd|villas|cottages|cottage|house|farm|drove|bank|mount|meadow|meadows|heights|quay"
    "|wharf|chase|dene|brow|nook|boulevard|estate|towers?"
    "|paddocks?|orchard|spinney|copse|glade|maltings|approach|broadway|common|corner|crossing"
    "|embankment|glen|ridge|strand|woods?"
)
_WORD = r"[^\W\d_]{1,20}(?:['’\-.][^\W\d_]{0,20})?"
_WORDS = rf"(?P<words>(?:{_WORD}\s){{1,3}})(?P<kind>{_STREET})\b"
_SOCIAL = (
    r"facebook|fb|instagram|insta|ig|snapchat|snap|twitter|tiktok|tik tok|telegram|linkedin"
    r"|discord|skype|xbox|youtube|threads|bluesky|mastodon|reddit|twitch"
)
_DIGIT_WORD = (
    r"(?:oh|zero|nought|one|two|three|four|five|six|seven|eight|nine|double|treble|triple"
    r"|hundred|thousand)"
)
_COUNTED = r"(?!\d|\s?(?:mins?|minutes|hours|days|weeks|times|pounds|people|patients|mg|ml)\b)"

NOT_IN_STREETS = _set(
    "a an the of in on at to for from by with and or but my your our his her their its this "
    "that these those is was were are be been am i we you he she they it me us them not no so "
    "as if then than when while after before until minute minutes min mins hour hours hr hrs "
    "day days week weeks month months year years mile miles metre metres second seconds "
    "people patients staff nurses doctors times pm old bed beds car cars bus pound pounds out "
    "up down off over into long more less other different visit visits away walk drive get "
    "got had has have did do just only about all first "
)
PLACE_OF_CARE = re.compile(r"\b(?:ward|room|bay|bed|clinic|level|theatre|zone|block|unit)\s?$")
PUBLIC_HOST = re.compile(
    r"(?:nhs\.uk|nhs\.net|gov\.uk|police\.uk|ac\.uk|org\.uk|\.org|google\.com|google\.co\.uk"
    r"|amazon\.co\.uk|amazon\.com|bbc\.co\.uk)$"
)
# Helplines that stand on every poster: Samaritans, Childline, Shout, the domestic abuse helpline.
PUBLIC_NUMBERS = frozenset({"116123", "08001111", "85258", "08082000247"})
POSTCODE_AREAS = _set(
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt "
    "dy e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv ka kt kw ky l la "
    "ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa "
    "se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws "
    "wv yo ze "
)
NOT_INWARD = _set("nd st rd th ft lb hr yr ly ")

EMAIL = re.compile(
    r"(?<![\w.+\-])[\w.+\-]{1,64}\s?@\s?[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,5}", re.I
)
EMAIL_SPELT = re.compile(
    r"(?<![\w.+\-])(?:[\w.+\-]{1,30}\s(?:dot|underscore|dash)\s){0,2}[\w.+\-]{1,64}"
    r"\s?(?:\(at\)|\[at\]|\bat\b)\s?[a-z0-9\-]{2,40}"
    r"\s?(?:\bdot\b|\(dot\)|\[dot\])\s?(?:com|co dot uk|co|net|org|uk|nhs)\b",
    re.I,
)
LINK = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"]{1,2000}|www\.[^\s<>\"]{1,2000}"
    r"|(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,6}/[^\s<>\"]{1,2000}"
    r"|(?:[a-z0-9\-]{1,63}\.){1,4}(?:com|co\.uk|org|net|uk)(?![\w@]))",
    re.I,
)
BORN = re.compile(
    r"(?:\bd\.?\s?o\.?\s?b\b\.?|\bdate of birth|\bborn(?: on| in)?"
    r"|\bbirth ?da(?:y|te)(?: is| was)?(?: on)?|\bbday)"
    rf"[\s:=\-]{{0,4}}(?:is |was |on |the )?(?P<it>(?<!\d){_DATE})(?!\d)",
    re.I,
)
# Written out in full and long ago, a date is somebody's birth; a recent one is a visit.
OLD_DATE = re.compile(
    r"(?<![\d/.\-])(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?:19\d\d|200\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?:19\d\d|200\d))(?![\d/\-])",
    re.I,
)
NHS = re.compile(r"(?<![\w£$€.])\d{3}[ .\-–]{0,2}\d{3}[ .\-–]{0,2}\d{4}(?!\w)")
NHS_SAID = re.compile(
    r"\bnhs\s?(?:no|num|number|nr|#)(?!\w)\.?(?: is| was)?[\s:=\-]{0,3}"
    r"(?P<it>\d(?:[ \-]{0,2}\d){5,11})(?!\d)",
    re.I,
)
PHONE = re.compile(
    r"(?<![\d.,£$€])(?:(?:\+|\b00)44[\s.\-]?(?:\(0\)[\s.\-]?)?|\(?0)"
    r"(?:[\s().\-–]{0,2}\d){9,10}(?!\d)"
    r"|(?<!\w)\+\d{1,3}(?:[\s().\-]{0,2}\d){7,12}(?!\d)"
    r"|(?<![\w.,£$€])7\d{3}[\s\-]?\d{3}[\s\-]?\d{3}(?!\d)"
    r"|(?<![\w.,£$€])0\d{6,9}(?!\d)"
)
PHONE_SAID = re.compile(
    r"\b(?:ring|call|phone|text|txt|tel|telephone|mob|mobile|landline|whatsapp|contact|number"
    r"|ext|extension)\b\.?(?: me| us| him| her| is| was| at| number| no)?(?: on| at| is)?"
    rf"[\s:=\-]{{0,3}}(?P<it>\d(?:[ \-]?\d){{5,11}}){_COUNTED}",
    re.I,
)
PHONE_SPELT = re.compile(
    rf"\b{_DIGIT_WORD}(?:[\s,\-]{{1,3}}(?:{_DIGIT_WORD}|\d{{1,6}})\b){{5,14}}", re.I
)
HOSPITAL = re.compile(
    r"\b(?:(?:hospital|hosp|patient|unit|case|record|k|booking|admission|policy|complaint|incident"
    r"|job|log|cad|national insurance)\s?(?:number|num|no|id|nr|reference|ref|#)"
    r"|mrn|crn|rio|nino|reference|ref)(?!\w)\.?(?: (?:number|no|is|was)){0,2}[\s:=#\-]{0,3}"
    r"(?P<it>(?=[\w\-/]{0,10}\d{3})[A-Z]{0,4}[\-/ ]?\d{3,12}(?:[\-/]\d{1,6})?[A-Z]?)\b",
    re.I,
)
LONG_NUMBER = re.compile(
    r"(?<![\w£$€.,+\-/@])(?:[A-Z]{1,3}\d{6,10}[A-Z]?"
    r"|[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]|\d{7,16}"
    r"|(?:19|20)\d{2}/\d{3,6})(?![\w%/])"
)
POSTCODE = re.compile(
    r"(?<!\w)(?P<area>[a-z]{1,2})\d[a-z\d]?[ .]{0,2}\d(?P<end>[abd-hjlnp-uw-z]{2})(?!\w)", re.I
)
POSTCODE_SAID = re.compile(
    r"\bpost ?code(?: is| was|:)?\s{0,2}(?P<it>[a-z]{1,2}\d[a-z\d]?(?:\s?\d[a-z]{2})?)\b", re.I
)
ADDRESS = re.compile(
    r"(?<![\w£$€.])(?:(?:flat|apartment|apt)\s?\d{1,4}[a-z]?,?\s)?(?:no\.?\s?)?\d{1,4}\s?[a-z]?,?\s"
    rf"{_WORDS}(?:,\s(?P<town>{_WORD})(?!\w))?",
    re.I,
)
FLAT = re.compile(
    rf"\b(?:flat|apartment|apt)\s?(?:no\.?\s?)?\d{{1,4}}[a-z]?\b(?:,?\s(?:\d{{1,4}}[a-z]?\s)?{_WORDS})?",
    re.I,
)
LIVES = re.compile(
    r"\b(?:live|lives|living|lived|address|moved)(?:(?: is| at| on| in| to)\b|:){1,2}\s"
    rf"(?P<it>{_WORDS}(?:,\s(?:{_WORD}\s){{1,3}}(?:{_STREET})\b)?)",
    re.I,
)
PLATE = re.compile(
    r"(?<![\w£])(?:(?P<new>[a-z]{2}\d{2}\s?(?P<letters>[a-z]{3}))"
    r"|[a-z]\d{1,3}\s?[a-z]{3}|[a-z]{3}\s?\d{1,3}[a-z]|[a-z]{3}\s\d{4})(?!\w)",
    re.I,
)
PLATE_SAID = re.compile(
    r"\b(?:reg|registration|plate|number plate|vehicle|licence|car|van|taxi|parked)\b", re.I
)
HANDLE = re.compile(r"(?<![\w@.])@[a-z_][\w.]{1,40}", re.I)
HANDLE_SAID = re.compile(
    rf"\b(?:{_SOCIAL})\b(?: (?:handle|name|username|user name|account|id|page|profile))?"
    r"(?P<said>(?: is| as|:|=))?\s{0,2}(?<![\w])(?P<it>[a-z][\w.\-]{2,40})",
    re.I,
)
