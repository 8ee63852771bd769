"""What people want of us, each with its own day: a complaint, a call that we offered, help after a check-in.

Sources: wording 9 (a call about a complaint "within 3 working days"), wording 12 (a check-in is read "by
the end of the next working day"). For a call that we offered, as to the bereaved, no text names a day: the
two working days are this project's choice, which each provider's people sign or change.
"""

from rules.alerts import CHECK_IN, COMPLAINT, CONTACT

KINDS = (COMPLAINT, CONTACT, CHECK_IN)

READ_WITHIN = {COMPLAINT: 0, CONTACT: 0, CHECK_IN: 1}
"""Working days within which somebody must have read it."""
CALL_WITHIN = {COMPLAINT: 3, CONTACT: 2, CHECK_IN: 1}
"""Working days within which somebody who said yes to a call is rung."""
