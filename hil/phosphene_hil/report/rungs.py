# SPDX-License-Identifier: Apache-2.0
"""On which rung a rig stands, and what answers there."""

from __future__ import annotations

from pathlib import Path

from phosphene.line.wire import Hello
from phosphene_hil.report.record import RigSeen, Rung
from phosphene_hil.report.versions import installed
from phosphene_hil.rig import Rig
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools.boards import Rig as Wired

EMULATED = "Cortex-M3 (QEMU mps2-an385)"


def rung_of(rig: Rig) -> Rung:
    """Return the rung of a rig that is open.

    A board behind a pseudo-terminal is another program's, and never counts as hardware.
    """
    if isinstance(rig.board, SimulatedBoard):
        return "emulator" if rig.board.emulated else "simulator"
    behind_a_pty = str(Path(rig.board.port).resolve()).startswith("/dev/pts/")
    return "simulator" if rig.wired.mcu.simulated or behind_a_pty else "board"


def expected(wired: Wired, *, emulated: bool, attached: bool) -> RigSeen:
    """Return what is known of a rig before anybody answered; `attached` is one that is reached by a port."""
    rung: Rung = "emulator" if emulated else "simulator" if wired.mcu.simulated and not attached else "board"
    return RigSeen(rung=rung, mcu=EMULATED if emulated else wired.mcu.title, sbc=wired.sbc.title)


def seen(rig: Rig, hello: Hello) -> RigSeen:
    """Return what is known of a rig whose board said `hello`."""
    rung = rung_of(rig)
    return RigSeen(
        rung=rung,
        mcu=EMULATED if rung == "emulator" else rig.wired.mcu.title,
        sbc=rig.wired.sbc.title,
        firmware=hello.firmware_hash.hex(),
        dictionary=hello.dictionary_hash.hex(),
        protocol=f"{hello.major}.{hello.minor}",
        micropython=_micropython(rung),
        features=sorted(rig.features),
    )


def _micropython(rung: Rung) -> str:
    """Return the interpreter's distribution, where we started it; a board does not tell its own."""
    if rung == "simulator":
        from phosphene_tools.sim.interpreter import WHEEL

        name = WHEEL.partition("==")[0]
        return f"{name} {installed(name)}".strip()
    if rung == "emulator":
        from phosphene_tools.emulated.image import SDIST

        return SDIST.replace("==", " ")
    return ""
