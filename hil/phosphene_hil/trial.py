# SPDX-License-Identifier: Apache-2.0
"""One trial of the safety suite: outputs that are on, what happens to host or firmware, and what the world saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from math import inf

from phosphene_hil import declared
from phosphene_hil.declared import Demand
from phosphene_hil.held_up import LOOK_S, HeldUp
from phosphene_hil.rig import Rig
from phosphene_hil.safety_table import Row
from phosphene_tools.boards.wiring import Output, Wiring

SETTLE_S = 0.15
LATEST_S = 10.0
"""How much longer an output is watched at most, when the computer held it up."""

Demands = Callable[[Output, Wiring], Demand]


class Trial:
    """Watches outputs while something happens to host or firmware, and judges what the world saw."""

    def __init__(self, rig: Rig, demands: Demands) -> None:
        self._outside = rig.board.outside
        self._wiring = rig.wired.wiring
        self._demands = {output.name: demands(output, rig.wired.wiring) for output in rig.outputs}
        self._outputs = {output.name: output for output in rig.outputs}
        self.fell: dict[str, tuple[float, Demand]] = {}
        """Outputs behind ENABLE that went safe: after how many seconds, and what was demanded of them."""
        self.unshown: list[str] = []
        """Outputs that were safe already when it happened, so that nothing was shown of them. On a busy computer
        ENABLE falls between the last look and the deed: its dead-man is an honest one.
        """

    async def still_off(self, names: list[str]) -> list[str]:
        """Return what the world sees at its safe level, though it was switched on: such a trial would show nothing."""
        ends = time.monotonic() + 2
        while self._off(names) and time.monotonic() < ends:
            await asyncio.sleep(0.005)
        await asyncio.sleep(SETTLE_S)
        return self._off(names)

    def _off(self, names: list[str]) -> list[str]:
        return [name for name in names if self._outside.level(name) == bool(self._outputs[name].safe)]

    async def rows(self, way: str, names: list[str], began_s: float, held_up: HeldUp) -> list[Row]:
        """Watch for as long as the slowest demand takes, then judge what was on when it began; see `unshown`."""
        watched_s = declared.longest_s([self._demands[name] for name in names], self._wiring)
        late_s = held_up.look()
        while (now_s := time.monotonic() - began_s) < watched_s or (
            now_s < watched_s + min(late_s, LATEST_S) and self._unmet(names, began_s)
        ):
            await asyncio.sleep(LOOK_S)
            late_s = held_up.look()
        self.unshown = [name for name in names if self._was_off(name, began_s)]
        shown = [name for name in names if name not in self.unshown]
        return [self._row(way, name, began_s, watched_s, held_up) for name in shown]

    def _unmet(self, names: list[str], began_s: float) -> bool:
        """Whether an output that must go safe has not."""
        return any(
            self._demands[name].within_s < inf
            and self._safe_at_s(name, began_s) is None
            and not self._was_off(name, began_s)
            for name in names
        )

    def _was_off(self, name: str, began_s: float) -> bool:
        """Whether it was safe all the time. One that came on meanwhile, though nobody asked, is judged."""
        off = bool(self._off([name]))  # before the changes, which may go on
        return off and not self._outside.changes(name, began_s)

    def _safe_at_s(self, name: str, began_s: float) -> float | None:
        changes = self._outside.changes(name, began_s)
        return declared.safe_for_good_s(changes, bool(self._outputs[name].safe), began_s)

    def _row(self, way: str, name: str, began_s: float, watched_s: float, held_up: HeldUp) -> Row:
        output, demand = self._outputs[name], self._demands[name]
        changes = self._outside.changes(name, began_s)
        if changes and changes[0].level != bool(output.safe):
            seen = f"safe at first, then on by itself after {(changes[0].at_s - began_s) * 1000:.0f} ms"
            return Row(way, name, declared.declaration(output), str(demand), seen, ok=False)
        safe_at_s = self._safe_at_s(name, began_s)
        late_s = held_up.look() if safe_at_s is None else held_up.until(began_s + safe_at_s)
        seen = f"on after {watched_s:.1f} s" if safe_at_s is None else f"safe after {safe_at_s * 1000:.0f} ms"
        ok = demand.met_by(safe_at_s, watched_s, late_s)
        if ok and not demand.met_by(safe_at_s, watched_s):
            seen += f"; until then its computer held it up for {late_s * 1000:.0f} ms"
        if safe_at_s is not None and output.guarded:
            self.fell[name] = (safe_at_s, demand)
        return Row(way, name, declared.declaration(output), str(demand), seen, ok)
