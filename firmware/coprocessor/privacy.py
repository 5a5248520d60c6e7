# SPDX-License-Identifier: Apache-2.0
"""The lights that say whether camera and microphone are open, and the mute switch.

`board.json` declares `"privacy": {"camera_light", "microphone_light", "mute_switch", "mute_level"}`: GPIOs, of which
any may be missing, and the level of the switch's pin that means muted.

A light is dark for one reason only: since this boot a host has said that the sensor is closed, and none has said
otherwise since. So it is on after a reset, and it stays as it was when the lease or the host is lost: a host that
hangs may well hold the camera open. No lease, limit or safe state reaches these pins, and no other task does.
"""

import device
from machine import Pin
from micropython import const

LOOK_MS = const(10)
SETTLE_MS = const(200)  # a switch that bounces mutes at once, and un-mutes when it has come to rest

NO = "no"
SWITCH = "switch"
HOST = "host"


class Light:
    """One of the two: `lit` until a host says that its sensor is closed."""

    def __init__(self, pin):
        self.lit = True
        # The level is given with the mode: from the first instant it is on.
        self._pin = None if pin is None else Pin(pin, Pin.OUT, value=1)

    def show(self, lit: bool) -> None:
        self.lit = lit
        if self._pin:
            self._pin.value(lit)

    def state(self) -> str:
        """`none` where no light is declared, else `lit` or `dark`."""
        if not self._pin:
            return "none"
        return "lit" if self.lit else "dark"


class Privacy:
    """Two lights, and who wants the senses closed: the switch, which nothing else undoes, and the host."""

    def __init__(self, declared: dict):
        self.camera = Light(declared.get("camera_light"))
        self.microphone = Light(declared.get("microphone_light"))
        self.has_switch = "mute_switch" in declared
        self._host = False
        self._switched = False
        self._level = declared.get("mute_level", 0)
        self._look_ms = 0
        self._rested_ms = 0
        self._number = -1
        if self.has_switch:
            self._pin = Pin(declared["mute_switch"], Pin.IN, Pin.PULL_UP)
            self._switched = self._pin.value() == self._level
            device.drains.append(self.round)

    def muted(self) -> str:
        """Who wants it: `switch`, `host`, or `no` for nobody."""
        if self._switched:
            return SWITCH
        return HOST if self._host else NO

    def mute(self, on: bool) -> None:
        """The host's own wish. It is told to whoever listens."""
        before = self.muted()
        self._host = on
        self._tell(before)

    def round(self) -> None:
        """Look at the switch."""
        now = device.clock.ms()
        if now < self._look_ms:
            return
        self._look_ms = now + LOOK_MS
        before = self.muted()
        if self._pin.value() == self._level:
            self._switched = True
            self._rested_ms = now + SETTLE_MS
        elif now >= self._rested_ms:
            self._switched = False
        self._tell(before)

    def _tell(self, before: str) -> None:
        now = self.muted()
        if now == before:
            return
        if self._number < 0:
            self._number = device.registry.number("privacy.state")
        device.line.events.declared(device.registry.task(self._number), (now,), device.clock.us())


privacy = Privacy(device.config.get("privacy", {}))
