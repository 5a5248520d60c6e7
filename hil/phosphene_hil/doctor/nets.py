# SPDX-License-Identifier: Apache-2.0
"""Drives each net from the end that can, and notes what follows at the other."""

from __future__ import annotations

import asyncio
from itertools import combinations
from typing import Any

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene_hil.bench_pico.instrument_file import ENABLE, MUTE
from phosphene_hil.doctor.finding import Finding
from phosphene_hil.doctor.judging import Observed, judge
from phosphene_hil.doctor.moving import LIGHTS, Mover, Movers
from phosphene_hil.doctor.wires import Wires
from phosphene_hil.host import Host
from phosphene_hil.rig import Rig
from phosphene_tools.boards.wiring import Output

_SETTLE_S = 0.02
"""Far longer than a relay board's opto-coupler takes."""
_SWITCH_S = 0.5
"""The mute switch is looked at now and then, and has to rest."""
_ROUNDS = 2


class Nets:
    """One examination. The host must hold the lease."""

    def __init__(self, rig: Rig, mcu: Coprocessor, host: Host, wires: Wires) -> None:
        self._rig = rig
        self._mcu = mcu
        self._host = host
        self._wires = wires
        self._untried: list[Finding] = []

    async def driven_by_board(self) -> list[Finding]:
        """Judge what the board drives: outputs, lights, ENABLE."""
        armed = await self._armed()
        moving = Movers(self._rig, self._mcu, self._host)
        movers = {output.name: moving.output(output) for output in self._rig.outputs if self._can(output, armed=armed)}
        lights = {name: moving.light(name) for name in LIGHTS if name in self._wires.seen()}
        if armed:
            lights[ENABLE] = moving.enable
        seen = self._wires.seen()
        movers = {name: mover for name, mover in (movers | lights).items() if self._there(name, seen)}
        tried = {name: await self._followers(name, mover) for name, mover in movers.items()}
        followed = {name: followers for name, followers in tried.items() if followers is not None}
        silent = [name for name, followers in followed.items() if not followers]
        touching = frozenset(
            [
                frozenset(pair)
                for pair in combinations(silent, 2)
                if set(pair) <= (await self._followers(pair[0], movers[pair[0]], movers[pair[1]]) or set())
            ]
        )
        return judge(Observed(followed, touching), self._wires) + self._taken()

    async def driven_by_bench(self) -> list[Finding]:
        """Judge what the board reads: inputs, the mute switch."""
        inputs = [entry.name for entry in self._rig.wired.wiring.inputs] + [MUTE] * self._has_switch
        there = [name for name in inputs if self._there(name, self._wires.drives)]
        rest = await self._read(inputs)
        followed: dict[str, frozenset[str]] = {}
        stuck: dict[str, bool] = {}
        for name in there:
            levels: list[dict[str, bool]] = []
            for level in (False, True) * _ROUNDS:
                self._wires.drive(name, level)
                await asyncio.sleep(_SWITCH_S if name == MUTE else _SETTLE_S)
                levels.append(await self._read(inputs) | self._others(inputs))
            self._wires.drive(name, None)
            await asyncio.sleep(_SWITCH_S if name == MUTE else _SETTLE_S)
            followed[name] = frozenset(
                net for net in levels[0] if all(seen[net] is bool(at % 2) for at, seen in enumerate(levels))
            )
            kept = {seen[name] for seen in levels}
            if not followed[name] and len(kept) == 1 and kept != {rest[name]}:
                stuck[name] = kept.pop()
            elif not followed[name] and (resting := self._resting(name)) is not None and rest[name] is not resting:
                stuck[name] = rest[name]
        return judge(Observed(followed, stuck=stuck), self._wires) + self._taken()

    def _taken(self) -> list[Finding]:
        untried, self._untried = self._untried, []
        return untried

    def _there(self, name: str, wired: Any) -> bool:
        if wired(name) if callable(wired) else name in wired:
            return True
        what = f"{name} is not wired to the instrument"
        self._untried.append(Finding("not tried", (name,), what, "add it to [nets] once it is"))
        return False

    def _can(self, output: Output, *, armed: bool) -> bool:
        if output.guarded and not armed:
            self._leave_out(output.name, "it is behind ENABLE, and no arming key is known (--arm-key FILE)")
            return False
        if output.lock and self._rig.board.unlock_key is None:
            self._leave_out(output.name, "it is a lock, and no key for it is known (--unlock-key FILE)")
            return False
        return True

    def _leave_out(self, name: str, why: str) -> None:
        self._untried.append(Finding("not tried", (name,), why))

    async def _armed(self) -> bool:
        if self._rig.board.arm_key is None:
            self._leave_out(ENABLE, "no arming key is known (--arm-key FILE)")
            return False
        await self._host.arm()
        return True

    async def _followers(self, name: str, *movers: Mover) -> frozenset[str] | None:
        """Return the nets that move away and back with the movers, each time; None if the board refuses to move."""
        found: set[str] | None = None
        try:
            for _ in range(_ROUNDS):
                before = await self._look()
                for mover in movers:
                    await mover(True)
                away = await self._look()
                for mover in movers:
                    await mover(False)
                back = await self._look()
                moved = {net for net in before if before[net] is not away[net] and back[net] is before[net]}
                found = moved if found is None else found & moved
        except LineError as error:
            self._leave_out(name, f"{name} is not moved: {error.message}")
            return None
        return frozenset((found or set()) - self._moved_by_parts(name))

    async def _look(self) -> dict[str, bool]:
        await asyncio.sleep(_SETTLE_S)
        return self._wires.seen()

    def _moved_by_parts(self, name: str) -> set[str]:
        """Return the inputs that a part of the rig moves when this output does."""
        dispenser = self._rig.wired.wiring.dispenser
        return {dispenser.flow} if dispenser and dispenser.pump == name else set()

    @property
    def _has_switch(self) -> bool:
        privacy = self._rig.wired.wiring.privacy
        return privacy is not None and privacy.mute_switch is not None

    async def _read(self, inputs: list[str]) -> dict[str, bool]:
        plain = [name for name in inputs if name != MUTE]
        levels = {name: (await self._mcu.call("gpio.read", name=name)).level for name in plain}
        privacy = self._rig.wired.wiring.privacy
        if MUTE in inputs and privacy is not None:
            muted = (await self._mcu.call("privacy.state")).muted == "switch"
            levels[MUTE] = bool(privacy.mute_level) is muted
        return levels

    def _others(self, inputs: list[str]) -> dict[str, bool]:
        """Return what else the bench sees: an output cannot follow unless it touches."""
        return {name: level for name, level in self._wires.seen().items() if name not in inputs}

    def _resting(self, name: str) -> bool | None:
        if name == MUTE:
            return True  # by the pull-up in the chip
        pull = next(entry.pull for entry in self._rig.wired.wiring.inputs if entry.name == name)
        return None if pull == "none" else pull == "up"
