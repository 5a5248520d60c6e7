# SPDX-License-Identifier: Apache-2.0
"""What the tasks of an update share: when they may work, and quiet on the line while they write."""

import device
import slots
from judging import Unfit
from process import Pause
from refusal import BUSY, FORBIDDEN, Refusal, refused

WRITE_MS = 300  # two commits to littlefs, each of which may erase two sectors


def root() -> str:
    """The folder of the slots. Raises Refusal when this firmware runs from none."""
    found, _ = slots.here()
    if not found:
        raise refused("this firmware was not started from a slot; phosphene flash installs over the REPL")
    return found


def check_idle() -> None:
    """Raise Refusal while the board is armed or somebody holds its lease."""
    if device.safety.armed:
        raise Refusal(FORBIDDEN, "the board is armed; disarm it first")
    if device.safety.live:
        raise Refusal(BUSY, "a supervisor holds the lease; end it first")


def quiet(steps):
    """Run what `installing` yields: the line falls silent before each write."""
    try:
        while True:
            if next(steps):
                yield Pause(WRITE_MS)
                check_idle()
            else:
                yield 0
    except StopIteration as end:
        return end.value
    except Unfit as unfit:
        raise refused(str(unfit))
    except OSError as fault:
        raise refused("the file system: %r; remove files of yours from the board" % fault)
