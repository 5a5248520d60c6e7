# SPDX-License-Identifier: Apache-2.0
"""The virtual micro-controller around the firmware: what its records do to pins, watchdog and devices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from phosphene_tools.sim.clock import now_us
from phosphene_tools.sim.deadman import Monostable
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.pins import PinBank, Pwm
from phosphene_tools.sim.records import FLOATING, FromFirmware, ToFirmware, code, encode
from phosphene_tools.sim.shift_register import ShiftRegister
from phosphene_tools.sim.targets import Targets
from phosphene_tools.sim.watchdog import Watchdog

_DEADMAN_MS = 40
_ADC_FULL = 65535


class Events(Protocol):
    """What the chip tells the board."""

    def event(self, op: FromFirmware, unit: int, value: int, payload: bytes) -> None:
        """Take a record that is about the boot, not about hardware."""
        ...

    def bite(self) -> None:
        """Take note that the watchdog was not fed."""
        ...

    def receive(self) -> None:
        """Take in the records that have arrived."""
        ...

    def send(self, records: bytes) -> None:
        """Send records to the firmware."""
        ...

    def request(self, device: int, number: int, payload: bytes) -> None:
        """Let a device answer."""
        ...


class Chip:
    """Lives as long as the board; `reset` brings it to the state after a reset."""

    def __init__(self, board_json: Mapping[str, Any], board: Events, wires: Mapping[int, int]) -> None:
        self._board = board
        self._loop = asyncio.get_running_loop()
        self.watchdog = Watchdog(board.bite, board.receive)
        outputs = board_json.get("outputs", [])
        kick = board_json.get("kick_pin")
        enable = board_json.get("enable_pin")
        hold_ms = board_json.get("deadman_ms", _DEADMAN_MS)
        self._deadman = None if kick is None else Monostable(kick, hold_ms)
        self.pins = PinBank(
            guarded={o["pin"]: o.get("safe", 0) for o in outputs if o.get("guarded")},
            rest={o["pin"]: o.get("safe", 0) for o in outputs} | ({enable: 0} if enable is not None else {}),
            enable=enable,
            deadman=self._deadman,
            look=board.receive,
        )
        self._deadman_timer: asyncio.TimerHandle | None = None
        self.shift_register = ShiftRegister(look=board.receive)
        self.adc = [0] * 8
        self.strips: dict[int, bytes] = {}
        """The newest bytes that `bitstream` sent on each pin, as to a chain of WS2812 lamps."""
        self.targets = Targets(board.send)
        self.handlers: dict[int, Callable[[int], None]] = {code(FromFirmware.WDT_FEED): self.watchdog.feed}
        self._strobe_register(board_json.get("shift_register"))
        for output, input_ in wires.items():
            self.pins.watch(output, lambda edge, pin=input_: self.set_input(pin, edge.level))

    def set_input(self, pin: int, level: int | None, time_us: int = 0) -> None:
        """Drive a pin from outside to 0 or 1, or let go of it (None); since `time_us`, or now."""
        value = FLOATING if level is None else int(bool(level))
        if self.pins.world(pin) != value:
            self.pins.driven_by_world(pin, value)
            self._board.send(encode(ToFirmware.INPUT, pin, value, time_us=time_us or now_us()))

    def set_adc(self, channel: int, value: int) -> None:
        """Set what a channel of the converter reads: 0 to 65535."""
        if not 0 <= channel < len(self.adc) or not 0 <= value <= _ADC_FULL:
            raise SimError(
                f"no channel {channel} that reads {value}",
                place="converter",
                cure=f"channels are 0 to {len(self.adc) - 1}, values 0 to {_ADC_FULL}",
            )
        self.adc[channel] = value
        self._board.send(encode(ToFirmware.ADC, channel, value))

    def greeting(self) -> bytes:
        """Return the records that a new firmware process finds waiting: the world as it is."""
        world = [(pin, self.pins.world(pin)) for pin in range(64)]
        return b"".join(
            [encode(ToFirmware.INPUT, pin, level) for pin, level in world if level != FLOATING]
            + [encode(ToFirmware.ADC, channel, value) for channel, value in enumerate(self.adc) if value]
        )

    def reset(self) -> None:
        """Let everything fall to the state after a reset; devices outside keep theirs."""
        self.watchdog.reset()
        self.targets.reset()
        self.pins.reset()
        for low in (self.shift_register.data_low, self.shift_register.clock_low, self.shift_register.latch_low):
            low(0)
        self.shift_register.cut()

    def soft_reset(self) -> None:
        """Let only the interpreter's own state go: pins stay as they are."""
        self.watchdog.reset()
        self.shift_register.cut()

    def close(self) -> None:
        """Stop all timers."""
        self.watchdog.reset()
        if self._deadman_timer is not None:
            self._deadman_timer.cancel()
            self._deadman_timer = None

    def take(self, op: FromFirmware, unit: int, value: int, time_us: int, payload: bytes) -> None:
        """Handle a record that has no handler of its own."""
        if op is FromFirmware.LEVEL:
            self.pins.written(unit, value, time_us)
            self._watch_deadman()
        elif op is FromFirmware.MODE:
            self._configured(unit, value, time_us)
        elif op is FromFirmware.PWM:
            frequency = value >> 16
            self.pins.modulated(unit, Pwm(frequency, value & 0xFFFF) if frequency else None, time_us)
        elif op is FromFirmware.BITSTREAM:
            self.strips[unit] = payload
        elif op is FromFirmware.WDT_START:
            self.watchdog.start(value, time_us)
        elif op is FromFirmware.REQUEST:
            self._board.request(unit, value, payload)
        elif op is FromFirmware.TRANSFERRED:
            self.targets.answered(value, unit, payload)
        else:
            self._board.event(op, unit, value, payload)

    def _configured(self, pin: int, value: int, time_us: int) -> None:
        self.pins.configured(pin, value, time_us)
        level = self.pins.driven(pin)
        strobe = self.handlers.get(code(FromFirmware.LEVEL, pin, level or 0))
        if level is not None and strobe is not None:
            strobe(time_us)
        self._watch_deadman()

    def _strobe_register(self, pins: Mapping[str, int] | None) -> None:
        if not pins:
            return
        register = self.shift_register
        for name, low, high in (
            ("data", register.data_low, register.data_high),
            ("clock", register.clock_low, register.clock_high),
            ("latch", register.latch_low, register.latch_high),
        ):
            strobes = self.pins.strobe(pins[name], low, high)
            for level, strobe in enumerate(strobes):
                self.handlers[code(FromFirmware.LEVEL, pins[name], level)] = strobe

    def _watch_deadman(self) -> None:
        if self._deadman_timer is None and self._deadman is not None and self._deadman.high:
            left = self._deadman.falls_at_us - now_us()
            self._deadman_timer = self._loop.call_later(max(0.0, left / 1e6) + 0.0005, self._judge_deadman)

    def _judge_deadman(self) -> None:
        self._deadman_timer = None
        self._board.receive()  # kicks that came in time but were not read yet
        self.pins.settle(now_us())
        self._watch_deadman()
