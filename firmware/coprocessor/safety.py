# SPDX-License-Identifier: Apache-2.0
"""The safe state: lease, arming, the ENABLE line and its dead-man."""

from os import urandom

import grants
import lease
from clock import Clock
from machine import WDT, Pin, Timer
from micropython import const
from refusal import FORBIDDEN, Refusal

TICK_MS = const(5)
STALL_MS = const(200)  # a dispatcher that stands longer gets no more kicks


class Safety:
    """Starts safe, and falls back to safe when the host's progress ends.

    `tick` runs from a timer between bytecodes; a task that keeps the
    interpreter in one long C call starves it, and then the dead-man behind
    the kick pin lets ENABLE fall.
    """

    def __init__(self, config: dict, counters, boot_id: int):
        self.lease = lease.Lease(config.get("lease", {}))
        self.outputs = ()
        self.live = False
        self.armed = False
        self.latched = ""
        self.lost = False  # set by tick, taken by the dispatcher
        self.ticks = 0
        self.beats = 0  # the dispatcher's own counter
        self.watchdog: "WDT | None" = None  # set in maintenance
        self._seen_beats = -1
        self._beat_at = 0
        self._count = counters
        self._boot_id = boot_id
        self._nonce = b""
        # A clock of its own: extending ticks is not safe against being interrupted.
        self._clock = Clock()
        self._enable = Pin(config["enable_pin"], Pin.OUT, value=0)
        self._kick = Pin(config["kick_pin"], Pin.OUT, value=0)
        self._kicked = 0
        self._timer = Timer(-1)

    def start(self, outputs) -> None:
        """Begin to watch over `outputs`."""
        self.outputs = outputs
        self._timer.init(period=TICK_MS, mode=Timer.PERIODIC, callback=self.tick)

    def tick(self, _timer) -> None:
        now = self._clock.ms()
        self.ticks += 1
        if self.watchdog:
            self.watchdog.feed()
        if self.live and self.lease.left_ms(now) <= 0:
            self._lease_lost(now)
        elif self.armed and not self.live:  # the lease ended while `arm` was at work
            self.disarm("the lease ran out")
        for output in self.outputs:
            output.tick(now)
        if self.armed:
            if self.beats != self._seen_beats:
                self._seen_beats = self.beats
                self._beat_at = now
            if now - self._beat_at < STALL_MS:
                self._kicked ^= 1
                self._kick.value(self._kicked)

    def _lease_lost(self, now) -> None:
        self.live = False
        self.lost = True
        self._count.lease_losses += 1
        for output in self.outputs:
            output.lease_lost(now)
        if self.armed:
            self.disarm("the lease ran out")

    def renew(self, counts: tuple) -> tuple:
        """Take a renewal: (verdict, milliseconds left)."""
        now = self._clock.ms()
        verdict = self.lease.renew(counts, now)
        left = self.lease.left_ms(now)
        if left and not self.live:
            self.live = True
            for output in self.outputs:
                output.lease_live()
        if verdict == lease.LIVE and self.latched:
            verdict = lease.LATCHED
        return verdict, left

    def check_lease(self, name: str) -> None:
        """Raise Refusal unless a lease is live."""
        if not self.live:
            raise Refusal(FORBIDDEN, "%s moves only under a lease, and none is live" % name)

    def check_armed(self, name: str) -> None:
        """Raise Refusal unless the board is armed."""
        if not self.armed:
            why = "safe since %s" % self.latched if self.latched else "not armed"
            raise Refusal(FORBIDDEN, "%s is behind ENABLE: %s; arm with a grant" % (name, why))

    def nonce(self) -> bytes:
        """A fresh nonce for the next grant; the one before is void."""
        self._nonce = urandom(16)
        return self._nonce

    def arm(self, grant: bytes) -> None:
        """Arm if `grant` is the HMAC over this boot and the last nonce."""
        nonce, self._nonce = self._nonce, b""
        grants.check(grant, self._boot_id, nonce)
        self.check_lease("ENABLE")
        self.latched = ""
        self._beat_at = self._clock.ms()
        self.armed = True
        self._enable.value(1)

    def disarm(self, reason: str) -> None:
        """ENABLE falls, everything behind it goes safe, the reason stays."""
        self.armed = False
        self._enable.value(0)
        self.latched = reason
        for output in self.outputs:
            if output.guarded:
                output.make_safe()
