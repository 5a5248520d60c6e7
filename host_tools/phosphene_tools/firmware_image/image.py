# SPDX-License-Identifier: Apache-2.0
"""Lays the firmware's files out as a board holds them, with the prebuilt dictionary."""

import hashlib
import json
import shutil
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from phosphene.errors import ConfigError
from phosphene_tools.firmware_image.declarations import Declared, read_tasks

DICTIONARY = "dictionary.jsonl"
INDEX = "dictionary.idx"
AT_BOOT = "at_boot.txt"


def sources(firmware: Path, own: Iterable[Path] = ()) -> dict[str, Path]:
    """The files that go to the board: name there, and where each lies. `own` are task files of a maker's.

    Raises ConfigError for an `own` file that is not there, or is named like one of the firmware's.
    """
    there = {
        path.relative_to(firmware).as_posix(): path
        for folder in (firmware, firmware / "tasks")
        for path in sorted(folder.glob("*.py"))
    }
    for path in own:
        name = f"tasks/{path.name}"
        if not path.is_file():
            raise ConfigError("there is no such task file", place=str(path), cure="name a .py file")
        if name in there:
            whose = "the firmware has" if there[name].is_relative_to(firmware) else "you have"
            raise ConfigError(f"{whose} a task file {path.name} already", place=str(path), cure="give it another name")
        there[name] = path
    return there


def firmware_hash(firmware: Path, own: Iterable[Path] = ()) -> bytes:
    """SHA-256 over names and contents of the sources; 32 bytes."""
    digest = hashlib.sha256()
    for name, path in sources(firmware, own).items():
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.digest()


def build_dictionary(firmware: Path, own: Sequence[Path] = ()) -> tuple[bytes, bytes]:
    """The capability dictionary and its index, as PROTOCOL.md and `registry.py` say.

    Raises:
        ConfigError: see `sources`.
        DeclarationError: a task's declaration is wrong.
    """
    return _dictionary(read_tasks(firmware / "tasks", own), firmware_hash(firmware, own))


def _dictionary(tasks: Iterable[Declared], firmware: bytes) -> tuple[bytes, bytes]:
    lines = [json.dumps(task.entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for task in tasks]
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    dictionary = b"".join(lines)
    index = hashlib.sha256(dictionary).digest()[:8] + firmware[:8]
    return dictionary, index + struct.pack(f"<{len(offsets)}I", *offsets)


def install(firmware: Path, target: Path, own: Sequence[Path] = ()) -> None:
    """Copy the firmware, a maker's `own` task files and the dictionary of both into `target`, a board's file system.

    Files of another making in `target` stay; a file that is up to date is not
    written again. Raises ConfigError, DeclarationError, OSError.
    """
    tasks = read_tasks(firmware / "tasks", own)
    dictionary, index = _dictionary(tasks, firmware_hash(firmware, own))
    (target / "tasks").mkdir(parents=True, exist_ok=True)
    for name, source in sources(firmware, own).items():
        copy = target / name
        if not copy.exists() or copy.read_bytes() != source.read_bytes():
            shutil.copyfile(source, copy)
    (target / DICTIONARY).write_bytes(dictionary)
    (target / INDEX).write_bytes(index)
    modules = dict.fromkeys(task.module for task in tasks if task.at_boot)
    if modules:
        (target / AT_BOOT).write_text("".join(f"{module}\n" for module in modules))
    else:
        (target / AT_BOOT).unlink(missing_ok=True)
