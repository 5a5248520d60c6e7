# SPDX-License-Identifier: Apache-2.0
"""The board's outputs: what each may do, and what it does when the lease is lost."""

import interlocks
from limits import Limits, seconds
from machine import Pin
from refusal import FORBIDDEN, REFUSED, Refusal


class Output:
    """One declared output. Networks propose, this disposes.

    The safety timer runs between bytecodes and may make it safe at any moment,
    also in the middle of `write`. `on` is the permission to be away from the
    safe level: whoever makes the output safe takes it away first. `_driven`
    says that the pin followed it.
    """

    def __init__(self, declared: dict, safety):
        self.name = declared["name"]
        self.guarded = declared.get("guarded", False)
        self.lock = declared.get("lock", False)
        self.on = 0
        self._driven = 0
        self.pwm = None  # what modulates the pin, if anything does
        self.latched = ""  # why it was made safe, until it goes on again
        self.latched_ms = 0  # and when
        self.untold = False  # nobody was told so yet
        self.never = ()  # outputs that are never on together with it
        self.needs = ()  # outputs without which it may not be on
        self.dependents = ()  # outputs that need it
        self.limits = Limits(declared)
        self._safe = declared.get("safe", 0)
        self._levels = (self._safe, 1 - self._safe)
        self._policy = declared.get("on_lease_loss", "safe")
        self._max_ms = declared.get("max_s", 0) * 1000
        self._safety = safety
        self._let_go_ms = -1  # when a hold ends; -1: none runs
        # Made here, since the timer that needs it should not allocate.
        self._expired = "it was on for %s, its longest" % seconds(self.limits.max_on)
        self._dropped = "%s, which it needs, went off" % self.name
        # The level is given with the mode, so the pin never passes through another.
        self._pin = Pin(declared["pin"], Pin.OUT, value=self._safe)

    def write(self, level: int) -> None:
        """Set the level, if that is allowed now; the safe one always is. Raises Refusal."""
        if level == self._safe:
            self.make_safe()
        else:
            self.turn_on()

    def turn_on(self, granted: bool = False) -> None:
        """Leave the safe level, if that is allowed now. Raises Refusal.

        An output that is on already stays so: its longest time goes on running.
        A lock wants `granted`, the word of the task that took the grant.
        """
        if self.lock and not granted:
            raise Refusal(FORBIDDEN, "%s is a lock: it opens on a grant, by lock.unlock" % self.name)
        self.check()
        if self.on:
            return
        now = self._safety.ms()
        self.limits.check(self.name, now)
        self.limits.begins(now)
        self.on = 1
        try:
            # Again, now that the timer would find the output on and take it back.
            self.check()
            interlocks.check(self)
        except Refusal:
            self.make_safe()
            raise
        self.latched = ""
        # No jump from reading `on` to driving the pin: the interpreter lets
        # interrupt handlers in at jumps only, so the timer can't come between.
        self._driven = self.on
        self._pin.value(self._levels[self._driven])
        if not self.on:
            self.make_safe()  # should a port's pin take several steps after all
            self.check()
            raise Refusal(FORBIDDEN, "%s was made safe before it went on; try again" % self.name)
        self.limits.went_on(now)

    def modulated(self, pwm) -> None:
        """Take note that `pwm` drives the pin of this output, which is on: going safe ends that.

        To be called whenever `pwm` was begun or changed. Raises Refusal when the
        output was made safe meanwhile; it is safe again then.
        """
        self.pwm = pwm
        if not self.on:
            self.make_safe()
            self.check()
            raise Refusal(REFUSED, "%s went off: %s" % (self.name, self.latched or "a call asked for it"))

    def check_change(self) -> None:
        """Raise the Refusal that going on would get now, but for a lock's grant."""
        self.check()
        self.limits.check(self.name, self._safety.ms())
        interlocks.check(self)

    def check(self) -> None:
        """Raise the Refusal that arming or the lease would be the reason for."""
        self._safety.check_well(self.name)
        if self.guarded:
            self._safety.check_armed(self.name)
        if self._policy != "autonomous" or (self._max_ms and self._let_go_ms < 0):
            self._safety.check_lease(self.name)

    def read(self) -> int:
        return self._pin.value()

    def make_safe(self, reason: str = "") -> None:
        """Go safe, now and whatever the limits say; first what needs this output.

        `reason` is kept in `latched` if the output was on.
        """
        was = self._driven
        self.on = self._driven = 0
        for output in self.dependents:
            if output.on:
                output.make_safe(self._dropped)
        if self.pwm:
            self.pwm.deinit()
            self.pwm = None
            # The pin is the PWM hardware's until its function is set again.
            self._pin.init(Pin.OUT, value=self._safe)
        self._pin.value(self._safe)
        if was:
            now = self._safety.ms()
            self.limits.went_off(now)
            if reason:
                self.latched = reason
                self.latched_ms = now
                self.untold = self._safety.untold = True

    def lease_lost(self, now_ms: int) -> None:
        """Do what the declaration says: go safe, or hold on for a while."""
        if self.guarded or self._policy == "safe":
            self.make_safe("the lease ran out")
        elif self._max_ms:
            self._let_go_ms = now_ms + self._max_ms

    def lease_live(self) -> None:
        self._let_go_ms = -1

    def tick(self, now_ms: int) -> None:
        if self.on and self.limits.expired(now_ms):
            self.make_safe(self._expired)
        if self._let_go_ms >= 0 and now_ms >= self._let_go_ms:
            self._let_go_ms = -1
            self.make_safe("the lease ran out, and its time without one is over")


class Outputs:
    """All outputs of the board by name."""

    def __init__(self, declared: list, safety, interlocked: list):
        self._by_name = {}
        for output in declared:
            self._by_name[output["name"]] = Output(output, safety)
        self.all = tuple(self._by_name.values())
        interlocks.wire(interlocked, self.named)

    def named(self, name: str) -> Output:
        """The output of this name. Raises Refusal."""
        try:
            return self._by_name[name]
        except KeyError:
            raise Refusal(REFUSED, "no output %r; there are: %s" % (name, self.names()))

    def names(self) -> str:
        return " ".join(sorted(self._by_name))
