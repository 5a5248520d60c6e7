# SPDX-License-Identifier: Apache-2.0
"""An I2C target as the rp2 port has it, for a controller that sits on another simulated board."""

from struct import unpack_from

import sim_link as link


class I2CTarget:
    """Without `mem`: a handler takes and gives each byte. A transfer is whole before the next begins."""

    IRQ_ADDR_MATCH_READ, IRQ_ADDR_MATCH_WRITE = 1, 2
    IRQ_READ_REQ, IRQ_WRITE_REQ = 4, 8
    IRQ_END_READ, IRQ_END_WRITE = 16, 32

    def __init__(self, id=0, addr=None, *, addrsize=7, scl=None, sda=None):
        if addr is None or addrsize != 7:
            raise ValueError("a 7-bit address is needed")
        self._unit = id
        self._address = addr
        self._handler = None
        self._trigger = self._flags = 0
        self._byte = None  # on its way from or to the handler
        link.targets[id] = self

    def deinit(self):
        if link.targets.get(self._unit) is self:
            del link.targets[self._unit]

    def irq(self, handler=None, trigger=IRQ_END_READ | IRQ_END_WRITE, hard=False):
        """Without arguments: what tells the flags of the event at hand."""
        if handler is not None:
            self._handler, self._trigger = handler, trigger
        return self

    def flags(self):
        return self._flags

    def readinto(self, buf):
        if self._byte is None:
            return 0
        buf[0], self._byte = self._byte, None
        return 1

    def write(self, buf):
        self._byte = buf[0]
        return 1

    def transfer(self, asked):
        """Called by the link: the bytes that the controller reads, or None when the address is another's."""
        address, writes, count = unpack_from("<BBH", asked)
        if address != self._address:
            return None
        if writes:
            self._event(self.IRQ_ADDR_MATCH_WRITE)
            for byte in asked[4:]:
                self._byte = byte
                self._event(self.IRQ_WRITE_REQ)
            self._event(self.IRQ_END_WRITE)
        answer = bytearray()
        if count:
            self._event(self.IRQ_ADDR_MATCH_READ)
            for _ in range(count):
                self._byte = None
                self._event(self.IRQ_READ_REQ)
                answer.append(0xFF if self._byte is None else self._byte)
            self._event(self.IRQ_END_READ)
        return answer

    def _event(self, flags):
        self._flags = flags & self._trigger
        if self._flags:
            link.call(self._handler, self)
