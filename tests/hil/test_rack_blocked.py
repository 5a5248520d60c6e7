# SPDX-License-Identifier: Apache-2.0
"""Blocked is told apart from failed: in the terminal, in JUnit and by the exit status."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from phosphene_hil.locks import BoardLock
from phosphene_hil.outcomes import EXIT_BLOCKED
from tests.elsewhere import board_elsewhere
from tests.hil.conftest import Bench
from tests.hil.served import served_board

pytestmark = pytest.mark.timeout(300)  # against hanging

GOES_AWAY = """
    import os, signal
    from pathlib import Path

    async def test_before(mcu):
        await mcu.call("echo.echo", data=b"bench")

    def test_away(rig):
        os.kill(int(Path("server.pid").read_text()), signal.SIGKILL)

    async def test_after(mcu):
        raise AssertionError("nobody is there")

    def test_that_needs_no_rig():
        assert False, "this is a failure"
"""


def outcomes(path: Path) -> dict[str, str]:
    """Return what JUnit says of each test: the name of the element in it, and what it says of blocked ones."""
    found: dict[str, str] = {}
    for case in ET.parse(path).iter("testcase"):
        said = [element for element in case if element.tag != "properties"]
        name = str(case.get("name"))
        assert name not in found or not said, f"{name} has two results"
        found[name] = f"{said[0].tag} {said[0].get('message', '')}" if said else "passed"
    return found


def test_a_board_that_somebody_holds_blocks_and_the_holder_is_named(bench: Bench) -> None:
    with board_elsewhere(seed=5) as port:
        lock = BoardLock.take("theirs", port)
        try:
            options = ("--phosphene-rig=laptop-pico", f"--phosphene-port={port}", "--junitxml=junit.xml")
            result = bench("async def test_echo(mcu): raise AssertionError\ndef test_other(): pass\n", *options)
        finally:
            lock.give_back()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["BLOCKED *test_echo - its board is held by *, process *", "*1 passed, 1 blocked*"])
    assert result.ret == EXIT_BLOCKED


def test_a_board_that_goes_away_blocks_what_it_leaves_undone_and_a_failure_stays_one(
    bench: Bench, pytester: pytest.Pytester
) -> None:
    with served_board(pytester.path) as (server, address):
        (pytester.path / "server.pid").write_text(str(server.pid))
        (pytester.path / "bench.toml").write_text(f'[[rig]]\nname = "far"\nrig = "sim"\nport = "{address}"\n')
        result = bench(GOES_AWAY, "--phosphene-bench=bench.toml", "--junitxml=junit.xml")
    result.stdout.fnmatch_lines(["*BLOCKED *::test_after - rig far went away: nobody is at *", "FAILED *needs_no_rig*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    said = outcomes(pytester.path / "junit.xml")
    assert said["test_before"] == "passed"
    assert said["test_after"].startswith("skipped blocked: rig far went away")
    assert said["test_that_needs_no_rig"].startswith("failure")
    assert not [text for text in said.values() if text.startswith("error")]
