# SPDX-License-Identifier: Apache-2.0
"""Edges of the bench Pico's pins, each with its time in microseconds: safety is timed by this clock, never by the
clock of the board under test.
"""

from array import array
from struct import pack_into
from time import ticks_us

import device
from machine import Pin
from micropython import const
from task import field, task
from tasks.bench_pins import PINS, capture, pin_at, settle  # pyright: ignore[reportMissingImports]

KEPT = const(1024)  # edges for the host to fetch
SIZE = const(8)  # bytes of one: time in microseconds (48 bits), pin, level
RING = const(256)  # edges between two rounds of the dispatcher
TICKS = const(0x3FFFFFFF)


@task(
    "bench.watch",
    args=(field("pins", "u32", unit=""), field("by", "choice", choices=("best", "interrupt"))),
    results=(field("next", "u32", unit=""),),
    idempotent=True,
    privilege="read",
    help="Note the edges of these pins from now on, and of no others; bit n is GPn. The number of the next edge.",
)
def watch(pins, by):
    log = _the_log()
    unit = capture()
    settle()
    log.drain()
    if unit:
        unit.pins = 0 if by == "interrupt" else pins
    for number in range(PINS):
        if pins >> number & 1:
            pin_at(number)
    log.interrupts.watch(pins if by == "interrupt" or not unit else 0)
    return (log.next,)


@task(
    "bench.edges",
    args=(field("since", "u32", unit=""),),
    results=(
        field("first", "u32", unit=""),
        field("next", "u32", unit=""),
        field("lost", "u32", unit=""),
        field("edges", "bytes", max=1024),
    ),
    idempotent=True,
    privilege="read",
    help="The noted edges from that number on, 8 bytes each: time in microseconds (6 bytes), pin, level. "
    "`next` is to be asked for next; `lost` counts those that came too quickly to be noted.",
)
def edges(since):
    settle()
    log = _the_log()
    log.drain()
    first = max(since, log.next - KEPT)
    # Numbers from another boot of this board, or of another one.
    first = min(first, log.next)
    end = min(log.next, first + 1024 // SIZE)
    return first, end, log.lost, log.piece(first, end)


class Interrupts:
    """Keeps what the pins' interrupts saw until the dispatcher's next round; nothing in here allocates.

    The time is that at which the handler began: late by what an interrupt takes, more while flash is written. Of two
    edges that are closer together than the handler takes, the level of the second is told twice, or one is lost.
    """

    def __init__(self):
        self.lost = 0
        self._times = array("i", bytearray(4 * RING))
        self._edges = bytearray(RING)
        self._in = self._out = 0
        self._watched = {}

    def watch(self, pins):
        for number in range(PINS):
            wanted = pins >> number & 1
            if wanted and number not in self._watched:
                pin = pin_at(number)
                self._watched[number] = _Watched(self, number, pin)
            elif not wanted and number in self._watched:
                self._watched.pop(number).end()

    def note(self, number, level):
        if self._in - self._out >= RING:
            self.lost += 1
            return
        slot = self._in % RING
        self._times[slot] = ticks_us() & TICKS
        self._edges[slot] = number << 1 | level
        self._in += 1

    def take(self):
        """As SimCapture's."""
        if self._out == self._in:
            return None
        slot = self._out % RING
        self._out += 1
        edge = self._edges[slot]
        return self._times[slot], edge >> 1, edge & 1


class _Watched:
    def __init__(self, interrupts, number, pin):
        self._note = interrupts.note
        self._number = number
        self._pin = pin
        pin.irq(self._edge, Pin.IRQ_RISING | Pin.IRQ_FALLING, hard=True)

    def _edge(self, pin):
        self._note(self._number, pin.value())

    def end(self):
        self._pin.irq(None)


class Log:
    """The newest edges by number, for the host to fetch as often as it likes."""

    def __init__(self):
        self.next = 0
        self.interrupts = Interrupts()
        self._sources = [self.interrupts]
        unit = capture()
        if unit:
            self._sources.append(unit)
        self._ring = bytearray(KEPT * SIZE)

    @property
    def lost(self):
        return sum([source.lost for source in self._sources])

    def drain(self):
        """Called in every round of the dispatcher, before the ticks that stamp an edge can wrap."""
        for source in self._sources:
            edge = source.take()
            while edge:
                self._keep(edge)
                edge = source.take()

    def _keep(self, edge):
        ticks, pin, level = edge
        time_us = device.clock.us() - (ticks_us() - ticks & TICKS)
        pack_into("<IHBB", self._ring, self.next % KEPT * SIZE, time_us & 0xFFFFFFFF, time_us >> 32, pin, level)
        self.next += 1

    def piece(self, first, end):
        """The edges from number `first` to before `end`."""
        ring = self._ring
        return b"".join([bytes(ring[n % KEPT * SIZE : (n % KEPT + 1) * SIZE]) for n in range(first, end)])


_log = []


def _the_log():
    if not _log:
        _log.append(Log())
        device.drains.append(_log[0].drain)
    return _log[0]
