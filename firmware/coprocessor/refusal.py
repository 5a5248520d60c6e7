# SPDX-License-Identifier: Apache-2.0
"""Why a call is refused. PROTOCOL.md, section 5."""

from micropython import const

UNKNOWN_TASK = const(1)
BAD_ARGUMENT = const(2)
OUT_OF_RANGE = const(3)
LATE = const(4)
BUSY = const(5)
OUTCOME_UNKNOWN = const(6)
FORBIDDEN = const(7)
TASK_FAULT = const(8)
TOO_LARGE = const(9)
NO_SESSION = const(10)
STALE = const(11)
REFUSED = const(12)


class Refusal(Exception):
    """Raised by a task, or before it ran: a code and a text with cause and cure."""

    def __init__(self, code: int, text: str):
        super().__init__(code, text)
        self.code = code
        self.text = text


def refused(text: str) -> Refusal:
    """The refusal of a task that understood its arguments and declines."""
    return Refusal(REFUSED, text)
