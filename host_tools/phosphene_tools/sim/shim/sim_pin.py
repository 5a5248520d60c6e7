# SPDX-License-Identifier: Apache-2.0
"""Virtual pins, and who else needs their numbers."""

from array import array

import sim_link as link
from sim_link import stamp
from umachine import PinBase

_IN, _OUT, _OPEN_DRAIN = 0, 1, 2
_write = link.write
_world = link.world
_drain = link.drain
_armed = link.armed
_latch = bytearray(link.PINS)
_modes = bytearray(link.PINS)
_pulls = bytearray(link.PINS)
_edges = {}  # pin number -> the two records that report its levels


class Pin(PinBase):  # so that Signal and time_pulse_us of the interpreter take it
    """A virtual pin; writing one costs a microsecond, reading an input looks at the world first."""

    IN, OUT, OPEN_DRAIN = _IN, _OUT, _OPEN_DRAIN
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_FALLING, IRQ_RISING = 4, 8

    def __init__(self, id, mode=-1, pull=-1, *, value=None, drive=0, alt=-1):
        n = self._id = pin_number(id)
        if n not in _edges:
            code = link.LEVEL | n << 8
            _edges[n] = (array("q", (code, 0)), array("q", (code | 1 << 16, 0)))
        self._low, self._high = _edges[n]
        self._handler = None
        self._trigger = 0
        if mode != -1 or pull != -1 or value is not None:
            self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None, drive=0, alt=-1):
        n = self._id
        if mode != -1:
            if mode not in (_IN, _OUT, _OPEN_DRAIN):
                raise ValueError("unknown pin mode")
            _modes[n] = mode
        if pull != -1:
            _pulls[n] = pull or 0
        if value is not None:
            _latch[n] = 1 if value else 0
        # One record sets mode, pull and level, so that the pin passes through no other.
        link.send(link.MODE, n, _modes[n] | _pulls[n] << 2 | _latch[n] << 4)

    def value(self, x=None):
        n = self._id
        if x is None:
            if _modes[n] == _OUT:
                return _latch[n]
            _drain()
            return self._settled(_world[n])
        if x:
            if _armed[0] == n and not _latch[n] and _modes[n] == _OUT:
                self._break()
            _latch[n] = 1
            record = self._high
        else:
            _latch[n] = 0
            record = self._low
        if _modes[n]:
            record[1] = stamp()
            _write(record)
        return None

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    high, low = on, off

    def toggle(self):
        self.value(not _latch[self._id])

    def mode(self):
        return _modes[self._id]

    def pull(self):
        return _pulls[self._id] or None

    def irq(self, handler=None, trigger=IRQ_FALLING | IRQ_RISING, *, priority=1, wake=None, hard=False):
        """Handlers always run between bytecodes; `hard` is accepted and changes nothing."""
        _drain()
        self._handler = handler
        self._trigger = trigger
        if handler is not None and trigger:
            link.watched[self._id] = self
        else:
            link.watched.pop(self._id, None)
        return self

    def edge(self, was, level):
        """Called by the link: the world changed from `was` to `level`."""
        was, level = self._settled(was), self._settled(level)
        if was != level and self._trigger & (8 if level else 4):
            link.call(self._handler, self)

    def _settled(self, world):
        """The level at the pin when the world drives it so, or lets it float."""
        if _modes[self._id] and not _latch[self._id]:
            return 0
        return world if world != link.FLOATING else _pulls[self._id] & 1

    def _break(self):
        """The launcher's breakpoint: stop before this edge, or after it."""
        if _armed[1]:
            self._high[1] = stamp()
            _write(self._high)
        link.send(link.BREAK, self._id)
        link.halt()

    def __repr__(self):
        return "Pin(GPIO%d, mode=%s)" % (self._id, ("IN", "OUT", "OPEN_DRAIN")[_modes[self._id]])


def pin_number(id):
    """The number of a pin given as number, as "GP4", as "LED" or as Pin."""
    if isinstance(id, Pin):
        return id._id
    if id == "LED":
        id = 25
    elif isinstance(id, str) and id.startswith("GP"):
        id = int(id[2:])
    if not isinstance(id, int) or not 0 <= id < link.PINS:
        raise ValueError("invalid pin")
    return id
