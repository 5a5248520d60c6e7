# SPDX-License-Identifier: Apache-2.0
"""Is the board well? Asked before and after every test; what changed for the worse fails the test.

A test that breaks something on purpose says what it leaves behind: ``@pytest.mark.leaves("reset", "crash")``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.exact.process import ProcessState
from phosphene.line.link import Link
from phosphene.line.wire import HelloFlags
from phosphene_hil.marks import LEAVINGS
from phosphene_hil.rig import Rig

_DAMAGE = ("crc_errors", "cobs_errors", "too_long")
_ORDERLY = ("disarmed by a call",)
_CLEAN_S = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a key of LEAVINGS, and what exactly was seen."""

    kind: str
    text: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{LEAVINGS[self.kind]}: {self.text}"


@dataclass
class Conduct:
    """What the test's own fixtures did and saw, as far as health depends on it."""

    leases_given_up: int = 0
    """Leases that its host held and let go in the end."""
    latched: str = ""
    """Why the safe state had latched when its host, which had armed the board, came to its end."""
    damaged: int = 0
    """Bad frames that this end received."""
    silent_losses: int = 0
    """Events that the board sent or dropped and this end knows nothing of."""
    faulty_line: bool = False
    """It ran under a fault plan."""


@dataclass(frozen=True)
class Vitals:
    """What a fresh session found."""

    boot_id: int
    cause: str
    last_fault: int
    flags: HelloFlags
    latched: str
    """Why the safe state latched, empty if it has not or the board does not tell."""
    counters: Mapping[str, int]
    running: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()


@dataclass
class Examination:
    """Both looks at the board around one test."""

    before: Vitals
    after: Vitals | None = None
    silence: str = ""
    conduct: Conduct = field(default_factory=Conduct)

    def findings(self) -> list[Finding]:
        """Return what changed for the worse, whoever meant it to."""
        before, after, conduct = self.before, self.after, self.conduct
        if after is None:
            return [Finding("silence", self.silence)]
        rebooted = after.boot_id != before.boot_id
        grown = {name: count - (0 if rebooted else before.counters[name]) for name, count in after.counters.items()}
        found: list[Finding] = []
        if after.flags & HelloFlags.MAINTENANCE:
            found.append(Finding("maintenance", "nobody serves the line for long any more"))
        if rebooted:
            found.append(Finding("reset", f"cause {after.cause}"))
            if after.last_fault:
                found.append(Finding("crash", f"code {after.last_fault}; it lies in crash-told.txt on the board"))
        newly = rebooted or not before.flags & HelloFlags.LATCHED or after.latched != before.latched
        if conduct.latched:
            found.append(Finding("latched", conduct.latched))
        elif after.flags & HelloFlags.LATCHED and newly and after.latched not in _ORDERLY:
            found.append(Finding("latched", after.latched or "the board does not say why"))
        if (losses := grown["lease_losses"] - conduct.leases_given_up) > 0:
            found.append(Finding("lease lost", f"{losses} times in the test"))
        damage = [f"{grown[name]} {name}" for name in _DAMAGE if grown[name]]
        if conduct.damaged:
            damage.append(f"{conduct.damaged} on their way to the host")
        if damage and not conduct.faulty_line:
            found.append(Finding("bad frames", ", ".join(damage)))
        if conduct.silent_losses:
            found.append(Finding("lost events", f"{conduct.silent_losses} of them"))
        if after.running:
            found.append(Finding("processes", ", ".join(after.running)))
        if after.unsafe:
            found.append(Finding("outputs", ", ".join(after.unsafe)))
        return found


async def look(rig: Rig) -> Vitals:
    """Take the vitals over a session of one's own. Raises LineError: nobody answers."""
    async with rig.linked() as (link, mcu):
        hello = link.hello
        return Vitals(
            boot_id=hello.boot_id,
            cause=hello.cause,
            last_fault=hello.last_fault,
            flags=hello.flags,
            latched=await latched(rig, mcu),
            counters=await counters(mcu),
            running=tuple(await _running(mcu)),
            unsafe=tuple(await _unsafe(rig, mcu)),
        )


async def counters(mcu: Coprocessor) -> dict[str, int]:
    """Return what the firmware counted since it booted."""
    return dict(await mcu.call("board.statistics"))


async def silent_losses(link: Link, mcu: Coprocessor, at_opening: Mapping[str, int]) -> int:
    """Return how many events the board counted in this session that this end neither had nor was told of.

    Only for a clean line, one boot and one session: elsewhere the newest events may be lost and nobody can know.
    """
    board = here = 0
    for _ in range(3):
        now = await counters(mcu)
        board = sum(now[name] - at_opening[name] for name in ("events", "events_dropped"))
        here = link.stats.events + link.stats.events_missed
        if board <= here:
            return 0
        await asyncio.sleep(0.02)  # an event may have overtaken the answer
    return board - here


async def tidy(rig: Rig, *, silent: bool) -> None:
    """Put right what can be, so that the next test does not pay for this one. Never raises LineError."""
    if silent and "reset_control" in rig.features:
        await rig.board.control.power_cut()
    with contextlib.suppress(LineError):
        async with rig.linked() as (_, mcu):
            for process in await mcu.processes():
                if process.state is ProcessState.RUNNING:
                    await process.abort()
            for output in rig.outputs:
                await mcu.call("gpio.write", output=output.name, level=bool(output.safe))
            await mcu.call("board.disarm", maintenance=False)


async def latched(rig: Rig, mcu: Coprocessor) -> str:
    """Return why the safe state latched; empty if it has not, or if the firmware does not tell."""
    if rig.missing("safety.state"):
        return ""
    return (await mcu.call("safety.state", timeout=0.5)).latched


async def _running(mcu: Coprocessor) -> list[str]:
    running: list[str] = []
    dictionary = await mcu.dictionary()
    table = (await mcu.call("board.processes")).table
    for at in range(0, len(table), 13):
        pid, task = int.from_bytes(table[at : at + 2], "little"), int.from_bytes(table[at + 2 : at + 4], "little")
        if table[at + 12] == ProcessState.RUNNING:
            running.append(f"{dictionary.tasks[task].name}, process {pid}")
    return running


async def _unsafe(rig: Rig, mcu: Coprocessor) -> list[str]:
    """Return the outputs that are not at their safe level, by the firmware or by what the world sees."""
    unsafe: list[str] = []
    for output in rig.outputs:
        if (await mcu.call("gpio.read", name=output.name)).level != bool(output.safe):
            unsafe.append(f"the firmware drives {output.name} away from {output.safe}")
        elif "outside_view" in rig.features and rig.board.outside.level(output.name) != bool(output.safe):
            unsafe.append(f"the world sees {output.name} away from {output.safe}")
    return unsafe
