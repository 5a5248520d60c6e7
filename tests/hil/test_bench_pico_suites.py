# SPDX-License-Identifier: Apache-2.0
"""Suites don't notice which instrument they have: the same tests, with a simulated bench Pico at the board's pins."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hil.conftest import ROOTS, Bench
from tests.hil.simulated_bench import FILE

SUITES = Path(__file__).parents[2] / "hil" / "suites"
PATIENCE_S = 240
"""Against hanging only: each starts two boards and a host, in processes of their own."""
pytestmark = pytest.mark.timeout(PATIENCE_S + 60)
INSTRUMENT = f"--phosphene-instrument={FILE}"


def test_safety_is_timed_by_the_instrument(bench: Bench) -> None:
    """Rows of the safety table, and the world as the drivers' suite wants to see it."""
    wanted = "(broken_firmware and stay_in_c) or (test_6_drivers and (edge_of_an_input or world_sees))"
    chosen = [str(SUITES / name) for name in ("test_5_safety.py", "test_6_drivers.py")]
    result = bench("", INSTRUMENT, "-k", wanted, f"--timeout={PATIENCE_S}", *chosen)
    result.stdout.fnmatch_lines(["*stays in one call in C | pump | guarded, safe | *ok |"])
    outcomes = result.parseoutcomes()
    assert not outcomes.get("failed")
    assert not outcomes.get("errors")
    assert outcomes["passed"] == 2  # the drivers'; the table's skips for the lock, which wants a grant


def test_what_it_can_not_do_is_skipped_by_its_feature(bench: Bench) -> None:
    result = bench(
        """
        @pytest.mark.needs("chip_clock")
        def test_freeze(board): raise AssertionError

        @pytest.mark.needs("shift_register", "outside_view")
        def test_words(board): raise AssertionError

        async def test_not_wired(board):
            board.instrument.voltage("battery", 12000)

        async def test_silent_instrument(board):
            board.pico.drive(14, "high")

        @pytest.mark.needs("outside_view", "reset_control", "cable", "instrument", "arm_key", "privacy_lights")
        def test_there(board):
            assert board.outside.level("camera_light")
        """,
        INSTRUMENT,
        f"--timeout={PATIENCE_S}",
    )
    outcomes = result.parseoutcomes()
    assert {key: outcomes.get(key, 0) for key in ("passed", "skipped", "blocked", "failed", "error")} == {
        "passed": 1,
        "skipped": 3,
        "blocked": 1,
        "failed": 0,
        "error": 0,
    }
    result.stdout.fnmatch_lines(
        [
            "*rig sim lacks a hand that stops its chip",
            "*rig sim lacks a shift register",
            "*nothing for the voltage*",
        ],
    )
    result.stdout.fnmatch_lines(["BLOCKED *its instrument: *GP14 is the bench's own*"])


def test_the_command_says_that_all_is_well_as_json() -> None:
    command = ["hil", "doctor", "--instrument", str(FILE), "--keep-running", "-o", "json"]
    code = "import sys; sys.path[:0] = sys.argv.pop(1).split('|'); from phosphene_tools.cli import main; main()"
    said = subprocess.run(
        [sys.executable, "-c", code, "|".join(ROOTS), *command],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    told = json.loads(said.stdout)
    assert told["wrong"] == 0
    assert {"state": "fine", "nets": ["pump"], "said": "pump follows", "cure": ""} in told["findings"]
    assert not any("reset" in finding["nets"] for finding in told["findings"]), "it was asked to let the board run"
