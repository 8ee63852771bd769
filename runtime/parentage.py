"""What a process does when its parent is gone. Knows nothing of what either is for."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Have Linux send us SIGTERM when process `parent` goes, even by kill -9: no orphan works on.

    Ends this process at once if it is gone already. Other systems have no such signal.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
