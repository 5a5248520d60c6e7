# SPDX-License-Identifier: Apache-2.0
"""One examination of a rig and its instrument, from the first wire to the last."""

from __future__ import annotations

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene_hil.bench_pico.board import InstrumentedBoard
from phosphene_hil.board import MissingFeature
from phosphene_hil.doctor.finding import Finding
from phosphene_hil.doctor.nets import Nets
from phosphene_hil.doctor.whole_board import acts_on_the_board
from phosphene_hil.doctor.wires import PicoWires, ViewWires, Wires
from phosphene_hil.host import Host
from phosphene_hil.rig import Rig

_PLAYED_C = (33.25, -10.5)


async def examine(rig: Rig, *, keep_running: bool = False) -> list[Finding]:
    """Drive each net, and try each switch unless `keep_running`. Faults come first.

    Everything is back as it was afterwards, but for the resets. Raises LineError: the board does not answer;
    InstrumentError, PowerError: the instrument doesn't.
    """
    board = rig.board
    found: list[Finding] = []
    async with rig.linked() as (link, mcu):
        if (wires := _wires(rig)) is None:
            found.append(Finding("not tried", (), "nothing sees this board's pins", "give it a [pico] with [nets]"))
        else:
            host = Host(rig, link, mcu)
            await host.begin()
            try:
                nets = Nets(rig, mcu, host, wires)
                found += await nets.driven_by_board()
                told = {net for finding in found if finding.wrong for net in finding.nets}
                # An input that touches an output is told already; that nobody else can drive it follows.
                found += [one for one in await nets.driven_by_bench() if not (one.wrong and told.issuperset(one.nets))]
            finally:
                await host.end()
        if isinstance(board, InstrumentedBoard) and board.played:
            found.append(await _played(board, mcu, board.played))
    if isinstance(board, InstrumentedBoard) and not keep_running:
        found += await acts_on_the_board(rig, board)
    return sorted(found, key=lambda finding: not finding.wrong)


def _wires(rig: Rig) -> Wires | None:
    board = rig.board
    if isinstance(board, InstrumentedBoard):
        if board.pico is None or not board.setup.file.nets:
            return None
        return PicoWires(board.setup, board.outside, board.pico)
    try:
        return ViewWires(rig.wired, board.outside)
    except MissingFeature:
        return None


async def _played(board: InstrumentedBoard, mcu: Coprocessor, sensor: str) -> Finding:
    """What the bench Pico plays must be what the board reads."""
    bus = board.setup.file.target
    assert bus is not None, "a sensor is played on a bus"
    where = f"SDA to bench GP{bus.sda}, SCL to bench GP{bus.scl}, each with its pull-up; the real sensor is off the bus"
    try:
        for celsius in _PLAYED_C:
            board.instrument.temperature(sensor, celsius)
            read = (await (await mcu.start("temperature.read", sensor=sensor)).result()).celsius
            if abs(float(read) - celsius) > 0.1:
                what = f"{sensor}: the bench plays {celsius} °C, the board reads {read}"
                return Finding("misplaced", (sensor,), what, where)
    except LineError as error:
        return Finding("open", (sensor,), f"{sensor}: {error.message}", f"is SDA on SCL? {where}")
    return Finding("fine", (sensor,), f"{sensor} reads what the bench plays")
