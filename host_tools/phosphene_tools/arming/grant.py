# SPDX-License-Identifier: Apache-2.0
"""Signs grants with a board's arming key, as its owner would off the device."""

from __future__ import annotations

import hashlib
import hmac
import struct


def grant_for(arm_key: bytes, boot_id: int, nonce: bytes) -> bytes:
    """The 32-byte grant that `board.arm` of this boot and nonce wants (PROTOCOL.md, section 10)."""
    message = b"phosphene arm" + struct.pack("<I", boot_id) + nonce
    return hmac.digest(arm_key, message, hashlib.sha256)
