# SPDX-License-Identifier: Apache-2.0
"""Versions of the firmware on the rig's board, brought there by `phosphene flash` itself, from a copy of the sources.

A simulated board is installed anew with a key of the bench's. A real one must run from a slot and know a key of whoever
tests; it has this tree's version again in the end.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from phosphene.exact import Coprocessor
from phosphene.line.events import LinkState
from phosphene_hil.elsewhere import lent
from phosphene_hil.rig import Rig
from phosphene_hil.waiting import soon
from phosphene_tools import places
from phosphene_tools.attach import attached
from phosphene_tools.bench.moment_process import Place
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.board_side import State, send
from phosphene_tools.flash.bundle import Bundle
from phosphene_tools.flash.flow import flash
from phosphene_tools.flash.over_line import OverLine
from phosphene_tools.flash.version import build, signed
from phosphene_tools.flash.wish import Done, Wish
from phosphene_tools.keys import on_board
from phosphene_tools.keys.store import KeyStore
from phosphene_tools.ports import resolve
from phosphene_tools.power_cut.versions import COUNTER, Offered

Tell = Callable[[str], None]
"""Is told what a flash does next: a file's name, or words."""


@dataclass(frozen=True)
class AtHand:
    """A board that programs in `place` reach, and its tasks."""

    rig: Rig
    mcu: Coprocessor
    keys: KeyStore
    firmware: Path

    async def flash(self, wish: Wish | None = None, tell: Tell | None = None) -> Done:
        """Do as `phosphene flash` does. Raises what it raises."""
        wish = replace(wish or Wish(), rig=self.rig.wired.name, keys=self.keys, firmware=self.firmware)
        return await flash(wish, lambda what, _done, _total: tell(what) if tell else None)

    async def state(self) -> State:
        """Ask the board how it is, when it is up. Raises LineError."""
        await soon(lambda: self.mcu.state is LinkState.UP, "its line is not back")
        state = await OverLine(self.mcu).state()
        assert state is not None, "its firmware knows no updates"
        return state

    async def bundle(self) -> Bundle:
        """Return a version of `firmware` that the board would take."""
        state, wish = await self.state(), Wish(firmware=self.firmware, keys=self.keys)
        made = await asyncio.to_thread(build, wish, self.rig.wired, Abi.parse(state.abi), state.counter)
        return await signed(wish, made, state, self.mcu)

    async def offer(self, offered: Offered) -> None:
        """Send it as it is; the board alone judges. Raises FlashError with what it refuses."""
        await send(OverLine(self.mcu), offered.manifest, offered.signature, offered.files, lambda *_: None)


@dataclass(frozen=True)
class Updates:
    """One rig's board, and the sources of what it gets."""

    rig: Rig
    place: Place
    keys: KeyStore
    firmware: Path
    """A copy of the firmware's sources, to change."""

    @asynccontextmanager
    async def at_hand(self) -> AsyncGenerator[AtHand]:
        """Reach the board while the context lasts; then the bench has its port again."""
        async with lent(self.rig, self.place), attached(resolve(rig=self.rig.wired.name), "maintain", "bench") as there:
            await there.mcu.dictionary()
            yield AtHand(self.rig, there.mcu, self.keys, self.firmware)

    async def install(self) -> None:
        """Put the first version and the bench's key on a simulated board; see that a real one can be updated.

        Raises AssertionError where a real one can't.
        """
        async with self.at_hand() as board:
            if self.rig.wired.mcu.simulated:
                await board.flash(Wish(counter=COUNTER))
                await on_board.provision(board.mcu, "update", self.keys.new("maker", "ed25519"))
            state = await board.state()
        assert state.slot, "its firmware runs from no slot: phosphene flash"
        assert state.signed, "its slot `update` holds no key: phosphene keys provision update NAME"

    def change(self, name: str, before: str, after: str) -> None:
        """Change a text in a source file."""
        path = self.firmware / name
        text = path.read_text(encoding="utf-8")
        assert before in text, f"{name} has no {before!r}"
        path.write_text(text.replace(before, after), encoding="utf-8")

    def as_it_was(self) -> None:
        """Undo all changes."""
        shutil.copytree(places.coprocessor(), self.firmware, ignore=_ignored, dirs_exist_ok=True)


_ignored = shutil.ignore_patterns("__pycache__")
