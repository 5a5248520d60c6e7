# SPDX-License-Identifier: Apache-2.0
"""The process that runs a device's networks, found as an administrator finds it."""

from __future__ import annotations

import sys
from pathlib import Path

IN_A_WORKER = f"cpu:{sys.executable}"
ON_THE_CHIP = "The networks run on cpu, in a process of its own"


def worker_of(device: int) -> int:
    """Return the process that runs the networks of the process `device`."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if parent == device and b"worker_side.serve" in words:
            found.append(int(folder.name))
    (worker,) = found
    return worker
