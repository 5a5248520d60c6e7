# SPDX-License-Identifier: Apache-2.0
"""Pins by the names that the board's configuration gives them."""

from array import array
from time import ticks_us

import device
from machine import Pin
from refusal import refused
from task import field, task

RING = 32  # edges between two rounds of the dispatcher


@task(
    "gpio.names",
    results=(field("outputs", "text", max=400), field("inputs", "text", max=400)),
    idempotent=True,
    privilege="read",
    help="The names of this board's outputs and inputs.",
)
def names():
    return device.outputs.names(), device.inputs.names()


@task(
    "gpio.write",
    says=("set the output",),
    args=(field("output", "text", max=32), field("level", "bool")),
    help="Set an output, within its limits.",
)
def write(output, level):
    device.outputs.named(output).write(level)


@task(
    "gpio.read",
    args=(field("name", "text", max=32),),
    results=(field("level", "bool"),),
    idempotent=True,
    privilege="read",
    help="The level of an input, or the level that an output was set to.",
)
def read(name):
    if name in device.inputs.names().split():
        return (device.inputs.named(name).read(),)
    return (device.outputs.named(name).read(),)


@task(
    "gpio.pulses",
    kind="process",
    args=(
        field("output", "text", max=32),
        field("count", "u16", min=1, max=10000),
        field("period_ms", "u16", min=2, max=10000, unit="ms"),
    ),
    progress=(field("done", "u16"),),
    results=(field("done", "u16"),),
    help="Pulse an output so many times; tells each pulse.",
)
def pulses(output, count, period_ms):
    pin = device.outputs.named(output)
    pin.check()
    try:
        for done in range(1, count + 1):
            pin.write(1)
            yield period_ms // 2
            pin.write(0)
            yield (done,)
            yield period_ms - period_ms // 2
    finally:
        pin.make_safe()
    return (count,)


@task(
    "gpio.shift_out",
    args=(field("value", "u32"), field("bits", "u8", min=1, max=32)),
    help="Clock a word into the board's 74HC595 chain, highest bit first, and latch it.",
)
def shift_out(value, bits):
    data, clock, latch = _shift_register()
    for i in range(bits - 1, -1, -1):
        data(value >> i & 1)
        clock(1)
        clock(0)
    latch(1)
    latch(0)


@task(
    "gpio.watch",
    args=(
        field("input", "text", max=32),
        field("edge", "choice", choices=("off", "rising", "falling", "both")),
    ),
    results=(field("count", "u32"),),
    event=(
        field("input", "text", max=32),
        field("level", "bool"),
        field("count", "u32"),
    ),
    idempotent=True,
    privilege="read",
    help="Tell the edges of an input as events; they are counted from the first watch on.",
)
def watch(input, edge):
    watched = _watched(input)
    watched.watch(edge)
    return (watched.count,)


class Watched:
    """A watched input; its interrupt only notes, the dispatcher tells."""

    def __init__(self, name):
        self.name = name
        self._input = device.inputs.named(name)
        self.count = 0
        self._told = 0
        self._levels = bytearray(RING)
        self._times = array("i", bytearray(4 * RING))

    def watch(self, edge):
        triggers = {
            "off": 0,
            "rising": Pin.IRQ_RISING,
            "falling": Pin.IRQ_FALLING,
            "both": Pin.IRQ_RISING | Pin.IRQ_FALLING,
        }
        if triggers[edge]:
            self._input.irq(self._edge, triggers[edge])
        else:
            self._input.free(self._edge)

    def _edge(self, pin):
        slot = self.count % RING
        self._levels[slot] = pin.value()
        self._times[slot] = ticks_us() & 0x3FFFFFFF
        self.count += 1

    def tell(self):
        """Queue what was noted; what the ring could not hold shows as a jump of the count."""
        count = self.count
        self._told = max(self._told, count - RING)
        while self._told < count:
            slot = self._told % RING
            self._told += 1
            ago = (ticks_us() - self._times[slot]) & 0x3FFFFFFF
            device.line.events.declared(
                device.registry.task(_watch_number()),
                (self.name, self._levels[slot], self._told),
                device.clock.us() - ago,
            )


_all = {}
_register = []
_number = []


def _watch_number():
    if not _number:
        _number.append(device.registry.number("gpio.watch"))
    return _number[0]


def _watched(name):
    if name not in _all:
        _all[name] = Watched(name)
        device.drains.append(_all[name].tell)
    return _all[name]


def _shift_register():
    if not _register:
        declared = device.config.get("shift_register")
        if not declared:
            raise refused("this board declares no shift register")
        for name in ("data", "clock", "latch"):
            _register.append(Pin(declared[name], Pin.OUT, value=0).value)
    return _register
