# SPDX-License-Identifier: Apache-2.0
"""The safe state: lease, arming, the ENABLE line and its dead-man."""

from os import urandom

import crash
import grants
import lease
from absence import Absence
from clock import Clock
from enable import Enable
from machine import WDT, Timer
from micropython import const
from refusal import FORBIDDEN, Refusal

TICK_MS = const(5)
# A dispatcher and a timer that stand are told by each other's steps, not by the
# clock: while flash is written neither runs, and neither is to blame.
NO_KICKS = const(40)  # ticks without a round of the dispatcher, 200 ms: ENABLE falls
STANDS = const(300)  # ticks, 1.5 s: all outputs go safe
ROUNDS = const(100)  # rounds of the dispatcher without a tick, and
TIMER_MS = const(250)  # this long


class Safety:
    """Starts safe, and falls back to safe when the host's progress ends.

    `tick` runs from a timer between bytecodes; a task that keeps the
    interpreter in one long C call starves it, and then the dead-man behind
    the kick pin lets ENABLE fall.
    """

    def __init__(self, config: dict, counters, boot_id: int, store: str):
        self.lease = lease.Lease(config.get("lease", {}))
        self.absence = Absence()
        self.outputs = ()
        self.live = False
        self.armed = False
        self.latched = ""
        self.lost = False  # set by tick, taken by the dispatcher; so are the next two
        self.untold = False  # something went safe by itself
        self.fell = False  # ENABLE did
        self.broken = ""  # why nothing may move until the watchdog's reset
        self.watchdog: "WDT | None" = None  # set in maintenance
        self._store = store
        self._ticks = 0
        self._seen_ticks = 0
        self._rounds = 0  # of the dispatcher since the timer's last tick
        self._ticked_ms = 0
        self._beats = 0  # the dispatcher's own counter
        self._seen_beats = 0
        self._still = 0  # ticks since the dispatcher's last round
        self._count = counters
        self._boot_id = boot_id
        self._nonce = b""
        # A clock of its own: extending ticks is not safe against being interrupted.
        self._clock = Clock()
        self.ms = self._clock.ms
        self.enable = Enable(config)
        self._timer = Timer(-1)

    def start(self, outputs) -> None:
        """Begin to watch over `outputs`."""
        self.outputs = outputs
        self._timer.init(period=TICK_MS, mode=Timer.PERIODIC, callback=self.tick)

    def tick(self, _timer) -> None:
        now = self.ms()
        self._ticks += 1
        if self.armed and self.enable.late(now):
            # The dead-man fell, or nearly: a kick must not raise ENABLE again by itself.
            self.disarm("the board stood still for longer than its dead-man allows")
        if self.watchdog:
            self.watchdog.feed()
        elif self._beats != self._seen_beats:
            self._seen_beats = self._beats
            self._still = 0
        else:
            self._still += 1
            if self._still == STANDS:
                self.fail("the dispatcher stands", "stalled")
        if self.live and self.lease.left_ms(now) <= 0:
            self._lease_lost(now)
        elif self.armed and not self.live:  # the lease ended while `arm` was at work
            self.disarm("the lease ran out")
        for output in self.outputs:
            output.tick(now)
        if self.armed and self._still >= NO_KICKS:
            self.disarm("the dispatcher stood still")
        if self.armed:
            self.enable.kick(now)

    def beat(self) -> bool:
        """The dispatcher went round. True when the timer did too: the watchdog may be fed."""
        self._beats += 1
        if self._ticks != self._seen_ticks:
            self._seen_ticks = self._ticks
            self._rounds = 0
            self._ticked_ms = self.ms()
            return not self.broken
        self._rounds += 1
        if self._rounds > ROUNDS and self.ms() - self._ticked_ms > TIMER_MS and not self.broken:
            self.fail("the safety timer stands", "timer")
        return False

    def fail(self, reason: str, kind: str, fault: "BaseException | None" = None) -> None:
        """The firmware is not well: all goes safe, and stays so until a reset.

        The watchdog brings that, since nobody feeds it any more. `kind` and
        `fault` are for the crash record.
        """
        self.broken = reason
        self.live = False
        self.lost = True
        crash.give_back()  # first: on a full heap each output would cost a collection in vain
        self.disarm(reason)
        for output in self.outputs:
            output.make_safe(reason)
        crash.leave(self._store, kind, reason, fault)

    def _lease_lost(self, now) -> None:
        self.live = False
        self.lost = True
        self._count.lease_losses += 1
        self.absence.begins(now, self.lease.why(now))
        for output in self.outputs:
            output.lease_lost(now)
        if self.armed:
            self.disarm("the lease ran out")

    def renew(self, counts: tuple) -> tuple:
        """Take a renewal: (verdict, milliseconds left)."""
        now = self.ms()
        verdict = self.lease.renew(counts, now)
        left = self.lease.left_ms(now)
        if left and not self.live and not self.broken:
            self.live = True
            self.absence.ends(now)
            for output in self.outputs:
                output.lease_live()
        if verdict == lease.LIVE and self.latched:
            verdict = lease.LATCHED
        return verdict, left

    def left_ms(self) -> int:
        """What is left of the lease."""
        return self.lease.left_ms(self.ms()) if self.live else 0

    def check_well(self, name: str) -> None:
        """Raise Refusal when the firmware itself failed."""
        if self.broken:
            text = "%s stays safe: %s; the watchdog resets the board" % (name, self.broken)
            raise Refusal(FORBIDDEN, text)

    def check_lease(self, name: str) -> None:
        """Raise Refusal unless a lease is live."""
        if not self.live:
            raise Refusal(FORBIDDEN, "%s moves only under a lease, and none is live" % name)

    def check_armed(self, name: str) -> None:
        """Raise Refusal unless the board is armed."""
        if not self.armed:
            why = "safe since %s" % self.latched if self.latched else "not armed"
            raise Refusal(FORBIDDEN, "%s is behind ENABLE: %s; arm with a grant" % (name, why))

    def check_pause(self, longest_ms: int) -> None:
        """Raise Refusal when so long a pause would let the dead-man fall."""
        if self.armed and longest_ms > self.enable.longest_pause_ms:
            raise Refusal(
                FORBIDDEN,
                "writing flash may take %d ms, and ENABLE would fall after %d; disarm first"
                % (longest_ms, self.enable.longest_pause_ms),
            )

    def nonce(self) -> bytes:
        """A fresh nonce for the next grant; the one before is void."""
        self._nonce = urandom(16)
        return self._nonce

    def arm(self, grant: bytes) -> None:
        """Arm if `grant` is the HMAC over this boot and the last nonce."""
        nonce, self._nonce = self._nonce, b""
        grants.check(grant, grants.ARM, self._boot_id, nonce)
        self.check_well("ENABLE")
        self.check_lease("ENABLE")
        self.latched = ""
        now = self.ms()
        self.armed = True
        # Not a fixed 1: the timer may have disarmed since.
        self.enable.up(self.armed, now)

    def disarm(self, reason: str) -> None:
        """ENABLE falls, everything behind it goes safe, the reason stays."""
        if self.armed:
            self.fell = self.untold = True
        self.armed = False
        self.enable.down()
        self.latched = reason
        for output in self.outputs:
            if output.guarded:
                output.make_safe(reason)
