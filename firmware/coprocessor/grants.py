# SPDX-License-Identifier: Apache-2.0
"""Grants: proof that whoever holds a slot's key allows something, now and once. docs/keys.md.

A grant answers a nonce of this boot. It is an HMAC-SHA-256 or an Ed25519
signature, as the slot's key is, over `message`.
"""

from hashlib import sha256
from os import urandom
from struct import pack

import keyslots
from refusal import FORBIDDEN, Refusal

ARM = b"phosphene arm"
UNLOCK = b"phosphene unlock"
ROTATE = b"phosphene rotate"

_nonce = bytearray()  # of the next grant of a slot; empty when none was asked for


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104; MicroPython has no hmac module."""
    if len(key) > 64:
        key = sha256(key).digest()
    key = key + bytes(64 - len(key))
    inner = sha256(bytes([b ^ 0x36 for b in key]))
    inner.update(message)
    outer = sha256(bytes([b ^ 0x5C for b in key]))
    outer.update(inner.digest())
    return outer.digest()


def message(purpose: bytes, boot_id: int, nonce: bytes, subject: bytes = b"") -> bytes:
    """What a grant is made over. No purpose is the beginning of another."""
    return purpose + pack("<I", boot_id) + nonce + subject


def check(grant: bytes, purpose: bytes, boot_id: int, nonce: bytes) -> None:
    """Raise Refusal FORBIDDEN unless the key of slot `arm` grants `purpose`, for this boot and nonce.

    Judged within a call, and so only by HMAC. PROTOCOL.md, section 10.
    """
    if not nonce:
        raise Refusal(FORBIDDEN, "a grant answers a nonce; ask board.nonce first")
    _, key = keyslots.read("arm")
    _check_hmac(key, grant, message(purpose, boot_id, nonce))


def nonce() -> bytes:
    """A fresh nonce for the next grant that `granted` judges; the one before is void.

    Not the nonce of `check`: to ask for this one must not keep others from arming.
    """
    _nonce[:] = urandom(16)
    return bytes(_nonce)


def granted(slot: str, grant: bytes, purpose: bytes, subject: bytes):
    """Return if the key of `slot`, of either kind, grants `purpose` on `subject`; a generator, for processes.

    The nonce is spent whatever comes of it. Raises Refusal FORBIDDEN.
    """
    import device  # late: it assembles the modules that import this one

    asked = bytes(_nonce)
    _nonce[:] = b""
    if not asked:
        raise Refusal(FORBIDDEN, "a grant answers a nonce; ask crypto.nonce first")
    wanted = message(purpose, device.line.sessions.boot_id, asked, subject)
    kind, key = keyslots.read(slot)
    if kind == keyslots.HMAC:
        _check_hmac(key, grant, wanted)
        return
    import ed25519  # late: half of the boards never need it

    valid = yield from ed25519.verify(key, grant, wanted)
    if not valid:
        raise _wrong()


def _check_hmac(key: bytes, grant: bytes, over: bytes) -> None:
    wanted = hmac_sha256(key, over)
    difference = len(grant) ^ len(wanted)
    for i in range(min(len(grant), len(wanted))):  # every byte, so that time tells nothing
        difference |= grant[i] ^ wanted[i]
    if difference:
        raise _wrong()


def _wrong() -> Refusal:
    return Refusal(FORBIDDEN, "wrong grant for this boot and nonce")
