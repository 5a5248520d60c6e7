# SPDX-License-Identifier: Apache-2.0
"""What a test leaves behind is found, named, and put right for the next test."""

from __future__ import annotations

import re
from pathlib import Path

from phosphene_hil import declared
from phosphene_tools import places
from tests.hil.conftest import Bench


def test_each_thing_that_is_left_behind_fails_its_own_test_only(bench: Bench) -> None:
    result = bench(
        """
        async def test_output(mcu):
            await mcu.call("gpio.write", output="led", level=True)

        async def test_process(mcu):
            await mcu.start("board.label", label="x" * 3)
            await mcu.start("gpio.pulses", output="led", count=10000, period_ms=20)

        async def test_reset(board):
            await board.control.reset("watchdog")

        async def test_lease(host):
            await host.fall_silent()
            await asyncio.sleep(0.8)

        async def test_latched(mcu, host):
            await host.arm()
            await host.fall_silent()
            await asyncio.sleep(0.8)

        async def test_noise(link):
            link._transport.write(b"\\x11noise that is no frame\\x00")
            await asyncio.sleep(0.05)

        async def test_maintenance(mcu, expect):
            await mcu.call("board.disarm", maintenance=True)
            await expect.line("maintenance: outputs are safe")

        async def test_well(mcu):
            await mcu.call("echo.echo", data=b"")
        """
    )
    result.assert_outcomes(passed=8, errors=7)
    text = result.stdout.str()
    found = dict(re.findall(r"ERROR at teardown of (\w+) _.*?left the board unwell:\n +(.*?)\n", text, re.DOTALL))
    assert "the firmware drives led" in found["test_output"]
    assert "gpio.pulses" in found["test_process"]
    assert "cause watchdog" in found["test_reset"]
    assert "lease ran out" in found["test_lease"]
    assert "the safe state latched: the lease ran out" in found["test_latched"]
    assert "1 cobs_errors" in found["test_noise"] or "1 crc_errors" in found["test_noise"]
    assert "does not answer" in found["test_maintenance"]


def test_what_a_test_says_that_it_leaves_is_no_fault(bench: Bench) -> None:
    result = bench(
        """
        @pytest.mark.leaves("reset")
        async def test_reset(board):
            await board.control.reset()

        @pytest.mark.leaves("lease lost")
        async def test_reset_all_the_same(board):
            await board.control.reset()

        @pytest.mark.leaves("a mess")
        async def test_typo(board):
            raise AssertionError
        """
    )
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["*the board was reset: cause pin*", "*no test leaves ?'a mess'?*"])


def test_events_that_vanish_without_a_word_are_found(bench: Bench) -> None:
    """A link that forgets an event, and forgets to count it, is what this check is for."""
    result = bench(
        """
        async def test_forgetful(board, link, mcu):
            await mcu.call("gpio.watch", input="button", edge="falling")
            board.outside.drive("button", True)
            await asyncio.sleep(0.02)
            board.outside.drive("button", False)
            await asyncio.sleep(0.1)
            await mcu.call("gpio.watch", input="button", edge="off")
            board.outside.drive("button", None)
            assert link.stats.events == 1
            link.stats.events = 0
        """
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*events dropped without a word: 1 of them*"])


def test_the_times_that_safety_is_held_to_are_the_firmwares() -> None:
    """`declared` is written from the design; if the firmware's constants move, so must it."""
    assert _constant("safety.py", "NO_KICKS") * _constant("safety.py", "TICK_MS") == declared.NO_KICKS_S * 1000
    assert _constant("safety.py", "STANDS") * _constant("safety.py", "TICK_MS") == declared.STANDS_S * 1000
    assert _constant("main.py", "WATCHDOG_MS") == declared.WATCHDOG_S * 1000


def _constant(file: str, name: str) -> int:
    text = (Path(places.coprocessor()) / file).read_text(encoding="utf-8")
    found = re.search(rf"^{name} = const\((\d+)\)", text, re.MULTILINE)
    assert found, f"{file} has no {name}"
    return int(found[1])
