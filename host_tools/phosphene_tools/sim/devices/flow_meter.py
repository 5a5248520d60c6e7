# SPDX-License-Identifier: Apache-2.0
"""A pump and a flow meter behind it: what flowed is known here, outside of the firmware, to the microlitre."""

from __future__ import annotations

import asyncio
from typing import Protocol

from phosphene_tools.sim.clock import now_us
from phosphene_tools.sim.pins import Edge, PinBank


class Wired(Protocol):
    """What the device needs of a board."""

    @property
    def pins(self) -> PinBank:
        """The levels that the world sees."""
        ...

    def set_input(self, pin: int, level: int | None) -> None:
        """Drive a pin from outside."""
        ...


class FlowMeter:
    """Liquid flows at `ml_per_s` while the world sees `pump_pin` high; a wheel in it pulls `flow_pin` low and lets go.

    The wheel turns on from where it stood, so a dose's first pulse may come at once or after a whole pulse's volume.
    It never turns on what the firmware has not told yet: on a busy computer the firmware's process may have stopped
    the pump and not have come to say so. Its kicks tell every few milliseconds while ENABLE is up.
    `tank_ml` is what can still be pumped; None is without end.
    """

    def __init__(
        self, board: Wired, *, pump_pin: int, flow_pin: int, pulses_per_litre: int = 5000, ml_per_s: float = 20.0
    ) -> None:
        self._board = board
        self._pump, self._flow = pump_pin, flow_pin
        self._ml_per_us = ml_per_s / 1e6
        self._half_pulse_ml = 500 / pulses_per_litre
        self._loop = asyncio.get_running_loop()
        self._on_since: int | None = None
        self._before_ml = 0.0
        self._turned = 0
        self._timer: asyncio.TimerHandle | None = None
        self.tank_ml: float | None = None
        self.runs = 0
        """How often the pump went on."""
        self.worst_delay_us = 0
        """How long after its time an edge of the wheel was told, at worst; may be set to 0."""
        board.set_input(flow_pin, 1)
        self._end_watch = board.pins.watch(pump_pin, self._on_edge)

    @property
    def poured_ml(self) -> float:
        """All that flowed so far, in millilitres."""
        self._board.pins.level(self._pump)  # takes in what the firmware did until now
        self._turn(self._known_until())
        return self._ml(now_us())

    @property
    def pulses(self) -> int:
        """How many pulses began so far."""
        return (self._turned + 1) // 2

    def close(self) -> None:
        """Let go of the board."""
        self._end_watch()
        if self._timer is not None:
            self._timer.cancel()

    def _ml(self, at_us: int) -> float:
        flowed = self._before_ml
        if self._on_since is not None:
            flowed += max(0, at_us - self._on_since) * self._ml_per_us
        return flowed if self.tank_ml is None else min(flowed, self.tank_ml)

    def _known_until(self) -> int:
        """The time until which it is known whether the pump ran."""
        pins = self._board.pins
        return min(now_us(), pins.told_us) if pins.enable else now_us()

    def _on_edge(self, edge: Edge) -> None:
        if edge.level and self._on_since is None:
            self.runs += 1
            self._on_since = edge.time_us
        elif not edge.level:
            self._turn(edge.time_us)
            self._before_ml = self._ml(edge.time_us)
            self._on_since = None
        self._wait()

    def _turn(self, at_us: int) -> None:
        """Tell the edges until `at_us`; late ones all at once."""
        while (self._turned + 1) * self._half_pulse_ml <= self._ml(at_us) + 1e-9:
            self._turned += 1
            if self._on_since is not None:
                due_us = self._on_since + (self._turned * self._half_pulse_ml - self._before_ml) / self._ml_per_us
                self.worst_delay_us = max(self.worst_delay_us, round(now_us() - due_us))
            self._board.set_input(self._flow, 1 - self._turned % 2)

    def _wait(self) -> None:
        """Come back when the wheel has turned on by half a pulse."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._on_since is not None:
            left_ml = (self._turned + 1) * self._half_pulse_ml - self._ml(now_us())
            self._timer = self._loop.call_later(max(0.0005, left_ml / self._ml_per_us / 1e6), self._due)

    def _due(self) -> None:
        self._timer = None
        self._turn(self._known_until())
        self._wait()
