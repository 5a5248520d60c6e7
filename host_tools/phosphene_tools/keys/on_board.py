# SPDX-License-Identifier: Apache-2.0
"""Keys on a board: put into its slots, replaced there, and the nonce that a grant answers."""

from __future__ import annotations

from phosphene.exact import Coprocessor
from phosphene_tools.keys.errors import KeyStoreError
from phosphene_tools.keys.key import Key, Purpose, Slot


async def provision(mcu: Coprocessor, slot: Slot, key: Key) -> None:
    """Put `key` into an empty slot of a board that is not armed. Raises LineError, KeyStoreError."""
    process = await mcu.start("crypto.provision", slot=slot, kind=key.kind, key=key.for_board)
    _compare(slot, key, (await process.result()).fingerprint)


async def rotate(mcu: Coprocessor, slot: Slot, old: Key, new: Key) -> None:
    """Replace `old` by `new` in a slot of a board that is not armed. Raises LineError, KeyStoreError."""
    nonce = (await mcu.call("crypto.nonce")).nonce
    subject = f"{slot} {new.kind} ".encode() + new.for_board
    grant = old.grant("rotate", mcu.hello.boot_id, nonce, subject)
    process = await mcu.start("crypto.rotate", slot=slot, kind=new.kind, key=new.for_board, grant=grant)
    _compare(slot, new, (await process.result()).fingerprint)


async def grant(mcu: Coprocessor, purpose: Purpose, key: Key, subject: bytes = b"") -> bytes:
    """Ask the board for a nonce and return the grant that answers it. Raises LineError."""
    nonce = (await mcu.call("board.nonce" if purpose == "arm" else "crypto.nonce")).nonce
    return key.grant(purpose, mcu.hello.boot_id, nonce, subject)


def _compare(slot: str, key: Key, told: bytes) -> None:
    if told != key.fingerprint:
        raise KeyStoreError(
            f"slot {slot} holds {told.hex()}, and the key is {key.fingerprint.hex()}",
            place="the board",
            cure="do not trust this board; look at it in maintenance",
        )
