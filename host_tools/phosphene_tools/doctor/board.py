# SPDX-License-Identifier: Apache-2.0
"""The interpreter on the board, asked over a line that is up: nothing is opened for it, and nothing is reset."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene.errors import PhospheneError
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.doctor.finding import Finding

_OLDEST = (1, 28)


async def interpreter(rig: Rig) -> Finding | None:
    """Ask the board's MicroPython for its version through the broker that runs; None of a simulated one that is off."""
    from phosphene_tools.attach import attached
    from phosphene_tools.ports import resolve

    topic = "MicroPython"
    try:
        async with attached(resolve(rig=rig.name), "observe", "doctor", start=False) as there:
            await there.mcu.dictionary()
            version = str((await there.mcu.call("update.state")).interpreter)
    except PhospheneError as error:
        if rig.mcu.simulated:
            return None
        cure = f"phosphene flash --rig {rig.name} --dry-run, which may reset the board"
        return Finding.lacks(topic, f"not asked: {error.message}", cure, needed=False)
    return judged(rig, version)


def judged(rig: Rig, version: str) -> Finding:
    """Say whether the firmware runs on this MicroPython."""
    if tuple(_numbers(version))[:2] < _OLDEST:
        said = f"{version} on the board; 1.28 is the oldest that the firmware runs on"
        cure = f"phosphene flash --interpreter --rig {rig.name}, with the board at hand"
        return Finding.lacks("MicroPython", said, cure, needed=True)
    return Finding.fine("MicroPython", f"{version} on the board")


def _numbers(version: str) -> Iterator[int]:
    for part in version.split("."):
        if not part.isdigit():
            return
        yield int(part)
