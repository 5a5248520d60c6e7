# SPDX-License-Identifier: Apache-2.0
"""The bench's plug-in: fixtures, needs, expectations, fault plans, and rigs that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.elsewhere import board_elsewhere
from tests.hil.conftest import Bench


def test_a_test_gets_a_board_a_line_and_a_host_and_is_found_healthy(bench: Bench) -> None:
    result = bench(
        """
        async def test_echo(mcu):
            assert (await mcu.call("echo.echo", data=b"bench")).data == b"bench"

        async def test_armed(rig, board, mcu, host):
            await host.arm()
            await mcu.call("gpio.write", output="pump", level=True)
            await asyncio.sleep(0.05)
            assert board.outside.level("pump")

        def test_the_next_finds_it_safe(rig, board):
            assert not board.outside.level("pump")
            assert rig.name == "sim"
        """
    )
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["phosphene rig: sim"])


def test_the_example_of_the_documentation_runs(bench: Bench) -> None:
    page = (Path(__file__).parents[2] / "docs" / "bench.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example
    bench(example[1]).assert_outcomes(passed=1)


def test_what_a_rig_lacks_is_skipped_with_the_reason(bench: Bench) -> None:
    result = bench(
        """
        @pytest.mark.needs("outside_view", "echo.echo")
        async def test_there(mcu):
            pass

        @pytest.mark.needs("coffee.brew")
        async def test_no_such_task(mcu):
            raise AssertionError

        @pytest.mark.needs("outside_veiw")
        async def test_no_such_feature(mcu):
            raise AssertionError
        """
    )
    result.assert_outcomes(passed=1, skipped=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*no feature 'outside_veiw'; did you mean 'outside_view'?*",
            "*the firmware on rig sim has no task coffee.brew*",
        ]
    )


def test_a_board_that_is_not_there_blocks_visibly(bench: Bench) -> None:
    result = bench("async def test_echo(mcu): raise AssertionError\n", "--phosphene-rig", "laptop-pico")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*blocked: no board of rig laptop-pico: no Raspberry Pi Pico on USB*"])


def test_a_rig_that_nobody_knows_ends_the_run(bench: Bench) -> None:
    result = bench("def test_nothing(): pass\n", "--phosphene-rig", "laptop-picco")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no rig 'laptop-picco'; the nearest is 'laptop-pico'*"])


def test_an_expectation_that_is_not_met_shows_what_came_instead(bench: Bench) -> None:
    result = bench(
        """
        async def test_met(board, mcu, expect):
            await mcu.call("gpio.watch", input="button", edge="both")
            for level in (False, True):
                board.outside.drive("button", level)
                await expect.event("gpio.watch", level=level)
            await mcu.call("gpio.watch", input="button", edge="off")
            board.outside.drive("button", None)

        async def test_not_met(board, mcu, expect):
            await mcu.call("gpio.watch", input="button", edge="both")
            board.outside.drive("button", False)
            try:
                await expect.event("gpio.watch", level=True, timeout=0.2)
            finally:
                await mcu.call("gpio.watch", input="button", edge="off")
                board.outside.drive("button", None)
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*waited 0.2 s for an event of gpio.watch level=True; it did not come*",
            "*gpio.watch no. 1 at * µs: input='button' level=False*",
            "*serial log (call)*",
            "* frame * CALL session *",
        ]
    )


def test_a_fault_plan_damages_the_line_and_counts_it(bench: Bench, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("half.toml").write_text("seed = 1\n[to_board]\ndrop = 0.5\n")
    result = bench(
        """
        @pytest.mark.phosphene_faults("half.toml")
        async def test_plan(mcu, faults):
            for n in range(10):
                await mcu.call("echo.echo", data=b"%d" % n, timeout=20)
            assert set(faults.by_kind) == {"drop"}

        @pytest.mark.phosphene_faults(0.2)
        async def test_rate(mcu, faults):
            for n in range(40):
                await mcu.call("echo.echo", data=b"%d" % n, timeout=20)
            assert len(faults.by_kind) > 2

        @pytest.mark.phosphene_faults("nowhere.toml")
        async def test_no_plan(mcu):
            raise AssertionError

        async def test_none(mcu, faults):
            assert faults is None
        """
    )
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*ConfigError: the fault plan can't be read*nowhere.toml"])


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The port of a board that somebody else runs: the bench sees a port, as of a real one."""
    with board_elsewhere(seed=5) as port:
        yield port


def test_a_board_that_is_only_a_port_works_with_the_same_fixtures(bench: Bench, elsewhere: str) -> None:
    result = bench(
        """
        async def test_host(mcu, host, expect):
            assert host.lease.left_ms > 0

        @pytest.mark.needs("outside_view")
        async def test_outside(board):
            raise AssertionError

        @pytest.mark.needs("reset_control")
        async def test_reset(board):
            raise AssertionError

        @pytest.mark.needs("arm_key")
        async def test_key(board):
            raise AssertionError

        async def test_unasked(board):
            with pytest.raises(AssertionError, match="needs"):
                board.control
        """,
        *("--phosphene-rig=laptop-pico", f"--phosphene-port={elsewhere}"),
    )
    result.assert_outcomes(passed=2, skipped=3)
    result.stdout.fnmatch_lines(["*lacks a view of its pins from outside*", "*lacks a hand on reset and power*"])
