# SPDX-License-Identifier: Apache-2.0
"""The board's inputs by the names that its configuration gives them."""

from machine import Pin
from refusal import BUSY, REFUSED, Refusal

_PULLS = {"up": Pin.PULL_UP, "down": Pin.PULL_DOWN}


class Input:
    """One declared input. A pin has one interrupt: who takes it from another would end the other's count unseen."""

    def __init__(self, declared: dict):
        self.name = declared["name"]
        pull = declared.get("pull")
        self._pin = Pin(declared["pin"], Pin.IN, _PULLS[pull]) if pull else Pin(declared["pin"], Pin.IN)
        self._handler = None

    def read(self) -> int:
        return self._pin.value()

    def irq(self, handler, trigger: int = Pin.IRQ_FALLING) -> None:
        """Have `handler` called with the pin at each such edge. Raises Refusal while another has the interrupt."""
        self.check_free(handler)
        self._handler = handler
        self._pin.irq(handler, trigger)

    def free(self, handler) -> None:
        """Give the interrupt back, if `handler` has it."""
        if self._handler == handler:
            self._handler = None
            self._pin.irq(None)

    def check_free(self, handler=None) -> None:
        """Raise the Refusal that `irq` would."""
        if self._handler and self._handler != handler:
            raise Refusal(BUSY, "input %s is counted by another task" % self.name)


class Inputs:
    """All inputs of the board; each is made ready when it is first asked for."""

    def __init__(self, declared: list):
        self._declared = declared
        self._by_name = {}

    def named(self, name: str) -> Input:
        """The input of this name. Raises Refusal."""
        if name not in self._by_name:
            for declared in self._declared:
                if declared["name"] == name:
                    self._by_name[name] = Input(declared)
                    break
            else:
                raise Refusal(REFUSED, "no input %r; there are: %s" % (name, self.names()))
        return self._by_name[name]

    def names(self) -> str:
        return " ".join(sorted([declared["name"] for declared in self._declared]))
