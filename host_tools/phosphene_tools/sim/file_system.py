# SPDX-License-Identifier: Apache-2.0
"""The board's files: the firmware, `board.json`, the arming key, and what the chip's flash keeps beside them."""

from __future__ import annotations

import json
import random
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phosphene_tools import places
from phosphene_tools.sim.errors import SimError

_KEY_BYTES = 32
_ID_BYTES = 8
_STORE = "/flash/"  # where `sim_files` of the shim mounts the chip's flash


@dataclass(frozen=True)
class FileSystem:
    """`root` is what the firmware sees; `chip` holds what lies outside of its file system."""

    root: Path
    chip: Path
    arm_key: bytes
    unique_id: bytes


def prepare(
    root: Path, *, firmware: Path | None, tasks: tuple[Path, ...], board_json: dict[str, Any], seed: int | None
) -> FileSystem:
    """Write the firmware and its configuration to `root`; keys and other files that are there stay.

    Raises SimError when the folder can't be written or `firmware` has no main.py, ConfigError for a wrong task file.
    """
    try:
        chip = root / ".chip"
        chip.mkdir(parents=True, exist_ok=True)
        if _install(firmware, tasks, root):
            board_json = board_json | {"store": _STORE}
        (root / "board.json").write_text(json.dumps(board_json), encoding="utf-8")
        dice = random.Random(seed) if seed is not None else None
        key = _kept(root / "arm.key", _KEY_BYTES, dice)
        return FileSystem(root, chip, key, _kept(chip / "unique_id", _ID_BYTES, dice))
    except OSError as error:
        raise SimError(
            f"the board's files can't be written: {error.strerror or error}",
            place=str(error.filename or root),
            cure="choose a folder that you may write, with --flash DIR",
        ) from error


def _install(firmware: Path | None, tasks: tuple[Path, ...], root: Path) -> bool:
    """Copy the firmware; True when it is the real one, which writes to a store on the chip's flash."""
    source = places.coprocessor() if firmware is None else firmware
    if not (source / "main.py").is_file():
        raise SimError("no main.py in the firmware's folder", place=str(source), cure="name the folder that holds it")
    if source.resolve() == places.coprocessor().resolve():
        from phosphene_tools import firmware_image

        firmware_image.install(source, root, tasks)
        return True
    shutil.copytree(source, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return False


def _kept(path: Path, size: int, dice: random.Random | None) -> bytes:
    if path.is_file() and path.stat().st_size == size:
        return path.read_bytes()
    value = dice.randbytes(size) if dice else secrets.token_bytes(size)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(value)
    return value
