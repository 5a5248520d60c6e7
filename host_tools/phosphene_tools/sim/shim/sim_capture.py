# SPDX-License-Identifier: Apache-2.0
"""An edge capture unit of the simulated chip: each edge of an input with the time at which the world made it.

A chip has something like it in its PIO. The interrupts of pins are there beside it, a millisecond late.
"""

from array import array

import sim_link as link

_WORLD_DEVICE = 5
_RING = 1024


class SimCapture:
    """The only one of its kind; `pins` is a mask of those whose edges it keeps."""

    def __init__(self):
        self.pins = 0
        self.lost = 0
        self._times = array("q", [0] * _RING)
        self._edges = bytearray(_RING)
        self._in = self._out = 0
        link.captures[:] = [self]

    def settle(self):
        """Wait until all that the world did up to now has arrived."""
        link.request(_WORLD_DEVICE, b"")

    def edge(self, pin, level, time_us):
        """Called by the link. A pin that floats counts as low, as behind the chip's own pull-down."""
        if not self.pins >> pin & 1:
            return
        if self._in - self._out >= _RING:
            self.lost += 1
            return
        slot = self._in % _RING
        self._times[slot] = time_us
        self._edges[slot] = pin << 1 | (level & 1)
        self._in += 1

    def take(self):
        """The oldest edge that was not taken yet, (ticks_us, pin, level), or None."""
        if self._out == self._in:
            return None
        slot = self._out % _RING
        self._out += 1
        edge = self._edges[slot]
        return self._times[slot], edge >> 1, edge & 1
