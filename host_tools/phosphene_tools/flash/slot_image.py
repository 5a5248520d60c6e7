# SPDX-License-Identifier: Apache-2.0
"""What one version puts into a slot: the firmware compiled, its dictionary, and the rig's board.json."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from phosphene_tools import places
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.firmware_config import board_json
from phosphene_tools.firmware_image import install
from phosphene_tools.firmware_image.image import INDEX
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.compiling import compiled

STUB = ("main.py", "slots.py")
"""The boot stub: what lies beside the slots."""


def root(rig: Rig) -> str:
    """Return the folder on the board that holds the slots, with its slash."""
    return "/flash/" if rig.mcu.simulated else "/"


def slot_files(
    rig: Rig,
    abi: Abi,
    *,
    firmware: Path | None = None,
    own: Sequence[Path] = (),
    cache: Path | None = None,
) -> dict[str, bytes]:
    """Return the files of a slot by name, sorted. `own` are a maker's task files.

    An interpreter without machine code gets the sources. Raises ConfigError, DeclarationError, FlashError.
    """
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        laid = Path(folder)
        install(firmware or places.coprocessor(), laid, own)
        for path in sorted(laid.rglob("*")):
            name = path.relative_to(laid).as_posix()
            if not path.is_file():
                continue
            if path.suffix == ".py" and abi.march:
                found[name.removesuffix(".py") + ".mpy"] = compiled(path.read_bytes(), name, abi, cache)
            else:
                found[name] = path.read_bytes()
    # A version is named by its manifest; the hash of the sources would be one more file to send after every change.
    index = found[INDEX]
    found[INDEX] = index[:8] + bytes(8) + index[16:]
    # What outlives a version lies beside the slots.
    wired = board_json(rig) | {"store": root(rig)}
    found["board.json"] = json.dumps(wired, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return dict(sorted(found.items()))


def stub_files() -> dict[str, bytes]:
    """Return the boot stub's files by name; as sources, which every interpreter reads."""
    firmware = places.coprocessor()
    return {"slots.py": (firmware / "slots.py").read_bytes(), "main.py": (firmware / "stub" / "main.py").read_bytes()}
