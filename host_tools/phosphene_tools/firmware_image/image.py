# SPDX-License-Identifier: Apache-2.0
"""Lays the firmware's files out as a board holds them, with the prebuilt dictionary."""

import hashlib
import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

from phosphene_tools.firmware_image.declarations import read_tasks

DICTIONARY = "dictionary.jsonl"
INDEX = "dictionary.idx"


def sources(firmware: Path) -> Iterator[Path]:
    """The files of the firmware that go to the board, relative to `firmware`."""
    for folder in (firmware, firmware / "tasks"):
        for path in sorted(folder.glob("*.py")):
            yield path.relative_to(firmware)


def firmware_hash(firmware: Path) -> bytes:
    """SHA-256 over names and contents of the sources; 32 bytes."""
    digest = hashlib.sha256()
    for path in sources(firmware):
        content = (firmware / path).read_bytes()
        digest.update(f"{path.as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.digest()


def build_dictionary(firmware: Path) -> tuple[bytes, bytes]:
    """The capability dictionary and its index, as PROTOCOL.md and `registry.py` say.

    Raises:
        DeclarationError: a task's declaration is wrong.
    """
    lines = [
        json.dumps(task.entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for task in read_tasks(firmware / "tasks")
    ]
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    dictionary = b"".join(lines)
    index = hashlib.sha256(dictionary).digest()[:8] + firmware_hash(firmware)[:8]
    return dictionary, index + struct.pack(f"<{len(offsets)}I", *offsets)


def install(firmware: Path, target: Path) -> None:
    """Copy the firmware and its dictionary into `target`, a board's file system.

    Files of another making in `target` stay; a file that is up to date is not
    written again. Raises DeclarationError, OSError.
    """
    dictionary, index = build_dictionary(firmware)
    (target / "tasks").mkdir(parents=True, exist_ok=True)
    for path in sources(firmware):
        source, copy = firmware / path, target / path
        if not copy.exists() or copy.read_bytes() != source.read_bytes():
            shutil.copyfile(source, copy)
    (target / DICTIONARY).write_bytes(dictionary)
    (target / INDEX).write_bytes(index)
