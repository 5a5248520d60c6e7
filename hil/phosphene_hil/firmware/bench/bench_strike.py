# SPDX-License-Identifier: Apache-2.0
"""Faults on the real wire: a pin opens a transistor that shorts a data line to ground for some microseconds.

The wire itself does not go through the bench Pico: what stands in a line's way re-times its bytes, hides the noise that
it should bring, and its own overruns would be taken for those of the board under test.
"""

from time import sleep_us

from machine import Pin
from task import field, task
from tasks.bench_pins import pin_at, settle  # pyright: ignore[reportMissingImports]


@task(
    "bench.strike",
    kind="process",
    args=(
        field("pin", "u8", unit="", max=28),
        field("count", "u16", unit="", min=1, max=60000),
        field("shortest_us", "u16", min=1, max=20000, unit="us"),
        field("longest_us", "u16", min=1, max=20000, unit="us"),
        field("shortest_gap_ms", "u16", min=1, max=60000, unit="ms"),
        field("longest_gap_ms", "u16", min=1, max=60000, unit="ms"),
        field("seed", "u32", min=1, unit=""),
    ),
    progress=(field("struck", "u32", unit=""),),
    results=(field("struck", "u32", unit=""),),
    on_lease_loss="go_on",
    help="Short a data line so many times; lengths and gaps are drawn evenly, the same for the same seed.",
)
def strike(pin, count, shortest_us, longest_us, shortest_gap_ms, longest_gap_ms, seed):
    short = pin_at(pin)
    short.init(Pin.OUT, value=0)
    dice = Dice(seed)
    try:
        for struck in range(1, count + 1):
            yield dice.between(shortest_gap_ms, longest_gap_ms)
            length = dice.between(shortest_us, longest_us)
            short.value(1)
            sleep_us(length)
            short.value(0)
            settle()
            if not struck % 50:
                yield (struck,)
    finally:
        short.init(Pin.IN, Pin.PULL_DOWN)
        settle()
    return (count,)


class Dice:
    """Marsaglia's xorshift with 32 bits (Journal of Statistical Software 8, 2003): small, and the same everywhere."""

    def __init__(self, seed):
        self._state = seed

    def between(self, low, high):
        """A number from `low` to `high`, both of them possible."""
        state = self._state
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        self._state = state
        return low + state % (high - low + 1) if high > low else low
