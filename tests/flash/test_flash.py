# SPDX-License-Identifier: Apache-2.0
"""`phosphene flash` against the simulated board: what is sent, what is kept, and how it goes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from phosphene.exact import Coprocessor
from phosphene_tools.boards import load_rig
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.board_side import send
from phosphene_tools.flash.bundle import Bundle, sign
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.flash.over_line import OverLine, why_busy
from phosphene_tools.flash.version import build, check_interpreter
from phosphene_tools.flash.wish import Done, Wish
from phosphene_tools.keys.key import Key
from tests.flash.conftest import Desk, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_the_first_installation_goes_over_the_repl_and_the_second_finds_nothing_to_do(
    installed: tuple[Desk, list[Done]],
) -> None:
    first, second = installed[1]
    assert first.way == "repl"
    assert first.confirmed
    assert "main.mpy" in first.sent
    assert second.unchanged
    assert second.sent == ()


def test_a_change_in_one_file_sends_one_file(desk: Desk) -> None:
    desk.change("clock.py", "return self._ms\n", "return self._ms + 0\n")

    async def scenario() -> None:
        async with desk.board():
            plan = await desk.flash(Wish(dry_run=True))
            assert (plan.way, plan.sent, plan.confirmed) == ("line", ("clock.mpy",), False)
            done = await desk.flash()
            assert (done.way, done.slot, done.sent, done.confirmed) == ("line", "b", ("clock.mpy",), True)
            async with desk.mcu() as mcu:
                state = await OverLine(mcu).state()
            assert state is not None
            assert (state.slot, state.trial, state.signed) == ("b", False, True)
            assert (await desk.flash()).unchanged

    run(scenario)


def test_a_version_that_fails_its_self_test_gives_way_to_the_one_before(desk: Desk) -> None:
    desk.change("tasks/echo.py", "from task import", "raise ImportError('spoilt')\nfrom task import")

    async def scenario() -> None:
        async with desk.board():
            async with desk.mcu() as mcu:
                before = await OverLine(mcu).state()
            with pytest.raises(FlashError, match=r"failed its self-test: .*spoilt"):
                await desk.flash()
            async with desk.mcu() as mcu:
                after = await OverLine(mcu).state()
            assert before is not None
            assert after is not None
            assert (after.slot, after.manifest, after.trial) == (before.slot, before.manifest, False)
            assert "spoilt" in after.why

    run(scenario)


def test_a_version_that_does_not_start_gives_way_by_itself(desk: Desk) -> None:
    desk.change("main.py", "import gc\n", "import gc\nraise RuntimeError('does not start')\n")

    async def scenario() -> None:
        async with desk.board() as board:
            with pytest.raises(FlashError, match="went back to the version before: it was not confirmed in 3 starts"):
                await desk.flash()
            assert (await board.statistics())["resets"]["soft"] >= 4

    run(scenario)


def test_without_a_reset_the_running_version_goes_on_and_the_next_start_tries_the_new_one(desk: Desk) -> None:
    desk.change("clock.py", "return self._ms\n", "return self._ms + 0\n")

    async def scenario() -> None:
        async with desk.board() as board, desk.mcu() as mcu:
            boot_id = mcu.hello.boot_id
            done = await desk.flash(Wish(reset=False))
            assert not done.confirmed
            assert mcu.hello.boot_id == boot_id
            await board.reset()
            again = await desk.flash()
            assert again.unchanged
            assert again.confirmed
            assert again.slot == "b"

    run(scenario)


def test_the_board_itself_refuses_what_its_key_did_not_sign(desk: Desk) -> None:
    rig = load_rig("sim")
    bundle = build(Wish(firmware=desk.firmware), rig, Abi.of_board(rig.mcu), 0)
    forged = replace(bundle, signature=sign(bundle.manifest, Key.new("ed25519")))

    async def scenario() -> None:
        async with desk.board(), desk.mcu() as mcu:
            for offered in (bundle, forged):
                with pytest.raises(FlashError, match="not signed by the key in slot update"):
                    await send(
                        OverLine(mcu), offered.manifest.encode(), offered.signature, offered.files, lambda *_: None
                    )

    run(scenario)


def test_a_bundle_from_a_file_is_installed_as_it_is_and_one_for_another_board_is_not(
    desk: Desk, tmp_path: Path
) -> None:
    rig = load_rig("sim")
    key = desk.keys.load("maker")
    desk.change("clock.py", "return self._ms\n", "return self._ms + 0\n")
    made = build(Wish(firmware=desk.firmware), rig, Abi.of_board(rig.mcu), 5, key)
    file = tmp_path / "sim.phosphene"
    file.write_bytes(made.encode())
    other = tmp_path / "other.phosphene"
    foreign = replace(made.manifest, board="pi5-pico2")
    other.write_bytes(Bundle(foreign, made.files, sign(foreign, key)).encode())

    async def scenario() -> None:
        async with desk.board():
            with pytest.raises(FlashError, match="for board pi5-pico2, and this is sim"):
                await desk.flash(Wish(bundle=other))
            assert (await desk.flash(Wish(bundle=file))).confirmed
            # Its counter is the least from now on.
            with pytest.raises(FlashError, match="counter is 4"):
                await desk.flash(Wish(counter=4))

    run(scenario)


def test_a_board_under_a_lease_is_left_alone(desk: Desk) -> None:
    desk.change("clock.py", "return self._ms\n", "return self._ms + 0\n")

    async def scenario() -> None:
        async with desk.board(), desk.mcu() as mcu:
            boot_id = mcu.hello.boot_id
            leasing = asyncio.create_task(_lease(mcu))
            await asyncio.sleep(0.5)
            with pytest.raises(FlashError, match="a supervisor holds the board's lease"):
                await desk.flash()
            # The board says so too, to whoever does not ask first.
            with pytest.raises(FlashError, match="a supervisor holds the lease"):
                await OverLine(mcu).begin()
            leasing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await leasing
            assert mcu.hello.boot_id == boot_id

    run(scenario)


async def _lease(mcu: Coprocessor) -> None:
    """Be a supervisor that gets on."""
    tick = 0
    while True:
        tick += 1
        await mcu.channel.renew(tick, 100 * tick, tick)
        await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("armed", "leased", "at_work", "why"),
    [
        (True, True, ["timers.run"], "the board is armed"),
        (False, True, [], "a supervisor holds the board's lease"),
        (False, False, ["timers.run", "light.show"], "the board is at work: timers.run, light.show"),
        (False, False, [], ""),
    ],
)
def test_why_a_board_is_left_alone(armed: bool, leased: bool, at_work: list[str], why: str) -> None:
    assert why_busy(armed, leased, at_work) == why


def test_an_outdated_interpreter_is_told_with_its_cure() -> None:
    check_interpreter("1.29.0.preview", "here")
    with pytest.raises(FlashError, match=r"MicroPython 1.24.1 is outdated.*--interpreter"):
        check_interpreter("1.24.1", "here")


def test_an_interpreter_that_loads_other_files_is_told_with_its_cure() -> None:
    Abi.parse("6.3/4").check_compiler("here")
    with pytest.raises(FlashError, match=r"loads .mpy 6.1, and mpy-cross here makes 6.3"):
        Abi.parse("6.1/4").check_compiler("here")
