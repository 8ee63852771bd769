"""Named points at which a test may kill the process, one on every arrow of the way of a text.

In ordinary life `reached` is one dictionary look-up. A test sets `HEARBACK_FAULT=name` (or
`name:3` for the third time the point is reached), and the real process dies there by SIGKILL,
as a power cut would have it; `docs/way-of-a-text.md` names each arrow and its point.
`HEARBACK_FAULT_WITNESS` may name a file that the dying process writes: where it is there already,
nobody dies any more, so a process that its parent starts again lives.
"""

import os
import signal

_armed, _, _count = os.environ.get("HEARBACK_FAULT", "").partition(":")
_left = {_armed: int(_count or "1")} if _armed else {}
_witness = os.environ.get("HEARBACK_FAULT_WITNESS")


def reached(point: str) -> None:
    """Die here, at once and for real, if a test has armed `point`; otherwise do nothing."""
    if point not in _left:
        return
    _left[point] -= 1
    if _left[point] == 0 and _first_to_die(point):
        os.kill(os.getpid(), signal.SIGKILL)


def _first_to_die(point: str) -> bool:
    if _witness is None:
        return True
    try:
        with open(_witness, "x") as witness:
            witness.write(f"{os.getpid()} {point}\n")
    except FileExistsError:
        return False
    return True
