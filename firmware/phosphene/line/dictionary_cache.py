# SPDX-License-Identifier: Apache-2.0
"""Gets the board's capability dictionary: from the user's cache by its hash, else over the line (task 0)."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from struct import pack, unpack_from
from typing import TYPE_CHECKING

import platformdirs

from phosphene.errors import LineError, VersionMismatch
from phosphene.line.dictionary import Dictionary, hash_of

if TYPE_CHECKING:
    from phosphene.line.channel import Channel

_log = logging.getLogger(__name__)

# Task 0 is what the dictionary itself is fetched with, so its layout is fixed by the protocol.
DICTIONARY_TASK = 0
PIECE_TIMEOUT_S = 2.0
# A board that is being updated announces a new hash in the middle of a fetch: start over, but not for ever.
_TRIES = 3


def folder() -> Path:
    """Return where dictionaries are kept on this system."""
    return Path(platformdirs.user_cache_dir("phosphene", appauthor=False)) / "dictionaries"


def read(hash_: bytes, where: Path) -> bytes | None:
    """Return the cached dictionary text of this hash, or None. A corrupted file is removed and counts as none."""
    path = where / f"{hash_.hex()}.jsonl"
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("cached dictionary %s can't be read (%s); fetching it from the board", path, error.strerror)
        return None
    if hash_of(raw) == hash_:
        return raw
    _log.warning("cached dictionary %s is corrupted; fetching it from the board", path)
    path.unlink(missing_ok=True)
    return None


def write(raw: bytes, where: Path) -> None:
    """Keep the dictionary text `raw`. Atomic; a cache that can't be written is reported and done without."""
    path = where / f"{hash_of(raw).hex()}.jsonl"
    try:
        where.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=where, prefix=path.stem, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
            Path(scratch).replace(path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        _log.warning("the dictionary can't be kept in %s (%s); it is fetched each time", where, error.strerror)


async def load(channel: Channel, where: Path | None = None) -> Dictionary:
    """Return the dictionary that `channel`'s board announces.

    Raises LineError when what arrives does not have the announced hash or is malformed, VersionMismatch when the
    board keeps changing it, and whatever a call may raise.
    """
    where = where or folder()
    for _ in range(_TRIES):
        announced = channel.hello.dictionary_hash
        raw = read(announced, where)
        if raw is None:
            raw = await _fetch(channel)
            if channel.hello.dictionary_hash != announced:
                continue
            if hash_of(raw) != announced:
                raise LineError(
                    f"the board announces dictionary {announced.hex()} and sends {hash_of(raw).hex()}",
                    place="capability dictionary",
                    cure="copy the firmware to the board again",
                )
            write(raw, where)
        return Dictionary.parse(raw)
    raise VersionMismatch(
        f"the board's dictionary changed {_TRIES} times while it was fetched",
        host="-",
        firmware=channel.hello.dictionary_hash.hex(),
        place="capability dictionary",
        cure="wait until its update is finished",
    )


async def _fetch(channel: Channel) -> bytes:
    """Return the dictionary's text as the board sends it, piece by piece."""
    pieces = bytearray()
    while True:
        reply = await channel.call(DICTIONARY_TASK, pack("<I", len(pieces)), timeout=PIECE_TIMEOUT_S, idempotent=True)
        if len(reply) < 2 or len(reply) != 2 + unpack_from("<H", reply)[0]:
            raise LineError("board.dictionary answers with something else than bytes", place="capability dictionary")
        pieces += reply[2:]
        if len(reply) == 2 or len(pieces) >= channel.hello.dictionary_length:
            return bytes(pieces)
