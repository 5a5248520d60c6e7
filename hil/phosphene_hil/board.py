# SPDX-License-Identifier: Apache-2.0
"""What a suite may know of a board: how to reach it, and what the bench can do to it from outside.

Suites don't know whether the board is simulated. What only some benches can do is a feature,
and a test that needs it says so: ``@pytest.mark.needs("reset_control")``.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from phosphene_hil.instrument import Instrument
from phosphene_tools.sim.board import Cause


class MissingFeature(AssertionError):
    """A test used what this bench can't do, without having asked for it."""

    def __init__(self, feature: str) -> None:
        super().__init__(f'this bench has no {feature}: mark the test with @pytest.mark.needs("{feature}")')


class Change(NamedTuple):
    """A level that the world saw begin, at `at_s` seconds of CLOCK_MONOTONIC."""

    at_s: float
    level: bool


class Outside(Protocol):
    """Feature ``outside_view``: what the world sees at the pins, and what it does to them. Names are the rig's, and
    the keys of its table `[privacy]`.
    """

    def level(self, output: str) -> bool:
        """Return the level of an output behind ENABLE."""
        ...

    def changes(self, output: str, since_s: float = 0.0) -> list[Change]:
        """Return the changes of an output's level from `since_s` of CLOCK_MONOTONIC on."""
        ...

    @property
    def enable(self) -> bool:
        """Whether the ENABLE line is high, behind the dead-man."""
        ...

    def drive(self, name: str, level: bool | None) -> None:
        """Drive an input to a level, or let go of it (None)."""
        ...

    @property
    def latched(self) -> int:
        """How many words the shift register has latched, ever."""
        ...

    def words(self, since: int = 0) -> list[int]:
        """Return the words latched from the `since`-th on."""
        ...


class Control(Protocol):
    """Feature ``reset_control``: reset and power, at any moment. More than that is a feature of its own."""

    async def reset(self, cause: Cause = "pin") -> None:
        """Reset the chip; returns when the firmware is up again. Another cause is feature ``reset_causes``."""
        ...

    async def power_cut(self, seconds: float = 0.0) -> None:
        """Take the power away for a while; returns when the firmware is up again."""
        ...

    async def pull_cable(self) -> None:
        """Pull the line's cable; feature ``cable``."""
        ...

    async def plug_cable(self) -> None:
        """Plug it in again."""
        ...

    def freeze(self) -> None:
        """Stop the chip where it stands; dead-man and watchdog go on. Feature ``chip_clock``."""
        ...

    def thaw(self) -> None:
        """Let it go on."""
        ...

    async def reset_at_latch(self, *, after: bool) -> None:
        """Reset the chip at the next word that it latches, just before or just after the world sees it.

        Returns when the breakpoint is armed. Feature ``breakpoint``.
        """
        ...


class Board(Protocol):
    """A board under test."""

    port: str
    """What the line is opened by. It stays the same through resets and pulled cables."""
    baud: int
    rtscts: bool
    repl: str
    """The port of the maintenance REPL, or empty."""
    arm_key: bytes | None
    """The board's arming key, which the bench holds and no host does; None where it is not known."""
    unlock_key: bytes | None
    """The secret of its slot `unlock`, likewise."""

    @property
    def outside(self) -> Outside:
        """The outside view. Raises MissingFeature."""
        ...

    @property
    def control(self) -> Control:
        """The reset control. Raises MissingFeature."""
        ...

    @property
    def instrument(self) -> Instrument:
        """What acts on its sensors. Raises MissingFeature."""
        ...

    @property
    def abilities(self) -> frozenset[str]:
        """The features that come from this bench rather than from the rig's wiring."""
        ...

    @property
    def hidden(self) -> frozenset[str]:
        """The features of the rig's wiring that this bench can't observe, so that no test may ask for them."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...
