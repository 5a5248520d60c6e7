# SPDX-License-Identifier: Apache-2.0
"""The firmware's parts, each tested under the real MicroPython with a Pico's heap.

The tests themselves are MicroPython and lie in `units/`; this file finds and runs them.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware" / "coprocessor"
MICROPYTHON = Path(sys.executable).parent / "micropython"
# A Pico leaves about 192 KiB to Python; objects take twice that on a 64-bit port.
HEAP = "384k"


def _functions() -> list[tuple[str, str]]:
    return [
        (path.stem, node.name)
        for path in sorted((HERE / "units").glob("unit_*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize(("unit", "name"), _functions())
def test_unit(unit: str, name: str) -> None:
    path = os.pathsep.join(map(str, (FIRMWARE, HERE / "units", ".frozen")))
    ran = subprocess.run(
        [MICROPYTHON, "-X", f"heapsize={HEAP}", HERE / "run_unit.py", unit, name],
        env=os.environ | {"MICROPYPATH": path, "PHOSPHENE_VECTORS": str(FIRMWARE / "vectors.json")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"ran {name}" in ran.stdout
