"""Telephone numbers as people in this country write them down."""


def as_written(number: str) -> str:
    """+441632960000 -> "01632 960000"; a short code stays as it is."""
    if not number.startswith("+"):
        return number
    import phonenumbers  # its tables take 5 MB of a web process: only where a number is shown

    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
