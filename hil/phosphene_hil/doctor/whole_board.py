# SPDX-License-Identifier: Apache-2.0
"""What acts on a board as a whole: reset, power, the cable's relay, the shorts, a played sensor. Each by its effect."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from phosphene.errors import LineError, LinkLost, PhospheneError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_hil.bench_pico.board import InstrumentedBoard
from phosphene_hil.doctor.finding import Finding
from phosphene_hil.power import Switch, cut, pulse
from phosphene_hil.rig import Rig

_BOOT_S = 20.0
_OFF_S = 0.5
_SILENCE_S = 1.0
_STRIKES = {"count": 100, "shortest_us": 50, "longest_us": 500, "shortest_gap_ms": 1, "longest_gap_ms": 5, "seed": 1}
_ECHO = bytes(128)


async def acts_on_the_board(rig: Rig, board: InstrumentedBoard) -> list[Finding]:
    """Try each that is there; the board is reset, and loses its power, if the bench has those in its hand."""
    control, pins = board.control, board.setup.file.control
    found: list[Finding] = []
    if pins.line_up is not None and board.pico is not None:
        high = bool(board.pico.levels(1 << pins.line_up))
        what = f"line_up is {'high' if high else 'low, though the firmware answers'}"
        cure = "" if high else f"it goes from the board's TX to bench GP{pins.line_up}"
        found.append(Finding("fine" if high else "open", ("line_up",), what, cure))
    if control.reset_line is not None:
        found.append(await _restarts(rig, "reset", control.reset_line, "pin"))
    if control.power is not None:
        found.append(await _restarts(rig, "power", control.power, "power-on"))
    if pins.cut is not None:
        found.append(await _cut(rig, board))
    for name, pin in (("short_to_board", pins.short_to_board), ("short_to_host", pins.short_to_host)):
        if pin is not None and board.pico is not None:
            found.append(await _struck(rig, board, name, pin))
    return found


async def _restarts(rig: Rig, name: str, switch: Switch, cause: str) -> Finding:
    """The switch must make the board boot, by the right cause."""
    try:
        async with _line(rig) as (link, _):
            before = link.hello.boot_id
        await (cut(switch, _OFF_S) if name == "power" else pulse(switch, _OFF_S))
        hello = await _answers(rig)
    except PhospheneError as error:
        return Finding("dead", (name,), f"{name}: {error.message}", error.cure)
    if hello is None:
        return Finding("dead", (name,), f"after {name} the board does not answer any more", "see its supply, and RUN")
    boot_id, told = hello
    if boot_id == before:
        also = "; USB may feed it past the switch" if name == "power" else "; the wire goes to the board's RUN"
        return Finding("dead", (name,), f"{name} does nothing: the board went on", f"see the wire and the switch{also}")
    if told != cause:
        return Finding("misplaced", (name,), f"{name} resets the board, but by {told}", f"it should be {cause}")
    return Finding("fine", (name,), f"{name} restarts the board: {told}")


async def _cut(rig: Rig, board: InstrumentedBoard) -> Finding:
    await board.control.pull_cable()
    try:
        async with _line(rig, _SILENCE_S):
            answers = True
    except LineError:
        answers = False
    finally:
        await board.control.plug_cable()
    if answers:
        return Finding(
            "dead", ("cut",), "cut does nothing: the board answers", "see the relay's coil, then its contacts"
        )
    if await _answers(rig) is None:
        return Finding("dead", ("cut",), "after cut the line does not come back", "see the relay's resting contacts")
    return Finding("fine", ("cut",), "cut opens the line, and closes it again")


async def _struck(rig: Rig, board: InstrumentedBoard, name: str, pin: int) -> Finding:
    """Strike while the line is busy; the end that the wire leads to must count damage."""
    assert board.pico is not None
    async with _line(rig) as (link, mcu):
        before = await _damage(link, mcu, name)
        striking = asyncio.create_task(board.pico.strike(pin=pin, **_STRIKES))
        while not striking.done():
            with contextlib.suppress(LineError):
                await mcu.call("echo.echo", data=_ECHO, timeout=1.0)
        struck = await striking
        hurt = await _damage(link, mcu, name) - before
    if hurt > 0:
        return Finding("fine", (name,), f"{name}: {struck} strikes spoilt {hurt} frames")
    end = "RX" if name == "short_to_board" else "TX"
    cure = f"see the transistor, its resistor, and that the short lies at the board's {end}"
    return Finding("dead", (name,), f"{name}: {struck} strikes hurt no frame", cure)


async def _damage(link: Link, mcu: Coprocessor, name: str) -> int:
    if name == "short_to_host":
        return link.stats.received.bad_frames
    counted = await mcu.call("board.statistics", timeout=5.0)
    return counted.crc_errors + counted.cobs_errors + counted.too_long


@contextlib.asynccontextmanager
async def _line(rig: Rig, timeout_s: float = 3.0) -> AsyncGenerator[tuple[Link, Coprocessor]]:
    board = rig.board
    link = await Link.open(board.port, baud=board.baud, rtscts=board.rtscts, timeout=timeout_s)
    mcu = Coprocessor(link)
    try:
        await mcu.dictionary()
        yield link, mcu
    finally:
        await mcu.close()
        await link.close()


async def _answers(rig: Rig) -> tuple[int, str] | None:
    """Return boot id and reset cause once the board answers, or None."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + _BOOT_S
    while loop.time() < ends:
        with contextlib.suppress(LinkLost, LineError):
            async with _line(rig) as (link, _):
                return link.hello.boot_id, link.hello.cause
        await asyncio.sleep(0.1)
    return None
