# SPDX-License-Identifier: Apache-2.0
"""What a sensor's worker process writes to its standard output: records of HEADER and a body.

    FORMAT  JSON: what the sensor delivers; once, first
    BLOCK   a picture's or a block of sound's bytes
    ERROR   JSON {"message": …, "cure": …}; last

The workers run in Pythons that may lack Phosphene, and load this file by its place: standard library, Python 3.9.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
from typing import Any

MAGIC = b"PHSN"
# Magic, kind, number of the block, its time on the monotonic clock in seconds, two figures that each worker explains,
# bytes that follow.
HEADER = struct.Struct("<4sBxxxQdIII")
FORMAT, BLOCK, ERROR = 1, 2, 3


def take_output() -> Any:
    """Return standard output for records alone: what libraries print goes to standard error from now on."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return out


def send(
    out: Any, kind: int, body: Any, *, number: int = 0, time_s: float = 0.0, figures: tuple[int, int] = (0, 0)
) -> None:
    """Write one record; raises BrokenPipeError when nobody reads any more."""
    whole = memoryview(body).cast("B")
    for part in (HEADER.pack(MAGIC, kind, number, time_s, *figures, whole.nbytes), whole):
        left = memoryview(part)
        while left:
            left = left[out.write(left) :]


def tell(out: Any, **told: Any) -> None:
    """Write the FORMAT record."""
    send(out, FORMAT, json.dumps(told).encode())


def fail(out: Any, message: str, cure: str) -> int:
    """Write the ERROR record, if anybody reads it; return the exit status, 1."""
    with contextlib.suppress(OSError):
        send(out, ERROR, json.dumps({"message": message, "cure": cure}).encode())
    return 1
