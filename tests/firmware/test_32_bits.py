# SPDX-License-Identifier: Apache-2.0
"""The cryptography on a MicroPython of 32 bits, as on a micro-controller: other viper integers, shorter digits.

No wheel carries one. Build MicroPython's unix port with MICROPY_FORCE_32BIT=1 and name it in PHOSPHENE_MICROPYTHON_32.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from phosphene_tools.keys import forgeries, wycheproof
from tests.firmware.test_signatures import wrong
from tests.firmware.test_units import FIRMWARE, HERE, _functions

NARROW = os.environ.get("PHOSPHENE_MICROPYTHON_32", "")
HEAP = "192k"
UNITS = ("unit_sha512", "unit_ed25519", "unit_grants", "unit_durable")

pytestmark = pytest.mark.skipif(not NARROW, reason="PHOSPHENE_MICROPYTHON_32 names no 32-bit MicroPython")


def test_it_has_32_bits() -> None:
    told = subprocess.run([NARROW, "-c", "import sys; print(sys.maxsize)"], capture_output=True, text=True, check=True)
    assert int(told.stdout) == 2**31 - 1


@pytest.mark.parametrize(("unit", "name"), [pair for pair in _functions() if pair[0] in UNITS])
def test_unit(unit: str, name: str) -> None:
    path = os.pathsep.join(map(str, (FIRMWARE, HERE / "units", ".frozen")))
    ran = subprocess.run(
        [NARROW, "-X", f"heapsize={HEAP}", HERE / "run_unit.py", unit, name],
        env=os.environ | {"MICROPYPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_signatures(tmp_path: Path) -> None:
    cases = [*forgeries.published(), *wycheproof.cases(seed=1), *forgeries.mutated(1000, seed=2)]
    assert not wrong(cases, tmp_path, Path(NARROW), HEAP)
