# SPDX-License-Identifier: Apache-2.0
"""The machine that is looked at, as its files tell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Where udev reads rules, the first of a name wins (udev(7)).
_RULES = ("etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d", "usr/lib/udev/rules.d")


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A device on USB: vendor and product, four hexadecimal digits each, and its serial number."""

    vendor: str
    product: str
    serial: str


@dataclass(frozen=True, slots=True)
class Machine:
    """`root` is where /dev, /sys, /proc, /etc and /usr lie."""

    root: Path = Path("/")

    def text(self, path: str) -> str:
        """Return what a file says, without the zero and the line end behind it; empty when it can't be read."""
        try:
            return (self.root / path).read_text("utf-8", "replace").strip("\0\n ")
        except OSError:
            return ""

    def file(self, path: str) -> Path:
        """Return a file by the path that it has on the machine."""
        return self.root / path.removeprefix("/")

    @property
    def model(self) -> str:
        """What the board's firmware calls the computer; empty where none does, as on a PC."""
        return self.text("proc/device-tree/model")

    def usb(self) -> tuple[UsbDevice, ...]:
        """Return the devices on USB."""
        folders = [f"sys/bus/usb/devices/{path.name}" for path in sorted(self.root.glob("sys/bus/usb/devices/*"))]
        return tuple(
            UsbDevice(vendor, self.text(f"{folder}/idProduct"), self.text(f"{folder}/serial"))
            for folder in folders
            if (vendor := self.text(f"{folder}/idVendor"))
        )

    def runs(self, program: str) -> bool:
        """Whether a process of this name runs. The kernel keeps 15 characters of a name."""
        wanted = program[:15]
        return any(self.text(f"proc/{path.parent.name}/comm") == wanted for path in self.root.glob("proc/[0-9]*/comm"))

    def rules(self, name: str) -> str | None:
        """Return the udev rules of this file name that count, or None."""
        return next((path.read_text("utf-8", "replace") for path in self._rules(name)), None)

    def allowed(self, path: Path) -> bool:
        """Whether this user may read and write a device."""
        return os.access(path, os.R_OK | os.W_OK)

    def _rules(self, name: str) -> Iterator[Path]:
        return (path for folder in _RULES if (path := self.root / folder / name).is_file())


def group_of(path: Path) -> str:
    """Return the group that may open a device, by name or number; empty when that can't be told."""
    try:
        return path.group()
    except KeyError:
        return str(path.stat().st_gid)
    except OSError:
        return ""
