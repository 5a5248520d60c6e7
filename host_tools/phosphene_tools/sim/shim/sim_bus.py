# SPDX-License-Identifier: Apache-2.0
"""I2C of the simulated board, and the bit stream that lights WS2812 lamps."""

from struct import pack

import sim_link as link
from sim_pin import pin_number

_I2C_DEVICE = 1


class I2C:
    """One transfer is one request to the launcher, whose devices answer; a missing one is OSError EIO."""

    def __init__(self, id=-1, *, scl=None, sda=None, freq=400000, timeout=50000):
        self._id = id & 0xFF

    def init(self, **options):
        pass

    def scan(self):
        found = []
        for address in range(0x08, 0x78):
            try:
                self._transfer(address, b"", 0)
            except OSError:
                continue
            found.append(address)
        return found

    def readfrom(self, addr, nbytes, stop=True):
        return self._transfer(addr, None, nbytes)

    def readfrom_into(self, addr, buf, stop=True):
        buf[:] = self._transfer(addr, None, len(buf))

    def writeto(self, addr, buf, stop=True):
        self._transfer(addr, buf, 0)
        return len(buf)

    def writevto(self, addr, vector, stop=True):
        return self.writeto(addr, b"".join(vector), stop)

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        return self._transfer(addr, self._address(memaddr, addrsize), nbytes)

    def readfrom_mem_into(self, addr, memaddr, buf, *, addrsize=8):
        buf[:] = self.readfrom_mem(addr, memaddr, len(buf), addrsize=addrsize)

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self._transfer(addr, self._address(memaddr, addrsize) + bytes(buf), 0)

    def _address(self, memaddr, addrsize):
        return memaddr.to_bytes(addrsize // 8, "big")

    def _transfer(self, address, data, count):
        head = pack("<BBBxH", self._id, address, data is not None, count)
        return link.request(_I2C_DEVICE, head + bytes(data or b""))


class SoftI2C(I2C):
    """Known to the launcher by its clock pin: bus 128 and up."""

    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        super().__init__(128 + pin_number(scl))


def bitstream(pin, encoding, timing, buf):
    """Send `buf` to the lamps on `pin`."""
    link.send_with(link.BITSTREAM, pin_number(pin), 0, buf)
