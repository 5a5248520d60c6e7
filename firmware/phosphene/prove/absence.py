# SPDX-License-Identifier: Apache-2.0
"""The time in which the board had no host: what it says of it, for a person to be told once.

The board keeps it, not the host: a supervisor that was killed remembers nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from struct import iter_unpack
from typing import Final

from phosphene.errors import LineError
from phosphene.exact import Coprocessor, Process, ProcessEnded, ProcessState
from phosphene.painter.charset import SceneError
from phosphene.painter.scene import Fact, Status
from phosphene.prove.accounts import account
from phosphene.prove.facts import facts_of
from phosphene.prove.news import News, What
from phosphene.prove.timers import LIST, written_ms

TASK: Final = "safety.absence"
TITLE: Final = "While no host was there"
_FAULTS: Final = {1: "a task's fault", 2: "memory exhausted", 3: "it stood still", 4: "its timer stood still"}
_TELLING_CAUSES: Final = ("watchdog", "brown-out")
_ENDS: Final = {
    ProcessState.DONE: "done",
    ProcessState.ABORTED: "stopped",
    ProcessState.FAILED: "failed",
    ProcessState.SAFE: "made safe",
}


@dataclass(frozen=True, slots=True)
class Absence:
    """What the board says. `leases` and `losses` count since its boot; `ms` is how long the last time without a lease
    was, or is. `ended` are the processes that ended in it, `off` the outputs that went off with the reason, `on` those
    that are on now.
    """

    leases: int
    losses: int
    ms: int
    why: str
    ended: tuple[int, ...]
    off: tuple[tuple[str, str], ...]
    on: tuple[str, ...]


async def ask(mcu: Coprocessor) -> Absence | None:
    """Ask the board; None for a firmware that doesn't keep it. Raises what a call raises."""
    if not await _declares(mcu, TASK):
        return None
    told = await mcu.call(TASK)
    off = (part.partition(": ") for part in told.outputs.split("; ") if part)
    return Absence(
        told.leases,
        told.losses,
        told.ms,
        told.why,
        tuple(pid for (pid,) in iter_unpack("<H", told.ended)),
        tuple((name, why) for name, _, why in off),
        tuple(told.on.split()),
    )


async def happened(mcu: Coprocessor, absence: Absence) -> News:
    """Return all of it for a host that begins: with facts where there is something to be told to a person.

    Raises what a call raises.
    """
    facts: list[Fact] = []
    said: list[str] = [f"no lease for {absence.ms} ms: {absence.why}"]
    if not absence.leases:  # nobody has been told anything since the boot
        facts += _of_the_boot(mcu, said)
    for process in await mcu.processes() if absence.ended else ():
        if process.pid in absence.ended and process.session:  # what the board began itself is its own affair
            facts += await _of_a_process(mcu, process, said)
    for name, why in absence.off:
        facts += _fact(f"output.{name}", name, "went off", Status.WARNING)
        said.append(f"{name} went off: {why}")
    for name in absence.on:
        facts += _fact(f"output.{name}", name, "still on", Status.ACTIVE)
        said.append(f"{name} is on")
    if await _declares(mcu, LIST):
        for name in (await mcu.call(LIST)).names.splitlines():
            facts += _fact(f"timer.{name}", name, "still set", Status.ACTIVE)
            said.append(f"timer {name} is set")
    if facts and absence.leases:
        facts.insert(0, Fact("absence.for", await written_ms(mcu, absence.ms), "for"))
    return News(What.BEFORE, title=TITLE, facts=tuple(facts), hint="; ".join(said))


def off(outputs: tuple[tuple[str, str], ...]) -> News:
    """Return that outputs went off by themselves, each with the reason, while this host was there."""
    facts = [fact for name, _ in outputs for fact in _fact(f"output.{name}", name, "went off", Status.WARNING)]
    said = "; ".join(f"{name} went off: {why}" for name, why in outputs)
    return News(What.NOTICE, title="Made safe", facts=tuple(facts), hint=said, task="made safe")


def _of_the_boot(mcu: Coprocessor, said: list[str]) -> list[Fact]:
    hello = mcu.hello
    why = _FAULTS.get(hello.last_fault, "a fault") if hello.last_fault else hello.cause
    said.append(f"the board was reset: {why}")
    if not hello.last_fault and hello.cause not in _TELLING_CAUSES:
        return []  # switched on, or reset by a person, who knows
    return _fact("board.reset", "board was reset", why, Status.WARNING)


async def _of_a_process(mcu: Coprocessor, process: Process, said: list[str]) -> list[Fact]:
    """How a process ended, and how far it came: by its module's book where it keeps one, else by its last step."""
    task = process.task
    name = task.says[0] if task.says else task.name
    state, why = await process.refresh(), ""
    facts: list[Fact] = []
    with contextlib.suppress(SceneError):  # a result that no layout can hold is still told as an end
        try:
            facts = facts_of(await process.result(), {})
        except ProcessEnded as end:
            why = end.text
            facts = await account(mcu, task) or (facts_of(process.progress, {}) if process.progress else [])
        except LineError as lost:
            why = lost.message
    end = _ENDS.get(state, "unknown")
    amounts = (f"{fact.label} {fact.shown}" for fact in facts)
    said.append(", ".join((f"{name}: {end}", *filter(None, (why,)), *amounts)))
    status = Status.WARNING if why else Status.OK
    own = (replace(fact, key=f"process.{process.pid}.{fact.key}") for fact in facts)
    return [*_fact(f"process.{process.pid}", name, end, status), *own]


def _fact(key: str, label: str, value: str, status: Status) -> list[Fact]:
    """A fact in words; none where a name holds what no screen can show: the hint has it."""
    try:
        return [Fact(key, value, label, status=status)]
    except SceneError:
        return []


async def _declares(mcu: Coprocessor, name: str) -> bool:
    return any(task.name == name for task in (await mcu.dictionary()).tasks)
