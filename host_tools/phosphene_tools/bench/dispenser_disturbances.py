# SPDX-License-Identifier: Apache-2.0
"""What happens to the board while a dose is poured."""

from __future__ import annotations

import asyncio
import random
from binascii import crc32
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol

from phosphene.line.frame import Frame
from phosphene.line.link import Link
from phosphene.line.tap import TapRecord
from phosphene.line.wire import FrameType
from phosphene_tools.bench.board import configuration
from phosphene_tools.sim.board import SimBoard

KINDS = (
    "power_cut",
    "cut_in_write",
    "cut_in_write",
    "reset",
    "reset_before",
    "reset_after",
    "abort",
    "silent",
    "freeze",
)
_WITHIN_S = 0.3  # of the order
_PAGE = 256
_HEAD, _END, _MARKS = slice(0, 52), slice(52, 64), slice(64, 256)


class Host(Protocol):
    """The host that orders the doses."""

    silent: bool

    async def abort_all(self) -> None:
        """Stop whatever is poured."""
        ...


class Disturbances:
    """Disturbs one dose at a time, at moments of the dice."""

    def __init__(self, board: SimBoard, link: Link, host: Host, dice: random.Random) -> None:
        self._board, self._link, self._host, self._dice = board, link, host, dice
        self._pump = next(o["pin"] for o in configuration()["outputs"] if o["name"] == "pump")
        self._torn: set[bytes] = set()

    @property
    def torn(self) -> int:
        """How many pages of the journal a power cut left half written."""
        return len(self._torn)

    @asynccontextmanager
    async def during(self, kind: str) -> AsyncGenerator[None]:
        """Let `kind` happen once while the block runs; without a name, nothing."""
        if kind in ("reset_before", "reset_after"):
            await self._board.arm_reset(pin=self._pump, when="before" if kind == "reset_before" else "after")
            yield
            await self._board.disarm_reset()
            return
        happening = asyncio.create_task(self._happen(kind))
        try:
            yield
        finally:
            await happening

    async def _happen(self, kind: str) -> None:
        if kind == "cut_in_write":
            await self._cut_in_write()
        elif kind:
            await asyncio.sleep(self._dice.random() * _WITHIN_S)
        if kind == "power_cut":
            await self._cut()
        elif kind == "reset":
            await self._board.reset()
        elif kind == "abort":
            await self._host.abort_all()
        elif kind == "silent":
            self._host.silent = True
            await asyncio.sleep(0.7)
            self._host.silent = False
        elif kind == "freeze":
            self._board.freeze()
            await asyncio.sleep(0.05 + self._dice.random() * 0.2)
            self._board.thaw()

    async def _cut_in_write(self) -> None:
        """Cut the power just after the host fell silent for a write to flash: one of the first."""
        left = self._dice.randint(1, 5)
        written = asyncio.Event()

        def count(record: TapRecord) -> None:
            nonlocal left
            if isinstance(record.frame, Frame) and record.frame.type == FrameType.PAUSED:
                left -= 1
                if left <= 0:
                    written.set()

        end_tap = self._link.tap(count)
        try:
            async with asyncio.timeout(2 * _WITHIN_S):
                await written.wait()
        except TimeoutError:
            pass  # a dose with fewer writes: the cut comes after it
        finally:
            end_tap()
        await asyncio.sleep(self._dice.random() * 0.003)
        await self._cut()

    async def _cut(self) -> None:
        await self._board.power_cut()
        region = self._board.flash_dir / ".chip" / "journal.nor"
        if region.exists():
            held = region.read_bytes()
            pages = (held[at : at + _PAGE] for at in range(0, len(held), _PAGE))
            self._torn.update(page for page in pages if _torn(page))


def _torn(page: bytes) -> bool:
    """Whether a page holds a part of a record, of its end or of a mark."""
    for part, checked in ((_HEAD, 48), (_END, 8)):
        held = page[part]
        whole = crc32(held[:checked]).to_bytes(4, "little") == held[checked : checked + 4]
        if not whole and held != b"\xff" * len(held):
            return True
    return any(byte not in (0, 0xFF) for byte in page[_MARKS])
