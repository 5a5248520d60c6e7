# SPDX-License-Identifier: Apache-2.0
"""A sensor that the bench Pico plays: its registers on an I2C bus, at the address of the one that was taken off.

`machine.I2CTarget` hands each byte to an interrupt; the clock is stretched meanwhile. Its own memory mode would do for
a sensor whose registers are bytes. Those of others are two bytes wide, and answer from the first one again.
"""

import machine
from machine import Pin
from refusal import refused
from task import field, task

_SIZE = 256
_played = []


@task(
    "bench.target",
    args=(
        field("id", "u8", unit="", max=1),
        field("sda", "u8", unit="", max=28),
        field("scl", "u8", unit="", max=28),
        field("address", "u8", unit="", max=0x77),
        field("width", "u8", unit="", min=1, max=2),
    ),
    idempotent=True,
    help="Answer on an I2C bus at an address, with registers of so many bytes; address 0 answers no more.",
)
def target(id, sda, scl, address, width):
    if not hasattr(machine, "I2CTarget") or not hasattr(machine.I2CTarget, "IRQ_WRITE_REQ"):
        raise refused("this MicroPython can't be an I2C target that hands over each byte: rp2 of 1.28 or later can")
    sensor = _sensor()
    sensor.stop()
    if address:
        sensor.start(id, sda, scl, address, width)


@task(
    "bench.registers",
    args=(field("offset", "u8", unit=""), field("content", "bytes", max=256)),
    idempotent=True,
    help="What the played sensor's registers hold from now on, from the byte `offset` on; between two transfers.",
)
def registers(offset, content):
    if offset + len(content) > _SIZE:
        raise refused("there are %d bytes of registers" % _SIZE)
    was = machine.disable_irq()
    try:
        _sensor().memory[offset : offset + len(content)] = content
    finally:
        machine.enable_irq(was)


class Sensor:
    """Registers behind a pointer, which the first byte of a write sets. Nothing in the handler allocates."""

    def __init__(self):
        self.memory = bytearray(_SIZE)
        self._target = None
        self._byte = bytearray(1)
        self._width = 1
        self._at = self._turn = 0
        self._first = False

    def start(self, id, sda, scl, address, width):
        self._width = width
        self._target = machine.I2CTarget(id, address, scl=Pin(scl), sda=Pin(sda))
        kind = machine.I2CTarget
        self._match_read, self._match_write = kind.IRQ_ADDR_MATCH_READ, kind.IRQ_ADDR_MATCH_WRITE
        self._read, self._write = kind.IRQ_READ_REQ, kind.IRQ_WRITE_REQ
        wanted = self._match_read | self._match_write | self._read | self._write
        self._target.irq(self._event, trigger=wanted, hard=True)

    def stop(self):
        if self._target:
            self._target.deinit()
            self._target = None

    def _event(self, target):
        flags = target.irq().flags()
        if flags & self._match_write:
            self._first = True
        if flags & self._match_read:
            self._turn = 0
        if flags & self._write:
            target.readinto(self._byte)
            if self._first:  # the pointer; settings that follow change nothing here
                self._first = False
                self._at = self._byte[0] * self._width % _SIZE
        if flags & self._read:
            self._byte[0] = self.memory[(self._at + self._turn) % _SIZE]
            target.write(self._byte)
            # A wide register is told again and again; narrow ones follow each other.
            self._turn = (self._turn + 1) % (self._width if self._width > 1 else _SIZE)


def _sensor():
    if not _played:
        _played.append(Sensor())
    return _played[0]
