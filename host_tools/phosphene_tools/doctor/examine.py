# SPDX-License-Identifier: Apache-2.0
"""Looks at everything that a rig needs of the machine that this runs on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phosphene_tools.boards.catalog import Catalog, Rig, load_rig
from phosphene_tools.doctor.board import interpreter
from phosphene_tools.doctor.chip import chip
from phosphene_tools.doctor.finding import Finding
from phosphene_tools.doctor.machine import Machine
from phosphene_tools.doctor.packages import packages
from phosphene_tools.doctor.senses import senses
from phosphene_tools.doctor.wire import wire

_SIMULATED = "sim"


def examine(rig: Rig, machine: Machine, python: Path | None = None) -> list[Finding]:
    """Return what was found, in the order in which one would cure it. `python` is the accelerator's own interpreter.

    Takes some seconds: a worker opens the accelerator.
    """
    asked = asyncio.run(interpreter(rig))
    return [
        *packages(rig),
        *chip(rig, machine, python),
        *wire(rig, machine),
        *([asked] if asked else []),
        *senses(rig, machine),
    ]


def rig_here(machine: Machine, catalog: Catalog | None = None) -> Rig:
    """Return the rig whose computer this is: by what its firmware calls it, and by whether it has a Coral.

    On any other machine that is the simulated one.
    """
    known = catalog or Catalog.default()
    rigs = [rig for name in known.names("rig") if not (rig := known.rig(name)).mcu.simulated]
    model = machine.model
    # "Raspberry Pi 5 Model B Rev 1.0" is what "Raspberry Pi 5" and "Raspberry Pi 5 with Coral USB" say in full.
    fitting = [rig for rig in rigs if model and _same(rig.sbc.title, model)]
    coral = any((one.vendor, one.product) in {("1a6e", "089a"), ("18d1", "9302")} for one in machine.usb())
    fitting.sort(key=lambda rig: ((rig.sbc.accelerator == "coral") is not coral, rig.name))
    return fitting[0] if fitting else load_rig(_SIMULATED)


def _same(title: str, model: str) -> bool:
    name = title.partition(" with ")[0].lower().split()
    return all(word in model.lower().split() for word in name)
