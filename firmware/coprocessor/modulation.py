# SPDX-License-Identifier: Apache-2.0
"""Pulse-width modulation of a declared output, for as long as that output may be on."""

import sys

import device
from machine import PWM, Pin
from micropython import const
from refusal import BUSY, OUT_OF_RANGE, Refusal, refused

LOOK_MS = const(10)  # between two looks whether the output may still be on

_begun = []  # the modulations that run, or have been ended by others and don't know it yet


class Modulated:
    """One output under modulation: `begin`, then `hold`, and in any case `end`.

    The output's own limits, interlocks, lease and arming decide, as for
    `gpio.write`: `begin` turns it on by them. Whoever makes the output safe ends
    the modulation at once; `hold` notices and raises.
    """

    def __init__(self, name: str):
        self.output = device.outputs.named(name)
        self._pwm: "PWM | None" = None
        for declared in device.config["outputs"]:
            if declared["name"] == name:
                self._pin = declared["pin"]
                self._safe = declared.get("safe", 0)
                self._only = declared.get("pwm_hz", 0)
        self._frequency = 0

    def begin(self, frequency: int, **duty) -> tuple:
        """Modulate with `duty_u16` or `duty_ns` away from the safe level. Raises Refusal.

        Returns (frequency in Hz, duty of 0 to 65535) as the hardware took them.
        """
        if self.output.on:
            raise Refusal(BUSY, "%s is on already; switch it off first" % self.output.name)
        if self._only not in (0, frequency):
            raise Refusal(OUT_OF_RANGE, "%s is made for %d Hz, says its rig" % (self.output.name, self._only))
        self._check_slice(frequency)
        self.output.turn_on()
        self._frequency = frequency
        _begun.append(self)
        try:
            # An output that is safe when high is modulated downwards.
            self._pwm = pwm = PWM(Pin(self._pin), freq=frequency, invert=bool(self._safe), **duty)
            self.output.modulated(pwm)
        except Exception:  # the hardware can't make this frequency, or it was made safe meanwhile
            self.output.make_safe()
            raise
        return pwm.freq(), pwm.duty_u16()

    def _check_slice(self, frequency: int) -> None:
        """Raise Refusal when the hardware would change another output with this one."""
        if sys.platform == "esp32":
            return
        for other in _begun:
            # RP2040 datasheet, section 4.5.2: eight slices, each with one frequency and two channels.
            if not other.runs() or (other._pin ^ self._pin) & 14:
                continue
            if other._frequency != frequency or not (other._pin ^ self._pin) & 1:
                raise Refusal(
                    BUSY,
                    "%s shares its PWM hardware with %s, which runs at %d Hz; end that first"
                    % (self.output.name, other.output.name, other._frequency),
                )

    def runs(self) -> bool:
        """Whether it modulates its output still: whoever makes the output safe ends that."""
        return self._pwm is not None and self.output.pwm is self._pwm

    def duty(self, **duty) -> None:
        """Change the duty. Raises Refusal when the output may not be on any more."""
        self.check()
        self.output.check()
        if self._pwm:
            self._pwm.init(**duty)
            self.output.modulated(self._pwm)

    def check(self) -> None:
        """Raise Refusal when the output was made safe since `begin`, which ended the modulation."""
        if self.output.pwm is not self._pwm:
            raise refused("%s went off: %s" % (self.output.name, self.output.latched or "a call asked for it"))

    def hold(self, ms: int):
        """Sleep so long, 0 for ever, as a process does; raises Refusal as `check`."""
        ends = device.clock.ms() + ms
        while True:
            self.check()
            left = ends - device.clock.ms() if ms else LOOK_MS
            if left <= 0:
                return
            yield min(left, LOOK_MS)

    def end(self) -> None:
        """Safe again, unless it went so before. For `finally`, after a `begin` that succeeded or not."""
        if self.runs():
            self.output.make_safe()
        self._pwm = None
        if self in _begun:
            _begun.remove(self)
