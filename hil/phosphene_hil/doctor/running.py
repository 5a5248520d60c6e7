# SPDX-License-Identifier: Apache-2.0
"""What `phosphene hil doctor` does: finds the rig and its instrument, and examines both."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from phosphene_hil.bench_pico.board import InstrumentedBoard
from phosphene_hil.bench_pico.instrument_file import load_setup
from phosphene_hil.doctor.examining import examine
from phosphene_hil.doctor.finding import Finding
from phosphene_hil.doctor.udev import rules
from phosphene_hil.rig import Choice
from phosphene_tools import ports
from phosphene_tools.boards import load_rig
from phosphene_tools.usb_boards import Listing, comports, usb_boards


@dataclass(frozen=True)
class Told:
    """What came of it; `udev` is the content of a rules file."""

    udev: str
    findings: list[Finding] = field(default_factory=list[Finding])


async def run(
    rig: str,
    instrument: Path | None,
    port: str,
    arm_key: Path | None,
    unlock_key: Path | None,
    *,
    keep_running: bool = False,
    only_udev: bool = False,
    listing: Listing = comports,
) -> Told:
    """Examine rig and instrument; with `only_udev` drive nothing. Raises PhospheneError."""
    wired = load_rig(rig)
    setup = load_setup(instrument, wired) if instrument else None
    if only_udev:
        return Told(rules(wired, setup, _serial(setup.file.pico.port, listing) if setup and setup.file.pico else ""))
    choice = Choice(
        wired, port=port, arm_key=arm_key, unlock_key=unlock_key, instrument_file=instrument, called=wired.name
    )
    opened = await choice.open()
    try:
        board = opened.board
        pico = board.pico if isinstance(board, InstrumentedBoard) else None
        findings = await examine(opened, keep_running=keep_running)
        return Told(rules(wired, setup, pico.unique_id if pico else ""), findings)
    finally:
        await opened.board.close()


def _serial(port: str, listing: Listing) -> str:
    """Return the serial number of the Pico at `port`, or of the only one with a line on USB; else nothing."""
    if port.startswith("id:") and ":" not in port[3:]:
        return port[3:]
    boards = [board for board in usb_boards(listing) if board.serial]
    if port:
        boards = [board for board in boards if ports.resolve(port, listing=listing).line == board.line]
    return boards[0].serial if len(boards) == 1 else ""
