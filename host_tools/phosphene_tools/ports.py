# SPDX-License-Identifier: Apache-2.0
"""From a rig's name to the ports that it is reached by: a running simulated board, a UART, or a USB device."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from phosphene.errors import BoardNotFound, PhospheneError, PortAmbiguous
from phosphene_tools.boards.catalog import Catalog, Rig
from phosphene_tools.boards.wiring import UartLine
from phosphene_tools.published import Published, simulated_boards

AMBIGUOUS = 2
"""Exit code when a port is not named well enough: bad usage, nothing was tried."""

# Names that a device keeps when it enumerates anew: by a rig's udev rule, else by the system's.
_STABLE_NAMES = ("/dev/phosphene/*-*", "/dev/serial/by-id/*")


class SerialPort(Protocol):
    """What is used of pyserial's ListPortInfo."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None


Listing = Callable[[], Iterable[SerialPort]]


@dataclass(frozen=True, slots=True)
class RigPort:
    """How to reach one board. `repl` is the maintenance REPL's port, empty if unknown; `name` is for people."""

    line: str
    name: str
    baud: int = 921_600
    rtscts: bool = False
    repl: str = ""


def _comports() -> Iterable[SerialPort]:
    from serial.tools.list_ports import comports

    return comports()


def resolve(port: str = "", rig: str = "", *, repl: str = "", baud: int = 0, listing: Listing = _comports) -> RigPort:
    """Return the port that the user means: by `port`, by `rig`, or the only board there is.

    Raises PortAmbiguous when several fit, BoardNotFound when none does, InvalidBoardFile for an unknown rig.
    """
    found = of_rig(rig, listing=listing) if rig and not port else None
    if port:
        found = _named(port, rig)
    elif found is None:
        found = _only_one(listing)
    return RigPort(found.line, found.name, baud or found.baud, found.rtscts, repl or found.repl)


def of_rig(name: str, *, listing: Listing = _comports) -> RigPort:
    """Return the port of the rig `name`, which must be there. Raises as `resolve` does."""
    from phosphene_tools.boards.catalog import load_rig

    rig = load_rig(name)
    if rig.mcu.simulated:
        return _simulated(rig.name, simulated_boards())
    return _wired(rig, listing)


def _named(port: str, rig: str) -> RigPort:
    """A port that was given: what else is known of it comes from the simulator that owns it, or from the rig."""
    real = os.path.realpath(port)
    for board in simulated_boards():
        if port == board.port or real == os.path.realpath(board.port):
            return _of_simulator(board)
    if not rig:
        return RigPort(port, port)
    from phosphene_tools.boards.catalog import load_rig

    line = load_rig(rig).wiring.line
    if isinstance(line, UartLine):
        return RigPort(port, rig, line.baud, line.rts is not None)
    return RigPort(port, rig)


def _only_one(listing: Listing) -> RigPort:
    """The one board that is there, of whatever rig."""
    found = [_of_simulator(board) for board in simulated_boards()]
    catalog = Catalog.default()
    ids = {(mcu.usb.vendor, mcu.usb.product) for name in catalog.names("mcu") if (mcu := catalog.mcu(name)).usb}
    devices: dict[str, list[SerialPort]] = {}
    for entry in listing():
        if _usb_id(entry) in ids:
            devices.setdefault(entry.serial_number or entry.device, []).append(entry)
    for entries in devices.values():
        entries.sort(key=_interface)
        # One interface is the REPL of a board whose line is a UART: only its rig can tell which.
        if len(entries) > 1:
            found.append(RigPort(_stable(entries[1].device), "", repl=_stable(entries[0].device)))
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous([f"-p {port.line}" for port in found], "this machine")
    raise BoardNotFound(
        "no board of ours was found",
        place="serial ports of this machine",
        cure="name it with -p PORT or --rig NAME, or start a simulated one: phosphene sim",
    )


def _simulated(name: str, boards: Sequence[Published]) -> RigPort:
    ours = [board for board in boards if board.rig == name]
    if len(ours) == 1:
        return _of_simulator(ours[0])
    if ours:
        raise _ambiguous([f"-p {board.port}" for board in ours], f"rig {name}")
    raise BoardNotFound(
        f"no simulated board of rig {name} runs", place=f"rig {name}", cure=f"start one: phosphene sim --rig {name}"
    )


def _of_simulator(board: Published) -> RigPort:
    return RigPort(board.port, board.rig, repl=board.repl_port)


def _wired(rig: Rig, listing: Listing) -> RigPort:
    """A real rig: its board's USB identity tells the REPL, and the line too unless that is a UART."""
    usb, line = rig.mcu.usb, rig.wiring.line
    wanted = (usb.vendor, usb.product) if usb else None
    devices: dict[str, list[SerialPort]] = {}
    for entry in listing():
        if wanted and _usb_id(entry) == wanted:
            devices.setdefault(entry.serial_number or entry.device, []).append(entry)
    for entries in devices.values():
        entries.sort(key=_interface)
    if isinstance(line, UartLine):
        return _over_uart(rig, line, devices)
    if len(devices) > 1:
        choices = [f"-p id:{serial}" for serial in sorted(devices)]
        raise _ambiguous(choices, f"rig {rig.name}, USB {':'.join(wanted or ())}")
    if not devices:
        boot = f"; if it sits in its boot loader: {rig.mcu.boot.how}" if rig.mcu.boot else ""
        raise BoardNotFound(
            f"no {rig.mcu.title} on USB",
            place=f"rig {rig.name}, USB {':'.join(wanted or ())}",
            cure=f"plug it in with a cable that carries data, install the rig's udev rule "
            f"(phosphene boards show {rig.name}){boot}",
        )
    (entries,) = devices.values()
    if len(entries) < 2:
        raise BoardNotFound(
            f"{rig.mcu.title} is there without its second interface, which carries the line",
            place=entries[0].device,
            cure="put the firmware on it; until then it is a bare MicroPython",
        )
    return RigPort(_stable(entries[1].device), rig.name, repl=_stable(entries[0].device))


def _over_uart(rig: Rig, line: UartLine, devices: dict[str, list[SerialPort]]) -> RigPort:
    uart = rig.sbc.uart(line.sbc_uart or "")
    assert uart is not None, "the rules of a rig make sure of its UART"
    if not os.path.exists(uart.device):
        raise BoardNotFound(
            f"{rig.sbc.title} has no {uart.device} yet", place=f"rig {rig.name}, {uart.name}", cure=uart.enable
        )
    # With two boards on USB it is not known whose REPL is whose; the line is certain all the same.
    repl = _stable(next(iter(devices.values()))[0].device) if len(devices) == 1 else ""
    return RigPort(uart.device, rig.name, line.baud, line.rts is not None, repl)


def _ambiguous(choices: list[str], place: str) -> PortAmbiguous:
    listed = ", ".join(sorted(choices))
    return PortAmbiguous(f"{len(choices)} boards fit: {listed}", place=place, cure="name one of them; none is guessed")


def _usb_id(entry: SerialPort) -> tuple[str, str] | None:
    return None if entry.vid is None or entry.pid is None else (f"{entry.vid:04x}", f"{entry.pid:04x}")


def _interface(entry: SerialPort) -> tuple[int, str]:
    """Sort by USB interface, which ends the location (`1-2:1.0`); where it is not told, by name."""
    number = (entry.location or "").rpartition(".")[2]
    return (int(number) if ":" in (entry.location or "") and number.isdigit() else 0, entry.device)


def _stable(device: str) -> str:
    """Return the name that the device keeps when it enumerates anew, where the system gives it one."""
    links = (link for pattern in _STABLE_NAMES for link in sorted(glob.glob(pattern)))
    return next((link for link in links if os.path.realpath(link) == device), device)


def exit_code(error: PhospheneError) -> int:
    """Return how a command ends on `error`: 2 when it was not told well enough which board is meant."""
    return AMBIGUOUS if isinstance(error, PortAmbiguous) else 1
