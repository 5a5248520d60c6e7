# SPDX-License-Identifier: Apache-2.0
"""The instrument's ends of the nets: all their levels at once, and the pins they lie on."""

from __future__ import annotations

from typing import Protocol

from phosphene_hil.bench_pico.instrument_file import ENABLE, Setup
from phosphene_hil.bench_pico.pico import Pico
from phosphene_hil.board import Outside
from phosphene_tools.boards import Rig
from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.privacy import privacy_pins


class Wires(Protocol):
    """See above."""

    def seen(self) -> dict[str, bool]:
        """Return the level of each net that can be seen."""
        ...

    def drives(self, net: str) -> bool:
        """Whether there is a wire to drive this input of the board by."""
        ...

    def drive(self, net: str, level: bool | None) -> None:
        """Drive an input of the board, or let go of it."""
        ...

    def board(self, net: str) -> str:
        """Return the board's pin of a net in words."""
        ...

    def bench(self, net: str) -> str:
        """Return the instrument's, or nothing."""
        ...


class ViewWires:
    """Through whatever outside view there is: the simulator's own has no pins that could be mixed up."""

    def __init__(self, rig: Rig, outside: Outside) -> None:
        self._outside = outside
        self._mcu = rig.mcu
        wiring, private = rig.wiring, dict(privacy_pins(rig.wiring))
        self._inputs = {entry.name: entry.pin for entry in wiring.inputs}
        self._outputs = {output.name: output.pin for output in wiring.outputs}
        for key, pin in private.items():
            (self._inputs if key == "mute_switch" else self._outputs)[key] = pin
        self._pins = {**self._inputs, **self._outputs, ENABLE: wiring.enable.pin}

    def seen(self) -> dict[str, bool]:
        """See Wires."""
        return {name: self._outside.level(name) for name in self._outputs} | {ENABLE: self._outside.enable}

    def drives(self, net: str) -> bool:
        """See Wires."""
        return net in self._inputs

    def drive(self, net: str, level: bool | None) -> None:
        """See Wires."""
        self._outside.drive(net, level)

    def board(self, net: str) -> str:
        """See Wires."""
        return f"board {_words(self._mcu, self._pins[net])}"

    def bench(self, net: str) -> str:
        """See Wires."""
        return ""


class PicoWires(ViewWires):
    """Through a bench Pico: what lies on all its pins, the inputs' as well."""

    def __init__(self, setup: Setup, outside: Outside, pico: Pico) -> None:
        super().__init__(setup.rig, outside)
        self._pico = pico
        self._nets = setup.file.nets
        self._pico_mcu = setup.pico_rig.mcu if setup.pico_rig else setup.rig.mcu

    def seen(self) -> dict[str, bool]:
        """See Wires."""
        levels = self._pico.levels(sum(1 << pin for pin in self._nets.values()))
        return {name: bool(levels >> pin & 1) for name, pin in self._nets.items()}

    def drives(self, net: str) -> bool:
        """See Wires."""
        return net in self._nets and super().drives(net)

    def bench(self, net: str) -> str:
        """See Wires."""
        return f"bench {_words(self._pico_mcu, self._nets[net])}" if net in self._nets else ""


def _words(mcu: Mcu, pin: int) -> str:
    where = mcu.pins.get(pin, "")
    return f"GP{pin} ({where})" if where else f"GP{pin}"
