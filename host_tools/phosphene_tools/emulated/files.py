# SPDX-License-Identifier: Apache-2.0
"""What the emulated chip finds in its folder: the firmware compiled for it, and the virtual hardware's Python."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from phosphene_tools.sim.boots import SHIM as SIMULATED
from phosphene_tools.sim.precompile import precompile

SHIM = Path(__file__).with_name("shim")
_ARCHITECTURE = "armv7m"
# The rest of the simulator's is for its own interpreter.
_SHARED = (
    "machine.py",
    "neopixel.py",
    "onewire.py",
    "sim_analog.py",
    "sim_bus.py",
    "sim_flash.py",
    "sim_pin.py",
    "sim_timer.py",
)


def lay_out(root: Path, shim: Path) -> Path:
    """Compile the firmware in `root` for the chip, and lay the virtual hardware's modules into `shim`.

    What the firmware writes goes beside its program: semihosting has files, and no flash under them.
    Raises SimError without mpy-cross.
    """
    shutil.copytree(SHIM, shim, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _SHARED:
        shutil.copyfile(SIMULATED / name, shim / name)
    for folder in (root, shim):
        precompile(folder, _ARCHITECTURE)
    config = root / "board.json"
    told = json.loads(config.read_text(encoding="utf-8"))
    told.pop("store", None)
    config.write_text(json.dumps(told), encoding="utf-8")
    return shim
