# SPDX-License-Identifier: Apache-2.0
"""A simulated board that was flashed, to be copied; and the firmware, to be changed."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from phosphene.exact import Coprocessor
from phosphene_tools import places
from phosphene_tools.attach import attached
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.flash.flow import flash
from phosphene_tools.flash.wish import Done, Wish
from phosphene_tools.keys import on_board
from phosphene_tools.keys.store import KeyStore
from phosphene_tools.ports import resolve
from phosphene_tools.published import Published, published
from phosphene_tools.sim import SimBoard, SimConfig


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a board's files and its owner's keys lie. Everything happens in the loop that asks for it."""

    files: Path
    keys: KeyStore
    firmware: Path
    """A copy of the firmware's sources, to change."""

    @asynccontextmanager
    async def board(self) -> AsyncGenerator[SimBoard]:
        """A running board that `phosphene flash --rig sim` finds."""
        rig = load_rig("sim")
        config = SimConfig(
            board_json=board_json(rig), heap_bytes=rig.mcu.heap_kib * 1024, flash_dir=self.files, seed=4, start_grace=10
        )
        async with SimBoard(config) as board:
            paths = (str(board.port_link), board.repl_port, str(board.control_path))
            with published(Published("sim", os.getpid(), *paths)):
                yield board

    @asynccontextmanager
    async def mcu(self) -> AsyncGenerator[Coprocessor]:
        """The tasks of the board that runs."""
        async with attached(resolve(rig="sim"), "maintain", "test") as there:
            await there.mcu.dictionary()
            yield there.mcu

    async def flash(self, wish: Wish | None = None, told: list[str] | None = None) -> Done:
        """Flash the board that runs with this desk's firmware."""
        notes = [] if told is None else told
        wish = replace(wish or Wish(), rig="sim", keys=self.keys, firmware=self.firmware)
        return await flash(wish, lambda what, _done, _total: notes.append(what))

    def change(self, name: str, old: str, new: str) -> None:
        """Change a source file."""
        path = self.firmware / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario in a loop of its own."""

    async def scenario() -> None:
        await work()

    asyncio.run(scenario())


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brokers, boards and caches apart from the tester's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    # A folder with a short name: the path of a socket holds 107 bytes.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, caches: Path) -> tuple[Desk, list[Done]]:
    """A board after its first installation, its key, and a second flash of the same; and what these said."""
    folder = tmp_path_factory.mktemp("installed")
    firmware = folder / "firmware"
    shutil.copytree(places.coprocessor(), firmware, ignore=shutil.ignore_patterns("__pycache__"))
    desk = Desk(folder / "flash", KeyStore(folder / "keys"), firmware)
    done: list[Done] = []

    async def install() -> None:
        async with desk.board():
            done.append(await desk.flash())
            async with desk.mcu() as mcu:
                await on_board.provision(mcu, "update", desk.keys.new("maker", "ed25519"))
            done.append(await desk.flash())

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(caches))
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        asyncio.run(install())
    return desk, done


@pytest.fixture
def desk(installed: tuple[Desk, list[Done]], tmp_path: Path, elsewhere: None) -> Desk:
    """A copy of that board, of its owner's keys and of the firmware."""
    before, _ = installed
    shutil.copytree(before.files, tmp_path / "flash")
    shutil.copytree(before.firmware, tmp_path / "firmware")
    return Desk(tmp_path / "flash", before.keys, tmp_path / "firmware")
