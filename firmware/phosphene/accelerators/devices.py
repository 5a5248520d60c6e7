# SPDX-License-Identifier: Apache-2.0
"""Which accelerators' devices this computer has, as the kernel shows them, and whether this user may open them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from phosphene.accelerators.chips import Kind

# Vendor and product on USB: before its firmware is loaded, and after.
_CORAL_USB = {("1a6e", "089a"), ("18d1", "9302")}


@dataclass(frozen=True, slots=True)
class Device:
    """A device file; `allowed`: whether this user may read and write it; `group`: who may."""

    file: str
    allowed: bool
    group: str


def devices(kind: Kind, root: Path = Path("/")) -> tuple[Device, ...]:
    """Return the devices of this kind of accelerator below `root`; a CPU has none."""
    match kind:
        case "cpu":
            found: list[Path] = []
        case "coral":
            found = [*_usb(root), *sorted(root.glob("dev/apex_*"))]
        case "teflon":
            found = sorted(root.glob("dev/accel/accel*"))
        case "rknn":
            # The vendor's driver is a DRM driver with a render node; that of the NPU is found by its device's name.
            nodes = sorted(root.glob("sys/class/drm/renderD*"))
            found = [root / "dev/dri" / node.name for node in nodes if _is_npu(node)]
            # Older vendor kernels have a device of its own instead.
            found += sorted(root.glob("dev/rknpu*"))
    return tuple(Device(str(path), os.access(path, os.R_OK | os.W_OK), _group(path)) for path in found)


def _usb(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder in sorted(root.glob("sys/bus/usb/devices/*")):
        ids = _text(folder / "idVendor"), _text(folder / "idProduct")
        bus, number = _text(folder / "busnum"), _text(folder / "devnum")
        if ids in _CORAL_USB and bus.isdigit() and number.isdigit():
            found.append(root / f"dev/bus/usb/{int(bus):03}/{int(number):03}")
    return found


def _is_npu(node: Path) -> bool:
    return "npu" in _text(node / "device" / "uevent").lower()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _group(path: Path) -> str:
    try:
        return path.group()
    except (OSError, KeyError):
        return ""
