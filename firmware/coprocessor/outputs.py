# SPDX-License-Identifier: Apache-2.0
"""The board's outputs: what each may do, and what it does when the lease is lost."""

from machine import Pin
from refusal import REFUSED, Refusal


class Output:
    """One declared output. Networks propose, this disposes."""

    def __init__(self, declared: dict, safety):
        self.name = declared["name"]
        self.guarded = declared.get("guarded", False)
        self._safe = declared.get("safe", 0)
        self._policy = declared.get("on_lease_loss", "safe")
        self._max_ms = declared.get("max_s", 0) * 1000
        self._safety = safety
        self._let_go_ms = -1  # when a hold ends; -1: none runs
        # The level is given with the mode, so the pin never passes through another.
        self._pin = Pin(declared["pin"], Pin.OUT, value=self._safe)

    def write(self, level: int) -> None:
        """Set the level, if that is allowed now. Raises Refusal FORBIDDEN."""
        if level == self._safe:
            self._pin.value(level)
            return
        self.check()
        self._pin.value(level)
        # The timer may have ended the lease between the check and the write.
        try:
            self.check()
        except Refusal:
            self.make_safe()
            raise

    def check(self) -> None:
        """Raise the Refusal that a change away from the safe level would get."""
        if self.guarded:
            self._safety.check_armed(self.name)
        if self._policy != "autonomous" or self._max_ms:
            self._safety.check_lease(self.name)

    def read(self) -> int:
        return self._pin.value()

    def make_safe(self) -> None:
        self._let_go_ms = -1
        self._pin.value(self._safe)

    def lease_lost(self, now_ms: int) -> None:
        """Do what the declaration says: go safe, or hold on for a while."""
        if self.guarded or self._policy == "safe":
            self.make_safe()
        elif self._max_ms:
            self._let_go_ms = now_ms + self._max_ms

    def lease_live(self) -> None:
        self._let_go_ms = -1

    def tick(self, now_ms: int) -> None:
        if self._let_go_ms >= 0 and now_ms >= self._let_go_ms:
            self.make_safe()


class Outputs:
    """All outputs of the board by name."""

    def __init__(self, declared: list, safety):
        self._by_name = {}
        for output in declared:
            self._by_name[output["name"]] = Output(output, safety)
        self.all = tuple(self._by_name.values())

    def named(self, name: str) -> Output:
        """The output of this name. Raises Refusal."""
        try:
            return self._by_name[name]
        except KeyError:
            raise Refusal(REFUSED, "no output %r; there are: %s" % (name, self.names()))

    def names(self) -> str:
        return " ".join(sorted(self._by_name))
