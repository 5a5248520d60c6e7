# SPDX-License-Identifier: Apache-2.0
"""Finds out which accelerators are usable here, by opening each where it can't harm: in a worker of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from phosphene.accelerators.chips import CHIPS, Kind
from phosphene.accelerators.devices import Device, devices
from phosphene.accelerators.errors import AcceleratorError
from phosphene.accelerators.worker import Limits, Worker


@dataclass(frozen=True, slots=True)
class Usable:
    """Whether an accelerator can be used under `python`; if not, `why`, and what to do about it in `cure`.

    `versions` are those of ``python``, ``numpy`` and ``runtime``, empty when its worker did not start. For RKNN,
    "usable" says that runtime, driver library and device are there; only loading a graph opens the NPU.
    """

    accelerator: Kind
    python: str
    usable: bool
    why: str = ""
    cure: str = ""
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    devices: tuple[Device, ...] = ()


def probe(kind: Kind, python: Path | None = None, *, root: Path = Path("/"), library: str = "") -> Usable:
    """Return whether `kind` can be used under `python`, by default this one. Takes a second, or as long as a hang.

    `root` is where the kernel's device files lie, `library` the delegate's in place of the usual one.
    """
    found = devices(kind, root)
    options = {"probe": True, **({"library": library} if library else {})}
    with Worker(kind, python, limits=Limits(start_s=20.0), options=options) as worker:
        try:
            versions = worker.start()
        except AcceleratorError as error:
            why, cure = error.message, error.cure
            denied = [device for device in found if not device.allowed]
            if denied:
                group = denied[0].group or "its group"
                why = f"{why}; this user may not open {denied[0].file}"
                cure = f"sudo usermod -aG {group} $USER, or a udev rule; then log in again"
            return Usable(kind, str(worker.python), usable=False, why=why, cure=cure, devices=found)
    if kind == "rknn" and not any(device.allowed for device in found):
        seen = f"this user may not open {found[0].file}" if found else "the kernel shows no NPU"
        return Usable(kind, str(worker.python), False, seen, CHIPS[kind].cure, versions, found)
    return Usable(kind, str(worker.python), usable=True, versions=versions, devices=found)
