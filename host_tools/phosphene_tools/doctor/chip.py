# SPDX-License-Identifier: Apache-2.0
"""The accelerator of the rig: its runtime, its library, its device, and the right to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from phosphene.accelerators.chips import CHIPS, Kind
from phosphene.accelerators.probe import Usable, probe
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.doctor.finding import Finding
from phosphene_tools.doctor.machine import Machine

_LIBRARIES = ("libedgetpu.so.1", "libteflon.so", "librknnrt.so")
_FOLDERS = ("usr/lib", "usr/lib/*", "usr/local/lib", "usr/local/lib/*", "lib", "lib/*")


def chip(rig: Rig, machine: Machine, python: Path | None = None) -> Iterator[Finding]:
    """Look at the accelerator of the rig under `python`, by default this one; then, at what other chips there is."""
    kind = cast("Kind", rig.sbc.accelerator_kind)
    found = probe(kind, python, root=machine.root)
    topic = f"accelerator {kind}"
    if found.usable:
        versions = ", ".join(f"{name} {text}" for name, text in sorted(found.versions.items()))
        yield Finding.fine(topic, versions)
    else:
        yield Finding.lacks(topic, _why(found, kind, machine), found.cure or CHIPS[kind].cure, needed=True)


def _why(found: Usable, kind: Kind, machine: Machine) -> str:
    """The probe's reason, and what the files tell beyond it: a loader says the same of ten causes."""
    parts = [found.why]
    name = Path(str(CHIPS[kind].options.get("library") or ("librknnrt.so" if kind == "rknn" else ""))).name
    if name in _LIBRARIES:
        where = next((path for folder in _FOLDERS for path in machine.root.glob(f"{folder}/{name}")), None)
        parts.append(f"{name} is {where}" if where else f"there is no {name}")
    if kind != "cpu" and not found.devices:
        parts.append("the kernel shows no device of it")
    return "; ".join(part for part in parts if part)
