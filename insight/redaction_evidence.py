"""What the neighbours of a word say: points for and against a person being meant.

Refuses to know how likely the word is a name in itself, but for how far each cue carries.
"""

from insight import redaction_cues as cues
from insight.redaction_lists import lists
from insight.redaction_reading import FAINT, LIKELY, SURE, Reading

STRONG, SOME, LITTLE, AGAINST = 3, 2, 1, -2
_LOOK_AHEAD = 5
_BREAKS = (".", "!", "?", "\n", ";")


def before(reading: Reading, place: int) -> int:
    """Points from what stands before the word at `place`."""
    gap = reading.gap(place)
    low = reading.low(place - 1)
    if gap.startswith(("'s", "’s")):
        return 0
    if _titled(low, gap):
        return _after_a_title(reading, place)
    if _signed(reading, place) or _behind_an_initial(reading, place):
        return SOME
    if any(mark in gap for mark in _BREAKS):
        return 0
    return _in_a_sentence(reading, place, low)


def _titled(low: str, gap: str) -> bool:
    """A title right before: with a full stop only where it is short for something ("Dr.")."""
    if low not in cues.TITLES or gap.strip() not in ("", ".", ":", "-", ","):
        return False
    return "." not in gap or low in cues.SHORTENED


def _in_a_sentence(reading: Reading, place: int, low: str) -> int:
    if low == "the" and _family_of(reading, place):
        return SOME
    if low in cues.NOT_A_PERSON_BEFORE and reading.likely(place) < SURE:
        return AGAINST
    return _spoken_of(reading, place, low)


def _family_of(reading: Reading, place: int) -> bool:
    """ "the Hendersons"."""
    low = reading.low(place)
    return reading.capital(place) and low.endswith("s") and lists().named(low[:-1])


def _behind_an_initial(reading: Reading, place: int) -> bool:
    """ "J. Smith" and "J Smith", but not "I Hope"."""
    low = reading.low(place - 1)
    if len(low) != 1 or not reading.capital(place - 1) or not reading.capital(place):
        return False
    return reading.gap(place) in (". ", ".") or (reading.gap(place) == " " and low not in "ia")


def sure_cue(reading: Reading, place: int) -> bool:
    """Whether a name must follow here, however strange: "Mrs ...", "her name is ...", "called ..."."""
    low, second = reading.low(place - 1), reading.low(place - 2)
    if low in cues.COURTESY or low in ("called", "named"):
        return True
    return low in ("is", "was") and second in ("name", "names")


def _after_a_title(reading: Reading, place: int) -> int:
    """ "Mrs" needs a name behind it; "nurse" may have one; a comma cuts most of that off."""
    title = reading.words[place - 1]
    if "," in reading.gap(place):
        return LITTLE
    if title.low == "miss" and not title.capital:
        return 0 if reading.low(place - 2) in cues.WHO_MISS else SOME
    if title.low in cues.COURTESY and not (title.low == "ms" and title.upper):
        return STRONG
    return SOME


def _spoken_of(reading: Reading, place: int, low: str) -> int:
    second = reading.low(place - 2)
    if low in cues.NAMED or (low in ("is", "was", "were") and second in ("name", "names")):
        return SOME
    if low in cues.RELATIVES or (low == "law" and second == "in"):
        return _kin(reading, place)
    if low in cues.KNOWN_AS and (second in cues.KNOWN_AS or second in ("on", "my")):
        return SOME
    if low in ("i'm", "im", "am") or (low == "is" and second in ("this", "it")):
        return LITTLE
    points = max(_thanked(reading, place), _met(reading, place, low, second))
    elsewhere = not points and low in ("to", "from")
    return AGAINST if elsewhere else points


def _kin(reading: Reading, place: int) -> int:
    """ "my wife joy was" names her; "my wife hope to" does not."""
    if reading.likely(place) >= LIKELY or reading.capital(place):
        return SOME
    follows = reading.low(place + 1)
    ends = any(mark in reading.gap(place + 1) for mark in (*_BREAKS, ",", ")"))
    return SOME if ends or follows in cues.VERBS else LITTLE


def _thanked(reading: Reading, place: int) -> int:
    low, second = reading.low(place - 1), reading.low(place - 2)
    thanked = (
        low in cues.THANKS
        or (low in ("you", "u", "ya") and second in ("thank", "bless"))
        or (low == "up" and second == "big")
        or (low in ("to", "for") and second in cues.THANKED_TO)
        or low == "thank"
    )
    if not thanked or reading.low(place) in cues.ENDEARMENTS:
        return 0
    ends = not any(map(str.isalnum, reading.text[reading.words[place].end :][:4]))
    faint = reading.likely(place) == FAINT and reading.low(place) not in lists().family_words
    return SOME if ends or faint else LITTLE


def _met(reading: Reading, place: int, low: str, second: str) -> int:
    """ "saw X", "seen by X", "spoke to X", "with Grace": places and medicines seldom stand there."""
    owed = low == "for" and second in (
        "not",
        "wasnt",
        "wasn't",
        "ask",
        "asked",
        "asking",
        "weren't",
    )
    if low in cues.MEETING or low in cues.PRAISING or owed:
        return LITTLE
    if low == "by" and second in cues.SEEN_BY:
        return SOME if reading.capital(place) else LITTLE
    if low in ("to", "with") and (second in cues.TALKING or second in cues.SESSION_WITH):
        return LITTLE
    if low in ("with", "by", "for") and reading.likely(place) == LIKELY:
        return LITTLE if _on_a_list(reading, place) else 0
    return 0


def _on_a_list(reading: Reading, place: int) -> bool:
    return lists().named(reading.low(place))


def in_a_list(reading: Reading, place: int, named: set[int]) -> int:
    """Points for standing beside a name in a list: "Sarah, Kasha and Bex"."""
    return max(_listed(reading, place, named, -1), _listed(reading, place, named, 1))


def _listed(reading: Reading, place: int, named: set[int], way: int) -> int:
    gap = reading.gap(place) if way < 0 else reading.gap(place + 1)
    joined = gap.strip() in (",", "&", "/", "+", ", &")
    if joined and place + way in named:
        return SOME
    linked = reading.low(place + way) in ("and", "n", "or", "to")
    return SOME if linked and place + 2 * way in named else 0


def _signed(reading: Reading, place: int) -> bool:
    """ "Kind regards, Bex", "- Bex x" and a last line of its own."""
    left = len(reading.words) - place
    if left > 3 or not _only_names_follow(reading, place):
        return False
    low, gap = reading.low(place - 1), reading.gap(place)
    if place == 0:
        return reading.low(1)[:1] == "x"
    if low in cues.SIGN_OFF and gap.strip(" ,.\n-–!:") == "" and gap != " ":
        return True
    if low in cues.SIGNED or (low == "from" and gap.strip() == ""):
        return low != "from" or reading.low(place - 2) in cues.SIGN_OFF or place == 1
    return "\n" in gap or gap.strip() in ("-", "–", "—", "~") or _alone_at_the_end(reading, place)


def _alone_at_the_end(reading: Reading, place: int) -> bool:
    """ "... all night. Grace": a last sentence that is but one name."""
    low = reading.low(place)
    alone = reading.words[place].opens and place == len(reading.words) - 1
    return alone and low in lists().given_words and low not in cues.ENDEARMENTS


def _only_names_follow(reading: Reading, place: int) -> bool:
    rest = range(place + 1, len(reading.words))
    return all(
        reading.likely(other) or len(reading.low(other)) == 1 or set(reading.low(other)) == {"x"}
        for other in rest
    )


def after(reading: Reading, place: int) -> int:
    """Points from what stands behind the word at `place` and the rest of its name."""
    end = _end_of_name(reading, place)
    joined = _surname_follows(reading, place, end)
    gap, low = reading.gap(end), reading.low(end)
    if any(mark in gap for mark in _BREAKS):
        return joined
    return max(joined, _job_follows(reading, end, gap, low), _acts(reading, place, end, low))


def _end_of_name(reading: Reading, place: int) -> int:
    end = place + 1
    while end < place + 3 and reading.gap(end) == " " and reading.likely(end):
        if end in reading.protected:
            break
        if not reading.capital(end) and reading.likely(end) < LIKELY:
            break
        end += 1
    return end


def _surname_follows(reading: Reading, place: int, end: int) -> int:
    if end == place + 1:
        return 0
    return SOME if reading.likely(place + 1) >= LIKELY else LITTLE


def _job_follows(reading: Reading, end: int, gap: str, low: str) -> int:
    """ "Kasha the nurse", "Kasha, our health visitor", "Kasha (HCA)"."""
    near = [reading.low(end + step) for step in (1, 2, 3)]
    if low in ("the", "my", "our", "a") and any(word in cues.JOBS for word in near):
        return SOME
    if "(" in gap and (low in cues.JOBS or any(word in cues.JOBS for word in near)):
        return SOME
    return 0


def _acts(reading: Reading, place: int, end: int, low: str) -> int:
    if low == "family" and reading.likely(place) >= LIKELY:
        return STRONG
    if low == "who" or low in cues.DID_PERSONALLY:
        return SOME
    if low == "and" and reading.low(end + 1) in ("her", "his", "their"):
        return SOME
    if low in cues.COPULA:
        return _praised(reading, place, end)
    if low in ("in", "on", "from", "at", "opposite"):
        return _works_there(reading, place, end)
    return _does(reading, place, end, low)


def _does(reading: Reading, place: int, end: int, low: str) -> int:
    """ "Ray did my scan" names him, where "Covid did" and "Clozapine stopped" name nobody."""
    named = _on_a_list(reading, place) and _only_people(reading, place)
    if low in cues.HANDS_ON:
        to_us = reading.low(end + 1) in ("me", "us", "my", "him", "her")
        return SOME if named and (reading.capital(place) or to_us) else LITTLE
    past = low.endswith("ed") and len(low) > 4
    praised = low in cues.EVER_SO or (reading.capital(place) and low in cues.LOVELY)
    return LITTLE if low in cues.DID or past or praised else 0


def _works_there(reading: Reading, place: int, end: int) -> int:
    """ "Anoushka in outpatients", "Violet in the next bed", "June from physio was so patient"."""
    near = [reading.low(end + step) for step in (1, 2, 3)]
    if not cues.WORKPLACES.isdisjoint(near):
        return SOME
    praised = max(_praised(reading, place, end + step) for step in (2, 3))
    if reading.low(end) == "from" and _on_a_list(reading, place):
        return max(SOME if _only_people(reading, place) else LITTLE, praised)
    return praised


def _praised(reading: Reading, place: int, end: int) -> int:
    """ "X was so kind": only people are kind; a ward may be lovely, and so may June."""
    if reading.low(end) not in cues.COPULA:
        return 0
    for step in range(1, _LOOK_AHEAD):
        if any(mark in reading.gap(end + step) for mark in _BREAKS):
            return 0
        word = reading.low(end + step)
        if word in cues.PERSONAL:
            return SOME
        if word in cues.LOVELY and _only_people(reading, place):
            return SOME if _opens_a_clause(reading, place) else LITTLE
        if word not in cues.SKIPPED and word not in cues.LOVELY:
            return 0
    return 0


def _only_people(reading: Reading, place: int) -> bool:
    """Not a month or a hospital's bare name: "June was lovely", "Freeman was good"."""
    low = reading.low(place)
    if low in cues.MONTHS_AND_DAYS:
        return False
    return low in lists().given_words or low not in lists().family_words


def _opens_a_clause(reading: Reading, place: int) -> bool:
    if place == 0 or reading.capital(place):
        return True
    return bool(reading.gap(place).strip()) or reading.low(place - 1) in cues.CLAUSE_STARTS
