# SPDX-License-Identifier: Apache-2.0
"""Identity: who is there, and is it what the rig and this source tree say? Everything else builds on it."""

from __future__ import annotations

import hashlib
import time

import pytest

from phosphene.exact import Coprocessor
from phosphene.line.events import LinkState
from phosphene.line.link import Link
from phosphene.line.transport import open_transport
from phosphene.line.wire import MAJOR, HelloFlags, ResetCause
from phosphene_hil.board import Board
from phosphene_hil.expect import Expect
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_tools import places
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.firmware_image.image import firmware_hash
from phosphene_tools.sim.board import Cause


async def test_it_speaks_our_protocol_and_bears_the_rigs_name(rig: Rig, link: Link) -> None:
    assert link.hello.major == MAJOR
    assert link.hello.board == rig.wired.name


async def test_its_firmware_is_this_trees(link: Link) -> None:
    assert link.hello.firmware_hash == firmware_hash(places.coprocessor())[:8], "put this tree's firmware on the board"


async def test_it_has_an_id_of_its_own_that_stays(rig: Rig, link: Link) -> None:
    first = link.hello.unique_id
    assert len(first) >= 6
    assert len(set(first)) > 1, "erased or empty"
    await link.close()
    async with rig.linked() as (again, _):
        assert again.hello.unique_id == first
        assert again.hello.boot_id == link.hello.boot_id


async def test_its_dictionary_is_the_one_that_its_hash_names(mcu: Coprocessor, measure: Measure) -> None:
    pieces = b""
    while piece := (await mcu.call("board.dictionary", offset=len(pieces))).data:
        pieces += piece
    assert len(pieces) == mcu.hello.dictionary_length
    assert hashlib.sha256(pieces).digest()[:8] == mcu.hello.dictionary_hash
    assert pieces == build_dictionary(places.coprocessor())[0]
    measure("dictionary", len(pieces), unit="B", same=True)


async def test_what_it_can_take_is_usable(link: Link, mcu: Coprocessor, measure: Measure) -> None:
    """A window, a budget and a message size with which the line can work at all (PROTOCOL.md, 3 and 5)."""
    assert link.hello.window >= 1
    assert link.hello.rx_budget >= 209, "not one whole frame"
    assert link.hello.max_message >= 192
    measure("window", link.hello.window, unit="calls", budget=(1, None))
    measure("receive budget", link.hello.rx_budget, unit="B", budget=(209, None))
    measure("longest message", link.hello.max_message, unit="B", budget=(192, None))
    measure("heap free", (await mcu.call("board.heap", collect=True)).free, unit="B")
    measure("heap, largest piece", (await mcu.call("heap.largest")).bytes, unit="B")


async def test_it_is_disarmed_and_no_crash_is_on_record(link: Link) -> None:
    assert not link.hello.flags & (HelloFlags.ARMED | HelloFlags.MAINTENANCE)
    assert link.hello.last_fault == 0


async def test_it_has_the_rigs_outputs_and_inputs(rig: Rig, mcu: Coprocessor) -> None:
    names = await mcu.call("gpio.names")
    assert set(names.outputs.split()) == {output.name for output in rig.outputs}
    assert set(names.inputs.split()) == {entry.name for entry in rig.wired.wiring.inputs}


@pytest.mark.needs("reset_control")
@pytest.mark.leaves("reset")
@pytest.mark.parametrize(
    ("cause", "number"),
    [
        ("pin", ResetCause.PIN),
        pytest.param("watchdog", ResetCause.WATCHDOG, marks=pytest.mark.needs("reset_causes")),
    ],
    ids=["pin", "watchdog"],
)
async def test_a_reset_is_told_with_its_cause(
    board: Board, link: Link, expect: Expect, measure: Measure, cause: Cause, number: ResetCause
) -> None:
    before = link.hello
    began = time.monotonic()
    await board.control.reset(cause)
    while link.hello.boot_id == before.boot_id:
        await expect.state(LinkState.UP)
    measure(f"reset ({cause}) until the line is up", (time.monotonic() - began) * 1000, unit="ms", work=True)
    assert link.hello.reset_cause == number
    assert link.hello.unique_id == before.unique_id
    assert link.hello.dictionary_hash == before.dictionary_hash


@pytest.mark.needs("restart")
@pytest.mark.leaves("reset")
async def test_maintenance_hands_over_the_repl_and_a_restart_leads_back(
    board: Board, link: Link, mcu: Coprocessor, expect: Expect
) -> None:
    boot_id = link.hello.boot_id
    await mcu.call("board.disarm", maintenance=True)
    await expect.line("maintenance")
    await restart(board)
    while link.hello.boot_id == boot_id:
        await expect.state(LinkState.UP, timeout=15)
    assert link.hello.last_fault == 0


async def restart(board: Board) -> None:
    """Press Ctrl-D at the REPL."""
    console = await open_transport(board.repl, exclusive=False)
    try:
        console.write(b"\x03\x04")
    finally:
        console.close()
