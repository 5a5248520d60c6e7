# SPDX-License-Identifier: Apache-2.0
"""Several rigs in one run: each test on one rig that has what it needs, and a worker that dies loses nothing."""

from __future__ import annotations

import pytest

from tests.hil.conftest import Bench
from tests.hil.test_rack_blocked import outcomes

pytestmark = pytest.mark.timeout(300)  # against hanging: five processes, three of them with a board

TESTS = """
    import os
    from pathlib import Path

    made = []

    @pytest.fixture(scope="module")
    def shared():
        made.append(os.getpid())

    def ran(request, rig, *more):
        with Path("ran.txt").open("a") as file:
            print(request.node.name, rig.name, *more, file=file)

    async def both_at_once(rig):
        Path(f"{rig.name}.here").touch()
        for _ in range(600):
            if {path.stem for path in Path().glob("*.here")} == {"sim", "sim-bench"}:
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the other rig does not come")

    @pytest.mark.parametrize("number", range(2))
    async def test_both_rigs_work_at_once(request, rig, mcu, number, shared):
        await both_at_once(rig)
        ran(request, rig)

    @pytest.mark.needs("climate_sensor")
    def test_dies(rig):
        os._exit(1)

    @pytest.mark.needs("climate_sensor")
    @pytest.mark.parametrize("number", range(2))
    async def test_after_death(request, rig, mcu, number, shared):
        assert made == [os.getpid()]  # once a worker, for all tests of the module
        ran(request, rig)

    @pytest.mark.needs("mute_switch")
    async def test_mute(request, rig, mcu):
        ran(request, rig)

    @pytest.mark.needs("climate_sensor", "mute_switch")
    async def test_nobody_has_both(rig):
        raise AssertionError

    @pytest.mark.needs("clmate_sensor")
    async def test_nobody_can_have(rig):
        raise AssertionError

    def test_no_rig():
        pass
"""


def test_each_test_runs_once_on_a_rig_that_has_what_it_needs(bench: Bench, pytester: pytest.Pytester) -> None:
    rigs = "--phosphene-rig=sim,sim-bench,laptop-pico"
    result = bench(TESTS, rigs, "--junitxml=junit.xml", "--timeout=200")
    said = outcomes(pytester.path / "junit.xml")
    ran = dict(line.split(" ", 1) for line in (pytester.path / "ran.txt").read_text().splitlines())
    assert sorted(ran[f"test_both_rigs_work_at_once[{number}]"] for number in range(2)) == ["sim", "sim-bench"]
    assert [ran[f"test_after_death[{number}]"] for number in range(2)] == ["sim-bench", "sim-bench"]
    assert ran["test_mute"] == "sim"
    assert len(ran) == 5
    assert len((pytester.path / "ran.txt").read_text().splitlines()) == 5, "a test ran twice"
    assert "crashed while running" in said["test_dies"]
    assert said["test_nobody_has_both"].startswith("skipped rig ")
    assert said["test_nobody_can_have"].startswith("error")
    assert {name for name, what in said.items() if what == "passed"} == {*ran, "test_no_rig"}
    result.stdout.fnmatch_lines(
        [
            "*no feature 'clmate_sensor'*",
            "sim *there*",
            "sim-bench *there*",
            "laptop-pico *0 tests*absent*no Raspberry*",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--phosphene-port=/dev/ttyACM0"], "--phosphene-port is of one rig"),
        (["-n2"], "several rigs have a worker each"),
        (["--pdb"], "--pdb stops at one rig"),
    ],
)
def test_what_makes_no_sense_at_several_rigs_is_refused(bench: Bench, options: list[str], told: str) -> None:
    result = bench("def test_nothing(): pass\n", "--phosphene-rig=sim,sim-bench", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{told}*"])


def test_a_rig_that_is_named_twice_is_refused(bench: Bench) -> None:
    result = bench("def test_nothing(): pass\n", "--phosphene-rig=sim,sim")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*name each once*"])
