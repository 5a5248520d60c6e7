# SPDX-License-Identifier: Apache-2.0
"""The new version's first start: its hello, its self-test, and the word that keeps it."""

from __future__ import annotations

import asyncio

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.events import LinkState
from phosphene_tools.flash.board_side import State, Tell
from phosphene_tools.flash.bundle import Bundle
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.flash.over_line import OverLine
from phosphene_tools.flash.wish import Say

START_S = 60.0
"""As long as a board may take from the reset to its hello, with starts that fail in between."""
_LOOK_S = 0.02


async def confirmed(mcu: Coprocessor, bundle: Bundle, say: Say, tell: Tell, boot_id: int | None = None) -> None:
    """Wait for a boot other than `boot_id`, have the version test itself, and have the board keep it.

    Raises FlashError when another version came up, or when it failed its self-test and was given up.
    """
    tell("waiting for hello", 0, 0)
    await _up(mcu, boot_id)
    side = OverLine(mcu)
    state = await _state(side)
    if state.manifest != bundle.manifest.seal:
        raise FlashError(
            f"the board went back to the version before: {state.why or 'the new one did not start'}",
            place=mcu.hello.board,
            cure="see what its REPL and safety.crash tell; nothing of the new version runs",
        )
    if not state.trial:
        return
    tell("self-test", 0, 0)
    if fault := await side.self_test():
        before = mcu.hello.boot_id
        await side.reject(f"self-test: {fault}")
        await side.restart()
        cure = "the version before runs again; mend the new one"
        try:
            await _up(mcu, before)
        except FlashError:
            cure = "no version runs now, and its REPL waits; mend this one and flash again"
        raise FlashError(f"the new version failed its self-test: {fault}", place=mcu.hello.board, cure=cure)
    await side.confirm()


async def _up(mcu: Coprocessor, boot_id: int | None) -> None:
    """Wait until the board answers in another boot. Raises FlashError."""
    try:
        async with asyncio.timeout(START_S):
            while mcu.state is not LinkState.UP or mcu.hello.boot_id == boot_id:
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        raise FlashError(
            f"no hello within {START_S:g} s",
            place=mcu.hello.board,
            cure="power it off and on: after three starts without a word it runs the version before",
        ) from None


async def _state(side: OverLine) -> State:
    try:
        state = await side.state()
    except LineError:  # the link came up anew under this call
        await asyncio.sleep(0.2)
        state = await side.state()
    if state is None:
        raise FlashError("what started is no firmware that knows updates", cure="flash it again")
    return state
