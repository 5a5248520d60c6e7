# SPDX-License-Identifier: Apache-2.0
"""Which serial ports there are, and which one an `id:` means."""

from __future__ import annotations

from typing import Any

from phosphene.errors import BoardNotFound, PortAmbiguous


def _usb_ports() -> list[Any]:
    """Return pyserial's descriptions of the USB ports, in order of their device path."""
    from serial.tools.list_ports import comports

    return sorted((port for port in comports() if port.vid is not None), key=lambda port: port.device)


def _line(port: Any) -> str:
    """Return one port as ``/dev/ttyACM0 (2e8a:0005, serial number E660…)``."""
    return f"{port.device} ({port.vid:04x}:{port.pid:04x}, serial number {port.serial_number or 'unknown'})"


def describe() -> str:
    """Return a sentence that lists the USB ports which are there."""
    found = _usb_ports()
    return "USB ports here: " + ", ".join(map(_line, found)) if found else "no USB serial port is plugged in"


def resolve(port: str) -> str:
    """Return the device path that ``id:<serial number>`` or ``id:<vid>:<pid>`` means.

    Raises BoardNotFound when none fits, and PortAmbiguous when several do: nothing is guessed.
    """
    wanted = port.removeprefix("id:").lower()
    fits = [
        found
        for found in _usb_ports()
        if wanted in ((found.serial_number or "").lower(), f"{found.vid:04x}:{found.pid:04x}") and wanted
    ]
    if not fits:
        raise BoardNotFound(f"no USB port has the id {wanted!r}", cure=describe())
    if len(fits) > 1:
        listed = ", ".join(map(_line, fits))
        raise PortAmbiguous(f"{len(fits)} ports have the id {wanted!r}: {listed}", cure="name one by its device path")
    return str(fits[0].device)
