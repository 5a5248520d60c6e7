# SPDX-License-Identifier: Apache-2.0
"""The dispatcher's share of the time: a host that never stops talking gets no more than a chunk a round."""

from clock import Clock
from counters import Counters
from line import Line
from memory_port import MemoryPort


def test_one_round_takes_one_chunk():
    port = MemoryPort()
    # Noise is enough: no frame of it is good, so nothing but the port is needed.
    line = Line(port, 1, None, None, None, None, Counters(), Clock())
    port.waiting = b"\1noise\0" * 200
    before = len(port.waiting)
    line.receive()
    taken = before - len(port.waiting)
    assert 0 < taken <= 256, taken
    while port.waiting:
        line.receive()
    assert line.counters.cobs_errors + line.counters.crc_errors >= 199
