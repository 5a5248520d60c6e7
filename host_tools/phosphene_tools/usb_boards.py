# SPDX-License-Identifier: Apache-2.0
"""The boards on USB, each with its serial ports in the order of their interfaces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

# Names that a device keeps when it enumerates anew: by a rig's udev rule, else by the system's.
_STABLE_NAMES = (("/dev/phosphene", "*-*"), ("/dev/serial/by-id", "*"))


class SerialPort(Protocol):
    """What is used of pyserial's ListPortInfo."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None


Listing = Callable[[], Iterable[SerialPort]]


def comports() -> Iterable[SerialPort]:
    """Return pyserial's list of the serial ports of this machine."""
    from serial.tools import list_ports

    return cast("Iterable[SerialPort]", list_ports.comports())


@dataclass(frozen=True, slots=True)
class UsbBoard:
    """One USB device: `usb_id` as ``2e8a:0005``, and its ports by interface. The first is the REPL's, where there
    are two the second is the line's."""

    usb_id: str
    serial: str
    ports: tuple[str, ...]

    @property
    def id(self) -> str:
        """What `-p` takes to mean this board and no other; empty when it has no serial number."""
        return f"id:{self.serial}" if self.serial else ""

    @property
    def repl(self) -> str:
        """The port of the REPL."""
        return stable(self.ports[0])

    @property
    def line(self) -> str:
        """The port of the line; empty when there is one port only, which is the REPL's."""
        return stable(self.ports[1]) if len(self.ports) > 1 else ""


def usb_boards(listing: Listing) -> list[UsbBoard]:
    """Return the USB devices that have serial ports, in the order of their first port."""
    devices: dict[tuple[str, str], list[SerialPort]] = {}
    for port in listing():
        if port.vid is not None and port.pid is not None:
            usb_id = f"{port.vid:04x}:{port.pid:04x}"
            # Without a serial number only the place on the bus tells two devices apart.
            where = port.serial_number or (port.location or port.device).partition(":")[0]
            devices.setdefault((usb_id, where), []).append(port)
    found: list[UsbBoard] = []
    for (usb_id, _), ports in devices.items():
        ports.sort(key=_interface)
        found.append(UsbBoard(usb_id, ports[0].serial_number or "", tuple(port.device for port in ports)))
    return sorted(found, key=lambda board: board.ports)


def _interface(port: SerialPort) -> tuple[int, str]:
    """Sort by the number of the USB interface, which ends the location (`1-2:1.0`); without one by name."""
    _, colon, interface = (port.location or "").partition(":")
    number = interface.rpartition(".")[2]
    return (int(number) if colon and number.isdigit() else 0, port.device)


def stable(device: str) -> str:
    """Return the name that the device keeps when it enumerates anew, where the system gives it one."""
    links = (link for folder, names in _STABLE_NAMES for link in sorted(Path(folder).glob(names)))
    return next((str(link) for link in links if os.path.realpath(link) == device), device)
