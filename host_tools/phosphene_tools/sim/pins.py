# SPDX-License-Identifier: Apache-2.0
"""What the world sees at the board's pins: levels behind ENABLE, their history, and who watches them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from phosphene_tools.sim.clock import now_us
from phosphene_tools.sim.deadman import Monostable
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.records import FLOATING

PIN_COUNT = 64

_IN, _OUT, _OPEN_DRAIN = 0, 1, 2

Strobe = Callable[[int], None]
"""Called with a time in microseconds of CLOCK_MONOTONIC."""


class Edge(NamedTuple):
    """A level that the world saw begin: `time_us` of CLOCK_MONOTONIC, pin number, 0 or 1."""

    time_us: int
    pin: int
    level: int


@dataclass(frozen=True)
class Pwm:
    """A pulse-width modulated output as the world sees it: hertz, and high time of 0 to 65535."""

    frequency: int
    duty_u16: int


class PinBank:
    """The pins of one board.

    A pin that is guarded shows its safe level unless ENABLE is high: that is, unless the
    firmware holds its enable pin high *and* keeps kicking the dead-man. Pins that the
    firmware does not drive show what the world drives, else `rest` (the resistor on the
    board), else their pull.
    """

    def __init__(
        self,
        *,
        guarded: dict[int, int],
        rest: dict[int, int],
        enable: int | None,
        deadman: Monostable | None,
        history: int = 65536,
        look: Callable[[], None] = lambda: None,
    ) -> None:
        """`look` takes in what the firmware reported already; it is called before an answer."""
        self._look = look
        self._guarded = guarded
        self._rest = rest
        self._enable_pin = enable
        self._deadman = deadman
        self._modes = bytearray(PIN_COUNT)
        self._pulls = bytearray(PIN_COUNT)
        self._latches = bytearray(PIN_COUNT)
        self._world = bytearray([FLOATING] * PIN_COUNT)
        self._seen = bytearray(rest.get(pin, 0) for pin in range(PIN_COUNT))
        self._pwm: dict[int, Pwm] = {}
        self._watchers: dict[int, list[Callable[[Edge], None]]] = {}
        self._joined: dict[int, Callable[[int], None]] = {}
        self._enable_watchers: list[Callable[[int], None]] = []
        self._history: deque[Edge] = deque(maxlen=history)
        self._enable = False
        self._enable_changes: deque[tuple[int, bool]] = deque(maxlen=history)
        self._told_us = 0

    @property
    def told_us(self) -> int:
        """Until when the firmware has told what it does with its pins; what it did since may still be on its way."""
        self._look()
        return self._told_us

    @property
    def enable(self) -> bool:
        """Whether the ENABLE line is high, behind the dead-man."""
        self._look()
        return self._enable

    @property
    def enable_changes(self) -> deque[tuple[int, bool]]:
        """When ENABLE changed: microseconds of CLOCK_MONOTONIC, and to what."""
        self._look()
        return self._enable_changes

    @property
    def history(self) -> deque[Edge]:
        """The newest edges that the world saw."""
        self._look()
        return self._history

    def level(self, pin: int) -> int:
        """Return the level that the world sees."""
        self._look()
        return self._seen[_checked(pin)]

    def driven(self, pin: int) -> int | None:
        """Return the level that the firmware drives, before any guard; None when it doesn't drive the pin."""
        self._look()
        return self._driven(_checked(pin))

    def pwm(self, pin: int) -> Pwm | None:
        """Return the modulation that the world sees; behind a fallen ENABLE its duty is that of the safe level."""
        self._look()
        modulation = self._pwm.get(_checked(pin))
        if modulation is None or pin not in self._guarded or self._enable:
            return modulation
        return Pwm(modulation.frequency, 65535 * self._guarded[pin])

    def watch(self, pin: int, callback: Callable[[Edge], None]) -> Callable[[], None]:
        """Call `callback` with each edge that the world sees on `pin`; the function returned ends that."""
        watchers = self._watchers.setdefault(_checked(pin), [])
        watchers.append(callback)
        return lambda: watchers.remove(callback)

    def does(self, pin: int) -> tuple[int | None, int | None]:
        """Return what the board alone does to a wire on `pin`: the level that it drives, behind ENABLE, else None; and
        the level that a resistor of its own gives, else None.
        """
        if _checked(pin) in self._guarded and not self._enable:
            return self._guarded[pin], None
        rest, pull = self._rest.get(pin), self._pulls[pin]
        return self._driven(pin), rest if rest is not None else pull & 1 if pull else None

    def join(self, pin: int, changed: Strobe) -> None:
        """Have `changed` called with the time whenever `does(pin)` may have changed: one for each pin."""
        self._joined[_checked(pin)] = changed

    def join_enable(self, changed: Strobe) -> None:
        """Have `changed` called with the time whenever ENABLE changed."""
        self._enable_watchers.append(changed)

    def strobe(self, pin: int, low: Strobe, high: Strobe) -> tuple[Strobe, Strobe]:
        """Return the two functions to call when the firmware writes `pin` low or high.

        For pins that change thousands of times a second: they call `low` and `high` and skip history and watchers.
        """
        latches, seen = self._latches, self._seen

        def go_low(time_us: int) -> None:
            latches[pin] = seen[pin] = 0
            low(time_us)

        def go_high(time_us: int) -> None:
            latches[pin] = seen[pin] = 1
            high(time_us)

        return go_low, go_high

    # What follows is called by the board, in the order of the records' times.

    def written(self, pin: int, level: int, time_us: int) -> None:
        """Take note that the firmware wrote `level`."""
        self._told_us = time_us
        self.settle(time_us)
        self._latches[pin] = level
        self._changed(pin, time_us)

    def configured(self, pin: int, value: int, time_us: int) -> None:
        """Take note of mode (bits 0-1), pull (2-3) and latch (4), which change together."""
        self.settle(time_us)
        self._modes[pin], self._pulls[pin], self._latches[pin] = value & 3, value >> 2 & 3, value >> 4 & 1
        self._pwm.pop(pin, None)
        self._changed(pin, time_us)

    def modulated(self, pin: int, modulation: Pwm | None, time_us: int) -> None:
        """Take note of a pin's PWM, or that it ended."""
        self.settle(time_us)
        if modulation is None:
            self._pwm.pop(pin, None)
        else:
            self._pwm[pin] = modulation

    def driven_by_world(self, pin: int, level: int) -> None:
        """The world drives `pin` to 0 or 1, or lets it float (2)."""
        self._world[_checked(pin)] = level
        self._changed(pin, now_us())

    def world(self, pin: int) -> int:
        """Return what the world drives: 0, 1 or 2 (it floats)."""
        return self._world[_checked(pin)]

    def reset(self) -> None:
        """All pins become inputs without pull, as after a reset of the chip."""
        now = now_us()
        self.settle(now)
        if self._deadman is not None:
            self._deadman.clear()
        for state in (self._modes, self._pulls, self._latches):
            state[:] = bytes(PIN_COUNT)
        self._pwm.clear()
        for pin in range(PIN_COUNT):
            self._changed(pin, now)

    def settle(self, now_us: int) -> None:
        """Let the dead-man fall if its time came before `now_us`."""
        deadman = self._deadman
        if deadman is not None and deadman.high and now_us >= deadman.falls_at_us:
            fell = deadman.falls_at_us
            deadman.clear()
            self._judge_enable(fell)

    def _changed(self, pin: int, time_us: int) -> None:
        deadman = self._deadman
        if deadman is not None and pin == deadman.pin:
            deadman.input(self._at_pin(pin), time_us)
            self._judge_enable(time_us)
        elif pin == self._enable_pin:
            self._judge_enable(time_us)
        self._show(pin, time_us)
        if joined := self._joined.get(pin):
            joined(time_us)

    def _judge_enable(self, time_us: int) -> None:
        pin = self._enable_pin
        asked = pin is not None and self._at_pin(pin) == 1
        enable = asked and (self._deadman is None or self._deadman.high)
        if enable != self._enable:
            self._enable = enable
            self._enable_changes.append((time_us, enable))
            for guarded in self._guarded:
                self._show(guarded, time_us)
                if joined := self._joined.get(guarded):
                    joined(time_us)
            for watcher in self._enable_watchers:
                watcher(time_us)

    def _driven(self, pin: int) -> int | None:
        mode, latch = self._modes[pin], self._latches[pin]
        if mode == _OUT or (mode == _OPEN_DRAIN and not latch):
            return latch
        return None

    def _at_pin(self, pin: int) -> int:
        """The level at the chip's pin: the firmware's, else the world's, else what a resistor gives."""
        driven = self._driven(pin)
        if driven is not None:
            return driven
        world = self._world[pin]
        if world != FLOATING:
            return world
        rest = self._rest.get(pin)
        return self._pulls[pin] & 1 if rest is None else rest

    def _show(self, pin: int, time_us: int) -> None:
        if pin in self._guarded and not self._enable:
            level = self._guarded[pin]
        else:
            level = self._at_pin(pin)
        if level != self._seen[pin]:
            self._seen[pin] = level
            edge = Edge(time_us, pin, level)
            self._history.append(edge)
            for watcher in tuple(self._watchers.get(pin, ())):
                watcher(edge)


def _checked(pin: int) -> int:
    if not 0 <= pin < PIN_COUNT:
        raise SimError(f"no pin {pin}", place="simulated board", cure=f"pins are 0 to {PIN_COUNT - 1}")
    return pin
