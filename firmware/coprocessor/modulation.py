# SPDX-License-Identifier: Apache-2.0
"""Pulse-width modulation of a declared output, for as long as that output may be on."""

import device
from machine import PWM, Pin
from micropython import const
from refusal import BUSY, Refusal, refused

LOOK_MS = const(10)  # between two looks whether the output may still be on


class Modulated:
    """One output under modulation: `begin`, then `hold`, and in any case `end`.

    The output's own limits, interlocks, lease and arming decide, as for
    `gpio.write`: `begin` turns it on by them. Made safe by anybody, also the
    safety timer, its modulation ends there and then; `hold` raises within LOOK_MS.
    """

    def __init__(self, name: str):
        self.output = device.outputs.named(name)
        self._pwm: "PWM | None" = None
        for declared in device.config["outputs"]:
            if declared["name"] == name:
                self._pin = declared["pin"]
                self._safe = declared.get("safe", 0)

    def begin(self, frequency: int, **duty) -> tuple:
        """Modulate with `duty_u16` or `duty_ns` away from the safe level. Raises Refusal.

        Returns (frequency in Hz, duty of 0 to 65535) as the hardware took them.
        """
        if self.output.on:
            raise Refusal(BUSY, "%s is on already; switch it off first" % self.output.name)
        self.output.turn_on()
        # An output that is safe when high is modulated downwards.
        self._pwm = pwm = PWM(Pin(self._pin), freq=frequency, invert=bool(self._safe), **duty)
        self.output.modulated(pwm)
        return pwm.freq(), pwm.duty_u16()

    def duty(self, **duty) -> None:
        """Change the duty. Raises Refusal when the output may not be on any more."""
        self.check()
        if self._pwm:
            self._pwm.init(**duty)
            self.output.modulated(self._pwm)

    def check(self) -> None:
        """Raise Refusal when the output was made safe, or may not be on any more."""
        if not self.output.on:
            raise refused("%s went off: %s" % (self.output.name, self.output.latched or "a call asked for it"))
        self.output.check()

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
        """Safe again. For `finally`, after a `begin` that succeeded or not."""
        if self._pwm:
            self._pwm.deinit()
            self._pwm = None
            # The pin belongs to the PWM hardware until its function is set again.
            Pin(self._pin, Pin.OUT, value=self._safe)
            self.output.make_safe()
