# SPDX-License-Identifier: Apache-2.0
"""The outside view through a bench Pico: what its pins see of a board, and drive at it. Names are the rig's."""

from __future__ import annotations

from phosphene_hil.bench_pico.instrument_file import ENABLE, Setup
from phosphene_hil.bench_pico.pico import Pico
from phosphene_hil.board import Change, MissingFeature
from phosphene_hil.instrument import NotWired


class PicoOutside:
    """See Outside. Times are the bench Pico's own, on the host's clock."""

    def __init__(self, pico: Pico, setup: Setup) -> None:
        """Begin to watch what the board drives."""
        self._pico = pico
        self._setup = setup
        pins = [pin for name in (*setup.outputs, ENABLE) if (pin := setup.pin(name)) is not None]
        pico.watch(sum(1 << pin for pin in pins))

    def level(self, output: str) -> bool:
        """See Outside."""
        return bool(self._pico.levels(1 << self._pin(output)))

    def changes(self, output: str, since_s: float = 0.0) -> list[Change]:
        """See Outside. Raises InstrumentError when edges were missed."""
        pin = self._pin(output)
        return [Change(edge.at_s, edge.level) for edge in self._pico.edges(since_s) if edge.pin == pin]

    @property
    def enable(self) -> bool:
        """See Outside."""
        return self.level(ENABLE)

    def drive(self, name: str, level: bool | None) -> None:
        """See Outside."""
        self._pico.drive(self._pin(name), "release" if level is None else "high" if level else "low")

    @property
    def latched(self) -> int:
        """See Outside: a word is clocked in a microsecond a bit, which interrupts can't follow."""
        raise MissingFeature("shift_register")

    def words(self, since: int = 0) -> list[int]:
        """See `latched`."""
        raise MissingFeature("shift_register")

    def _pin(self, name: str) -> int:
        pin = self._setup.pin(name)
        if pin is None:
            raise NotWired(f"the instrument has no wire to {name} ({self._setup.place}, [nets])")
        return pin
