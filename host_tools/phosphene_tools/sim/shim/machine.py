# SPDX-License-Identifier: Apache-2.0
"""`machine` of the simulated board: the signatures of the rp2 port, on virtual hardware."""

import io
import os
import select
from array import array
from binascii import unhexlify
from time import ticks_us

import sim_link as link
from umachine import *  # noqa: F403 -- mem8, idle, Signal and so on come from the interpreter itself

__all__ = (
    "ADC", "HARD_RESET", "I2C", "PWM", "PWRON_RESET", "Pin", "SOFT_RESET", "Signal", "SimFlash", "SoftI2C",
    "Timer", "UART", "WDT", "WDT_RESET", "bitstream", "disable_irq", "enable_irq", "freq", "idle", "mem16",
    "mem32", "mem8", "reset", "reset_cause", "soft_reset", "time_pulse_us", "unique_id",
)  # fmt: skip

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
SOFT_RESET = 4

# What lives in a module of its own, so that a program pays only for what it uses.
_ELSEWHERE = {
    "PWM": "sim_analog",
    "ADC": "sim_analog",
    "I2C": "sim_bus",
    "SoftI2C": "sim_bus",
    "bitstream": "sim_bus",
    "SimFlash": "sim_flash",
}

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
            record[1] = ticks_us()
            _write(record)

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
            self._high[1] = ticks_us()
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


class Timer:
    """A soft timer: its callback runs between bytecodes, about a millisecond late."""

    ONE_SHOT, PERIODIC = 0, 1

    def __init__(self, id=-1, **options):
        self.due = 0
        self._period = 0
        self._callback = None
        if options:
            self.init(**options)

    def init(self, *, mode=PERIODIC, freq=-1, period=-1, callback=None, hard=False, tick_hz=1000):
        self.deinit()
        us = int(1000000 / freq) if freq != -1 else int(period * 1000000 / tick_hz)
        if us <= 0:
            raise ValueError("a period above 0 is needed")
        self._period = us if mode == self.PERIODIC else 0
        self._callback = callback
        self.due = ticks_us() + us
        link.timers.append(self)

    def deinit(self):
        if self in link.timers:
            link.timers.remove(self)

    def fire(self, now):
        """Called by the link when the time has come; periods that were missed are skipped."""
        if self._period:
            self.due += self._period
            if self.due <= now:
                self.due = now + self._period
        else:
            self.deinit()
        if self._callback is not None and not link.call(self._callback, self):
            self.deinit()


class UART(io.IOBase):
    """The line. `readinto` and `read` return at once, `write` may be partial, all None when nothing goes."""

    CTS, RTS = 1, 2
    INV_TX, INV_RX = 1, 2
    _GET_FILENO = 10

    def __init__(self, id, baudrate=115200, **options):
        self._fd = int(os.getenv("PHOSPHENE_LINE_FD"))
        port = open(self._fd, "r+b", 0)
        self.readinto = port.readinto
        self.read = port.read
        self.write = port.write
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)
        self._baud = baudrate
        self._rxbuf = 256
        self.init(baudrate, **options)

    def init(self, baudrate=None, *, rxbuf=None, flow=0, **options):
        self._baud = baudrate or self._baud
        self._rxbuf = rxbuf or self._rxbuf
        link.send(link.UART_OPEN, 0, self._baud | min(self._rxbuf, 65535) << 24 | (flow & self.RTS and 1) << 40)

    def deinit(self):
        pass

    def any(self):
        """1 when something waits, else 0: the number of bytes is not known here."""
        return 1 if self._poll.poll(0) else 0

    def flush(self):
        pass

    def txdone(self):
        return True

    def ioctl(self, request, argument):
        # Polling goes straight to the file descriptor.
        return self._fd if request == self._GET_FILENO else -1


class WDT:
    """The watchdog, which the launcher keeps: it can't be stopped."""

    def __init__(self, id=0, timeout=5000):
        if not 1 <= timeout <= 8388:
            raise ValueError("timeout is 1 to 8388 ms")
        self._record = array("q", (link.WDT_FEED, 0))
        link.send(link.WDT_START, 0, timeout)

    def feed(self):
        self._record[1] = ticks_us()
        _write(self._record)


def reset():
    """Reset the chip."""
    link.send(link.RESET, 0, 0)
    link.halt()


def soft_reset():
    """Start the interpreter again; pins stay as they are."""
    link.send(link.RESET, 0, 1)
    link.halt()


def reset_cause():
    """Numbers as in PROTOCOL.md: 0 unknown, 1 power-on, 2 reset pin, 3 watchdog, 4 soft, 5 brown-out."""
    return int(os.getenv("PHOSPHENE_RESET_CAUSE"))


def unique_id():
    return unhexlify(os.getenv("PHOSPHENE_UNIQUE_ID"))


def freq(*_):
    """The clock of the named micro-controller; the simulation runs as fast as it can."""
    return 150000000


def disable_irq():
    return link.mask(True)


def enable_irq(state=False):
    link.mask(bool(state))


def __getattr__(name):
    module = _ELSEWHERE.get(name)
    if module is None:
        raise AttributeError(name)
    return getattr(__import__(module), name)
