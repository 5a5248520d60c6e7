# SPDX-License-Identifier: Apache-2.0
"""From what a user says, a port, a rig's name or nothing, to the ports of one board. Nothing is ever guessed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from phosphene.errors import BoardNotFound, PortAmbiguous
from phosphene_tools.boards.catalog import Catalog, Rig, load_rig
from phosphene_tools.boards.wiring import UartLine
from phosphene_tools.published import Published, simulated_boards
from phosphene_tools.usb_boards import Listing, UsbBoard, comports, usb_boards


@dataclass(frozen=True, slots=True)
class RigPort:
    """How to reach one board. `line` is what `-p` takes; `repl` the port of the REPL, empty if it is not known;
    `name` the rig, or empty."""

    line: str
    name: str = ""
    baud: int = 921_600
    rtscts: bool = False
    repl: str = ""


def resolve(port: str = "", rig: str = "", *, repl: str = "", baud: int = 0, listing: Listing = comports) -> RigPort:
    """Return the board that is meant by `port`, by `rig`, or by there being only one.

    `repl` and `baud` overrule what is found.

    Raises PortAmbiguous when several fit, BoardNotFound when none does, InvalidBoardFile for an unknown rig.
    """
    if port:
        found = _given(port, rig, listing)
    elif rig:
        found = _of_rig(load_rig(rig), listing)
    else:
        found = _only_one(listing)
    return replace(found, repl=repl or found.repl, baud=baud or found.baud)


def _given(port: str, rig: str, listing: Listing) -> RigPort:
    """A port that was named: what else is known comes from the simulator behind it, from USB, or from the rig."""
    for board in simulated_boards():
        if os.path.realpath(port) == os.path.realpath(board.port):
            return _of_simulator(board)
    found = _by_id(port, listing) if port.startswith("id:") else RigPort(port)
    if not rig:
        return found
    line = load_rig(rig).wiring.line
    if isinstance(line, UartLine):
        return replace(found, name=rig, baud=line.baud, rtscts=line.rts is not None)
    return replace(found, name=rig)


def _by_id(port: str, listing: Listing) -> RigPort:
    """A USB serial number, or `vid:pid`. A board has one `id:` and two ports: the line is the second."""
    wanted = port.removeprefix("id:").lower()
    boards = [board for board in usb_boards(listing) if wanted in (board.serial.lower(), board.usb_id)]
    if not boards:
        there = ", ".join(f"{board.usb_id} {board.id}".strip() for board in usb_boards(listing))
        cure = f"on USB there are: {there}" if there else "no serial port is on USB: cable, udev rule, BOOTSEL?"
        raise BoardNotFound(f"nothing on USB has the id {wanted!r}", place=port, cure=cure)
    if len(boards) > 1:
        raise _ambiguous(boards, port)
    board = boards[0]
    return RigPort(board.line or board.repl, repl=board.repl if board.line else "")


def _only_one(listing: Listing) -> RigPort:
    """The one board that is there, whatever its rig. Only one whose line is on USB can be told from any gadget."""
    catalog = Catalog.default()
    ours = {_usb_id(mcu.usb.vendor, mcu.usb.product) for name in catalog.names("mcu") if (mcu := catalog.mcu(name)).usb}
    wired = [board for board in usb_boards(listing) if board.usb_id in ours and board.line]
    simulated = simulated_boards()
    if len(wired) + len(simulated) > 1:
        raise _ambiguous([*simulated, *wired], "this machine")
    if simulated:
        return _of_simulator(simulated[0])
    if wired:
        return RigPort(wired[0].line, repl=wired[0].repl)
    raise BoardNotFound(
        "no board was found",
        place="simulated boards and USB ports of this machine",
        cure="name one with -p PORT or --rig NAME, or start a simulated one: phosphene sim",
    )


def _of_rig(rig: Rig, listing: Listing) -> RigPort:
    if rig.mcu.simulated:
        return _simulated(rig.name)
    usb = rig.mcu.usb
    boards = usb_boards(listing)
    if usb:
        boards = [board for board in boards if board.usb_id == _usb_id(usb.vendor, usb.product)]
    line = rig.wiring.line
    return _over_uart(rig, line, boards) if isinstance(line, UartLine) else _over_usb(rig, boards)


def _simulated(name: str) -> RigPort:
    boards = [board for board in simulated_boards() if board.rig == name]
    if len(boards) > 1:
        raise _ambiguous(boards, f"rig {name}")
    if not boards:
        cure = f"start one: phosphene sim --rig {name}"
        raise BoardNotFound(f"no simulated board of rig {name} runs", place=f"rig {name}", cure=cure)
    return _of_simulator(boards[0])


def _of_simulator(board: Published) -> RigPort:
    return RigPort(board.port, board.rig, repl=board.repl_port)


def _over_usb(rig: Rig, boards: Sequence[UsbBoard]) -> RigPort:
    place = f"rig {rig.name}"
    if len(boards) > 1:
        raise _ambiguous(boards, place)
    if not boards:
        how = f"; if it sits in its boot loader ({rig.mcu.boot.button}), plug it in again" if rig.mcu.boot else ""
        cure = f"use a cable that carries data; install the udev rule (phosphene boards udev {rig.name}){how}"
        raise BoardNotFound(f"no {rig.mcu.title} on USB", place=place, cure=cure)
    if not boards[0].line:
        what = f"{rig.mcu.title} shows no second interface, which carries the line"
        raise BoardNotFound(what, place=boards[0].repl, cure="put the firmware on it: this is a bare MicroPython")
    return RigPort(boards[0].line, rig.name, repl=boards[0].repl)


def _over_uart(rig: Rig, line: UartLine, boards: Sequence[UsbBoard]) -> RigPort:
    uart = rig.sbc.uart(line.sbc_uart or "")
    assert uart is not None, "the rules of a rig ask for its UART"
    if not Path(uart.device).exists():
        what = f"there is no {uart.device} on this computer"
        place = f"rig {rig.name}, {uart.name} of {rig.sbc.title}"
        raise BoardNotFound(what, place=place, cure=f"enable it: {uart.enable}")
    # With two boards on USB nobody knows whose REPL is whose; the line is certain all the same.
    repl = boards[0].repl if len(boards) == 1 else ""
    return RigPort(uart.device, rig.name, line.baud, line.rts is not None, repl)


def _ambiguous(boards: Iterable[Published | UsbBoard], place: str) -> PortAmbiguous:
    choices = [
        f"-p {board.port} (simulated, rig {board.rig})"
        if isinstance(board, Published)
        else f"-p {board.id or board.line or board.repl} ({board.usb_id}, {', '.join(board.ports)})"
        for board in boards
    ]
    what = f"{len(choices)} boards fit: {'; '.join(choices)}"
    return PortAmbiguous(what, place=place, cure="name one of them; none is guessed")


def _usb_id(vendor: str, product: str) -> str:
    return f"{vendor}:{product}".lower()
