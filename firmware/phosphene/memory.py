# SPDX-License-Identifier: Apache-2.0
"""Keeps glibc's allocator from spreading: each new thread may take an arena of its own, and none is given back.

A device that opens and closes its senses begins new threads each time. On two cores glibc has up to sixteen arenas,
and what the threads before left in theirs is of no use to the next: the process grows by some 20 MB each time, until
every arena has had its turn.
"""

from __future__ import annotations

import ctypes
from typing import Final

ARENAS: Final = 2
_M_ARENA_MAX: Final = -8  # malloc.h of glibc; mallopt(3)


def share_arenas() -> bool:
    """Let all threads of this process share ARENAS; to be called before there are any. False where there is no glibc,
    whose allocator is another.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(_M_ARENA_MAX, ARENAS))
