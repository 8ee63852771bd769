"""Named points at which a test may kill the process, one on every arrow of the way of a text.

In ordinary life `reached` is one dictionary look-up. A test sets `HEARBACK_FAULT=name` (or
`name:3` for the third time the point is reached), and the real process dies there by SIGKILL,
as a power cut would have it; `docs/way-of-a-text.md` names each arrow and its point.
"""

import os
import signal

_armed, _, _count = os.environ.get("HEARBACK_FAULT", "").partition(":")
_left = {_armed: int(_count or "1")} if _armed else {}


def reached(point: str) -> None:
    """Die here, at once and for real, if a test has armed `point`; otherwise do nothing."""
    if point not in _left:
        return
    _left[point] -= 1
    if _left[point] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
