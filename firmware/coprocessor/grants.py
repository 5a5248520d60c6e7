# SPDX-License-Identifier: Apache-2.0
"""Grants: proof that whoever holds the arming key allows it now. PROTOCOL.md, section 10."""

from hashlib import sha256
from struct import pack

from refusal import FORBIDDEN, Refusal

KEY_FILE = "arm.key"


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104; MicroPython has no hmac module. The key is at most 64 bytes."""
    key = key + bytes(64 - len(key))
    inner = sha256(bytes([b ^ 0x36 for b in key]))
    inner.update(message)
    outer = sha256(bytes([b ^ 0x5C for b in key]))
    outer.update(inner.digest())
    return outer.digest()


def check(grant: bytes, boot_id: int, nonce: bytes) -> None:
    """Raise Refusal FORBIDDEN unless `grant` answers this boot and nonce."""
    if not nonce:
        raise Refusal(FORBIDDEN, "a grant answers a nonce; ask board.nonce first")
    try:
        with open(KEY_FILE, "rb") as file:
            key = file.read(64)
    except OSError:
        raise Refusal(FORBIDDEN, "no arming key on this board; provision one") from None
    wanted = hmac_sha256(key, b"phosphene arm" + pack("<I", boot_id) + nonce)
    difference = len(grant) ^ len(wanted)
    for i in range(min(len(grant), len(wanted))):  # every byte, so that time tells nothing
        difference |= grant[i] ^ wanted[i]
    if difference:
        raise Refusal(FORBIDDEN, "wrong grant for this boot and nonce")
