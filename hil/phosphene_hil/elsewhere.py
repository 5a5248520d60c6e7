# SPDX-License-Identifier: Apache-2.0
"""Programs that find the rig's board by its rig's name, in a place of their own: `phosphene run`, `phosphene flash`.

Brokers, sockets and caches of the person who tests are left alone. A board has one owner: whoever ends such a program
ends its broker too, so that the bench has the port again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from phosphene.errors import LineError
from phosphene.line.broker.channel import BrokerChannel
from phosphene.line.broker.rendezvous import running
from phosphene_hil.page import Page, a_page
from phosphene_hil.rig import Rig
from phosphene_hil.simulated import SimulatedBoard
from phosphene_hil.waiting import soon
from phosphene_tools.bench.moment_process import RUN, Place, Running, a_device, a_place, in_place
from phosphene_tools.published import Published, published


@asynccontextmanager
async def lent(rig: Rig, place: Place) -> AsyncGenerator[None]:
    """Let other programs have the rig's board, in `place`; the bench must not hold its port meanwhile.

    A simulated board is made known there; a real one is found as always.
    """
    with in_place(place), contextlib.ExitStack() as stack:
        if rig.wired.mcu.simulated:
            board = rig.board
            control = str(board.sim.control_path) if isinstance(board, SimulatedBoard) else ""
            stack.enter_context(published(Published(rig.wired.name, os.getpid(), board.port, board.repl, control)))
        try:
            yield
        finally:
            await _end_brokers()


@asynccontextmanager
async def whole_device(rig: Rig, *words: str) -> AsyncGenerator[tuple[Running, Page]]:
    """Run the device as `phosphene run` does, on the rig's board and accelerator, with further `words`; and look at it.

    Returns when a frame with something to touch is there. Raises PhospheneError when it doesn't start.
    """
    told = ("--rig", rig.wired.name, "--accelerator", rig.computer.chip, "--speaker", "none", *words)
    with a_place() as place:
        async with lent(rig, place), a_device(place, *RUN, *told) as device, a_page(device.address) as page:
            await page.until(lambda seen: any(node.role == "button" for node in seen.nodes), "the device shows nothing")
            yield device, page


async def _end_brokers() -> None:
    """End the brokers of this place, and wait until they have."""
    for holder in running():
        with contextlib.suppress(LineError, OSError):
            channel = await BrokerChannel.attach(holder.port, role="maintain", name="bench", start=False)
            try:
                await channel.stop_broker()
            finally:
                await channel.close()
    await soon(lambda: not list(running()), "a broker does not end")
