# SPDX-License-Identifier: Apache-2.0
"""A simulated board that has some tasks more: where the test of a task runs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from phosphene.errors import ConfigError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools import places
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.firmware_image import install
from phosphene_tools.firmware_image.image import sources
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig


def firmware_with(tasks: Sequence[Path], folder: Path) -> Path:
    """Lay out the firmware and `tasks` under `folder`, which is empty, as a board holds them; return where.

    Raises:
        ConfigError: a file isn't there, or is named like a task file of the firmware.
        DeclarationError: a task's declaration is wrong.
    """
    firmware, copy = places.coprocessor(), folder / "sources"
    for path in sources(firmware):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(firmware / path, copy / path)
    for task in tasks:
        if not task.is_file():
            raise ConfigError("there is no such task file", place=str(task), cure="name a .py file")
        target = copy / "tasks" / task.name
        if target.exists():
            raise ConfigError(
                f"the firmware has a task file {task.name} already", place=str(task), cure="give it another name"
            )
        shutil.copyfile(task, target)
    image = folder / "image"
    image.mkdir()
    install(copy, image)
    return image


@asynccontextmanager
async def trial_board(*tasks: Path, rig: str = "sim") -> AsyncGenerator[Coprocessor]:
    """Start a simulated board wired like `rig`, with the firmware's tasks and those in `tasks`; a client of it.

    The board is new each time and goes when the block ends. Raises ConfigError, DeclarationError, SimError.
    """
    with tempfile.TemporaryDirectory(prefix="phosphene-trial-") as folder:
        firmware = firmware_with(tasks, Path(folder))
        async with SimBoard(SimConfig(board_json=board_json(load_rig(rig)), firmware_dir=firmware)) as board:
            link = await Link.open(board.port)
            mcu = Coprocessor(link)
            try:
                yield mcu
            finally:
                await mcu.close()
                await link.close()
